"""What the READMEs of the SDKs show after their quickstarts: every block runs as it stands, given what it speaks of."""

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli import commands
from tests.cli.commands import free_port
from tests.sdks import php_cli, quickstart, typescript_sdk
from tests.sdks.conftest import Served
from tests.sdks.python_sdk import SOURCE
from tests.sdks.test_python_webhooks import BODY, SECRET, signed

SDKS = commands.ROOT / "sdks"
NOBODY = "cus_00000000000070008000000000000000"
# Runs each block with the same names, and awaits what it leaves to be awaited.
PYTHON = """
import ast, asyncio, json
from clientela import Clientela
told = json.load(open("told.json"))
key, url, headers, body = told["key"], told["url"], told["headers"], told["body"].encode()
shop = Clientela(key, base_url=url)
maria = shop.customers.create_customer({"external_ids": [{"source": "main-shop", "id": "8123"}]})
for customer_id in [maria.id, told["nobody"], "nonsense"]:
    for block in told["blocks"]:
        if "await" in block and customer_id != maria.id:
            continue
        names = {**globals(), "id": maria.id}
        made = eval(compile(block, "README.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), names)
        if asyncio.iscoroutine(made):
            asyncio.run(made)
print(names["message"]["type"])
"""
SCRIPT = """
import {{ Clientela }} from '@clientela/sdk'
const told = {told}
const {{ key, url, body, customer_id }} = told
const request = {{ headers: new Headers(told.headers) }}
const shop = new Clientela({{ key, baseUrl: url }})
{block}
"""


def told(shop: Served, **more: object) -> str:
    return json.dumps({"key": shop.key, "url": shop.url, "body": BODY.decode(), "headers": signed(BODY), **more})


def test_the_one_for_python(service: Served, tmp_path: Path) -> None:
    blocks = quickstart.further(SDKS / "python" / "README.md", "python", secret=SECRET)
    shop = service.new_shop("readme-python")
    (tmp_path / "told.json").write_text(told(shop, blocks=blocks, nobody=NOBODY))
    (tmp_path / "readme.py").write_text(PYTHON)
    done = subprocess.run(
        [sys.executable, "readme.py"], cwd=tmp_path, env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    # Nobody is an error that the block passes over; what is no id at all is refused with its place.
    *refused, message = done.stdout.splitlines()
    assert refused, "an id that is none was not refused"
    assert message == "customer.created"


@pytest.mark.parametrize("customer_id", [NOBODY, "nonsense"])
def test_the_one_for_typescript(package: Path, shop: Served, customer_id: str) -> None:
    said = []
    for number, block in enumerate(quickstart.further(SDKS / "typescript" / "README.md", "js", secret=SECRET)):
        script = package / f"readme-{number}.mjs"
        script.write_text(SCRIPT.format(told=told(shop, customer_id=customer_id), block=block))
        said.append(typescript_sdk.run(package, "node", script.name))
    assert ("nobody" in said[0]) is (customer_id == NOBODY)
    assert said[0].strip()


def test_the_one_for_php(tmp_path: Path) -> None:
    """Its webhook, on PHP's own web server."""
    php_cli.require_php()
    (block,) = quickstart.further(SDKS / "php" / "README.md", "php", secret=SECRET)
    page = tmp_path / "hook.php"
    page.write_text(f"<?php require {str(php_cli.AUTOLOAD)!r};\n{block}\necho $message['type'];")
    port = free_port()
    environment = {"CLIENTELA_WEBHOOK_SECRET": SECRET}
    server = subprocess.Popen(
        ["php", "-S", f"127.0.0.1:{port}", page], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        transport = httpx.HTTPTransport(retries=8)  # until it listens
        with httpx.Client(transport=transport, trust_env=False, timeout=20) as client:
            good = client.post(url, content=BODY, headers=signed(BODY))
            forged = client.post(url, content=BODY + b" ", headers=signed(BODY))
    finally:
        server.kill()
        server.wait()
    assert (good.status_code, good.text) == (200, "customer.created")
    assert (forged.status_code, forged.text) == (401, "")

"""A running service with a shop, and PHP with the plugin in the stand-in of WordPress."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli import commands
from tests.examples.woocommerce.plugin import PLUGIN, SCRIPT, PluginShop, Woo
from tests.sdks import php_cli


@pytest.fixture(scope="module")
def shop() -> Iterator[PluginShop]:
    php_cli.require_php()
    with commands.data_dir() as home, commands.serve(home) as service:
        made = commands.run(home, "tenant", "create", "loja", "--currency", "BRL", "--timezone", "UTC")
        assert made.code == 0, made.err
        create = ["key", "create", "--tenant", "loja", "--json"]
        key = commands.run(home, *create, "--scope", "all").json["key"]
        # The plugin's own has the scopes that its README says are enough.
        scopes = re.findall(r"--scope ([a-z]+:[a-z]+)", (PLUGIN / "README.md").read_text())
        own = commands.run(home, *create, *[part for one in scopes for part in ("--scope", one)]).json["key"]
        yield PluginShop(service.url, key, own)


@pytest.fixture
def woo(tmp_path: Path) -> Woo:
    """Actions of woocommerce/shop.php one after the other, in one process; a list of what each has answered. What the
    stand-in keeps stays for the next call."""
    php_cli.require_php()

    async def act(*actions: list[Any], scheduler: bool = True, **told: Any) -> list[Any]:
        environment = {"KEPT": str(tmp_path / "kept.json"), "ACTION_SCHEDULER": "1" if scheduler else ""}
        answers: list[Any] = await php_cli.ask(SCRIPT, json.dumps(actions), told=told, **environment)
        return answers

    return act

"""The TypeScript SDK in a page of a real browser: the modules as they are published, and a publishable key."""

import functools
import json
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli import commands
from tests.examples import visitor
from tests.sdks.conftest import Served
from tests.sdks.test_python_webhooks import BODY, SECRET, signed

PAGE = """<!doctype html><title>A shop</title><script type="importmap">{"imports": {
  "@clientela/sdk": "/dist/index.js", "openapi-fetch": "/node_modules/openapi-fetch/dist/index.mjs"}}</script>"""
CALLS = """(async ({ key, baseUrl, body, headers, secret }) => {
  const { Clientela, Invalid, verifyWebhook } = await import('@clientela/sdk')
  const shop = new Clientela({ key, baseUrl })
  const customer = { anonymous_id: 'browser-1' }
  const viewed = { type: 'product.viewed', message_id: 'browser-1', properties: { sku: 'A1' } }
  const events = [{ ...viewed, occurred_at: new Date().toISOString() }]
  const { events: { stored } } = await shop.post('/v1/storefront/context', { body: { customer, events } })
  const refused = await shop.post('/v1/storefront/context', { body: { customer, evnts: [] } }).catch((error) => error)
  const message = await verifyWebhook(body, headers, secret)
  const forged = await verifyWebhook(body + ' ', headers, secret).catch((error) => error.name)
  return { stored, refused: refused instanceof Invalid ? refused.errors : String(refused), message, forged }
})"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def origin(package: Path) -> Iterator[str]:
    """Where the package is served together with a page."""
    (package / "page.html").write_text(PAGE)
    handler = functools.partial(Quiet, directory=str(package))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


async def test_it_works_in_a_page(origin: str, shop: Served) -> None:
    wanted = ["--tenant", "sapataria", "--publishable", "--scope", "events:write", "--origin", origin, "--json"]
    key = commands.run(shop.home, "key", "create", *wanted).json["key"]
    given = {"key": key, "baseUrl": shop.url, "body": BODY.decode(), "headers": signed(BODY), "secret": SECRET}
    async with visitor.running() as browser:
        await browser.do("open", 1, {})
        await browser.do("goto", 1, f"{origin}/page.html")
        told = await browser.do("evaluate", 1, f"{CALLS}({json.dumps(given)})")
    assert told["stored"] == 1
    assert [error["pointer"] for error in told["refused"]] == ["/evnts"]
    assert told["message"] == json.loads(BODY)
    assert told["forged"] == "WebhookRefused"

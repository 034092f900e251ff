"""T06: what is personal is nowhere in clear: not in the database's files, its dump, the logs or SQL parameters."""

import asyncio
import base64
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson
import pytest
import structlog

from app import logs
from app.db import embedded
from app.domain.api_keys import Scope
from tests.db import servers
from tests.factories.shops import Shop, event, open_shop

CUSTOMERS = 200
_FIELDS = (
    "mail", "second", "first", "last", "line1", "line2", "district", "city", "region", "handle", "occupation",
    "income", "category", "product", "size", "opinion", "attribute", "nested", "external", "device", "note",
    "recipient", "street", "patched",
)  # fmt: skip


def canary(number: int, field: str) -> str:
    """A word that occurs nowhere else; letters of both cases and one that JSON and URLs escape."""
    return f"Zq{field}Ç{number:03d}Kx"


def plain_ascii(number: int, field: str) -> str:
    return canary(number, field).replace("Ç", "c")


def customer(n: int) -> dict[str, Any]:
    return {
        "emails": [{"value": f"{plain_ascii(n, 'mail')}@example.com"}, {"value": f"{plain_ascii(n, 'second')}@x.org"}],
        "phones": [{"value": f"+551198{n:03d}7391"}],
        "external_ids": [{"source": "main-shop", "id": canary(n, "external")}],
        "anonymous_ids": [canary(n, "device")],
        "first_name": canary(n, "first"),
        "last_name": canary(n, "last"),
        "addresses": [{name: canary(n, name) for name in ("line1", "line2", "district", "city", "region")}],
        "social": [{"network": "instagram", "handle": canary(n, "handle")}],
        "demographics": {"occupation": canary(n, "occupation"), "income_band": canary(n, "income")},
        "preferences": {
            "categories": [canary(n, "category")],
            "products": [canary(n, "product")],
            "sizes": {"shoes": canary(n, "size")},
            "opinions": [canary(n, "opinion")],
        },
        "attributes": {"a": canary(n, "attribute"), "b": {"c": [canary(n, "nested")]}},
        "birth_date": "1990-04-05",
        "gender": "female",
    }


def forms(text: str) -> Iterator[bytes]:
    """The ways in which a text may lie in a file."""
    for value in {text, text.lower()}:
        raw = value.encode()
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        yield quote(value, safe="").encode()
        yield orjson.dumps(value)[1:-1]
        yield value.encode("unicode_escape")
        for shift in range(3):
            # What is the same whatever stands around: without the characters that share bits with neighbours.
            coded = base64.b64encode(b"\0" * shift + raw)
            yield coded[(shift * 8 + 5) // 6 : (shift + len(raw)) * 8 // 6]


def needles() -> set[bytes]:
    found: set[bytes] = set()
    for n in range(CUSTOMERS):
        for field in _FIELDS:
            for text in {canary(n, field), plain_ascii(n, field)}:
                found.update(forms(text))
        found.update(forms(f"+551198{n:03d}7391"))
        found.update(forms(f"551198{n:03d}7391"))
    return found


def hits(haystack: bytes, wanted: set[bytes]) -> set[bytes]:
    """Which of the needles occur. By their first six bytes at first, because there are half a million of them."""
    by_start: dict[bytes, list[bytes]] = {}
    for needle in wanted:
        by_start.setdefault(needle[:6], []).append(needle)
    return {n for start, group in by_start.items() if start in haystack for n in group if n in haystack}


@contextmanager
def recorded_arguments(into: list[bytes]) -> Iterator[None]:
    """Every argument of every statement, as it leaves for the driver."""
    kinds = {
        name: getattr(asyncpg.Connection, name) for name in ("fetch", "fetchrow", "execute", "executemany", "fetchval")
    }

    def wrap(original: Any) -> Any:
        async def call(self: Any, *arguments: Any, **more: Any) -> Any:
            into.append(repr(arguments).encode())
            into.extend(_bytes_in(arguments))
            return await original(self, *arguments, **more)

        return call

    with pytest.MonkeyPatch.context() as patched:
        for name, original in kinds.items():
            patched.setattr(asyncpg.Connection, name, wrap(original))
        yield


def _bytes_in(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _bytes_in(inner)


async def fill(shop: Shop) -> None:
    """The canaries through every endpoint that writes."""
    half = CUSTOMERS // 2
    for n in range(0, half, 10):
        answers = await asyncio.gather(
            *(shop.post("/v1/customers", customer(i), Idempotency_Key=f"key-{i}") for i in range(n, n + 10))
        )
        assert {a.status_code for a in answers} == {201}, answers[0].text
    batch = await shop.post("/v1/customers/batch", {"customers": [customer(n) for n in range(half, CUSTOMERS)]})
    assert batch.json()["created"] == CUSTOMERS - half, batch.text
    events = [
        event(
            type="form.submitted",
            message_id=f"planted-{n}",
            customer={"email": f"{plain_ascii(n, 'mail')}@example.com"},
            properties={
                "form": "contact",
                "note": canary(n, "note"),
                "recipient_name": canary(n, "recipient"),
                "shipping_address": {"line1": canary(n, "street")},
                "text": f"ring {plain_ascii(n, 'mail')}@example.com or +551198{n:03d}7391",
            },
        )
        for n in range(CUSTOMERS)
    ]
    answer = await shop.post("/v1/events/batch", {"events": events[1:]}, Idempotency_Key="batch")
    assert answer.json()["stored"] == CUSTOMERS - 1, answer.text
    assert (await shop.post("/v1/events", events[0])).status_code == 201
    found = (await shop.post("/v1/customers/search", {"email": f"{plain_ascii(0, 'mail')}@example.com"})).json()["data"]
    url = f"/v1/customers/{found[0]['id']}"
    patched = await shop.client.patch(url, json={"last_name": canary(0, "patched"), "attributes": {"a": None}})
    assert patched.status_code == 200
    refused = [
        await shop.post("/v1/customers", {**customer(1), "surprise": canary(1, "attribute")}),
        await shop.post("/v1/customers", {"emails": [{"value": canary(1, "mail")}]}),
        await shop.post("/v1/customers", customer(1) | {"emails": customer(2)["emails"]}),
        await shop.post("/v1/events", {**events[1], "properties": {"form": "f", "note": canary(1, "note")}}),
        await shop.post(
            "/v1/events/batch", {"events": [{canary(1, "first"): 1}, {**events[1], "type": canary(1, "first")}]}
        ),
        await shop.client.get(f"/v1/customers/{canary(1, 'first')}?cursor={canary(1, 'first')}"),
    ]
    assert [a.status_code for a in refused] == [422, 422, 409, 409, 200, 422], [a.text for a in refused]
    async with await shop.client_with(Scope.CUSTOMERS_READ) as client:
        shown = (await client.get("/v1/customers?limit=200")).text
    # Ids of sources and devices are shown to every key: they are what a shop's systems join by.
    masked = [field for field in _FIELDS if field not in ("external", "device")]
    assert not [f for f in masked for n in range(CUSTOMERS) for t in (canary, plain_ascii) if t(n, f) in shown]
    assert (await shop.client.delete(url)).status_code == 204


def dump(server: embedded.EmbeddedServer, path: Path) -> bytes:
    """pg_dump of the wheel, as the account that PostgreSQL runs as."""
    from app.db import embedded_host as host

    site = host.prepare(path)
    done = subprocess.run(
        [site.engine / "bin" / "pg_dump", "--inserts", server.superuser_dsn],
        capture_output=True,
        check=True,
        **site.account.spawn(),
    )
    return done.stdout


async def test_no_canary_is_in_files_dump_logs_or_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    """T06"""
    wanted, arguments = needles(), []
    with servers.folder() as path:
        server = await servers.start(path, durable=False)
        root = logging.getLogger()
        before = root.handlers[:], root.level, logging.getLogger("uvicorn.access").disabled
        try:
            logs.configure(level="DEBUG", json_lines=True)
            async with servers.service(server.service_dsn, path, access_log=True) as app:
                shop = await open_shop(app)
                with recorded_arguments(arguments):
                    await fill(shop)
                await shop.client.aclose()
            connection = await asyncpg.connect(server.superuser_dsn)
            await connection.execute("CHECKPOINT")
            await connection.close()
            dumped = await asyncio.to_thread(dump, server, path)
        finally:
            structlog.reset_defaults()
            root.handlers[:], root.level = before[0], before[1]
            logging.getLogger("uvicorn.access").disabled = before[2]
            logging.captureWarnings(False)
            server.stop()
        printed = "".join(capsys.readouterr()).encode()
        files = b"\n".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())
    planted = b"planted-77"
    for place, text in (("files", files), ("dump", dumped), ("parameters", b"\n".join(arguments))):
        assert planted in text, f"the search of {place} finds what is there"
        assert hits(text, wanted) == set(), place
    assert b"/v1/customers/batch" in printed
    assert hits(printed, wanted) == set()


def test_the_search_finds_every_form() -> None:
    text = canary(7, "mail")
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + text.encode() + b"rest")
        assert hits(coded, set(forms(text)))
    for form in forms(text):
        assert hits(b"\0\1" + form + b"\2", {form})
    assert not hits(b"nothing of it", set(forms(text)))

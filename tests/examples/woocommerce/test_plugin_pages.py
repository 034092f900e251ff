"""What the plugin shows on a page to whom, asked of the real service; and that no page waits for it or breaks."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.examples.woocommerce.plugin import (
    PLUGIN,
    PluginShop,
    Woo,
    found,
    settings,
)
from tests.unit.outbound.servers import serving

KNOWN = "fedcba9876543210" * 2


@pytest.fixture(scope="module")
def buyers(shop: PluginShop) -> dict[str, int]:
    """An account of each segment that there is. The browser KNOWN is that of the champion."""
    now = datetime.now(UTC)
    users = range(5001, 5021)
    events = []
    for place, user in enumerate(users, start=1):
        for number in range(place):
            at = now - timedelta(days=(20 - place) * 15 + number + 1)
            order_id = f"{user}-{number}"
            properties = {"order_id": order_id, "total": f"{place * 10}.00", "currency": "BRL"}
            who = {"external_id": {"source": "loja", "id": str(user)}}
            told = {"type": "order.paid", "message_id": order_id, "customer": who, "occurred_at": at.isoformat()}
            events.append({**told, "properties": properties})
    assert shop.post("/v1/events/batch", {"events": events, "backfill": True})["rejected"] == []
    segments = {}
    for user in users:
        customer = found(shop, external_id={"source": "loja", "id": str(user)})
        segments[shop.get(f"/v1/customers/{customer['id']}/rfm")["segment"]] = user
    best = {"source": "loja", "id": str(segments["champions"])}
    shop.post("/v1/customers", {"external_ids": [best], "anonymous_ids": [KNOWN]})
    return segments


@pytest.fixture(scope="module")
def page_key(shop: PluginShop) -> str:
    wanted = {"name": "pages", "kind": "publishable", "scopes": ["events:write"]}
    key: str = shop.post("/v1/api-keys", wanted)["key"]
    return key


async def test_the_best_are_greeted_and_those_who_stay_away_get_a_coupon(
    woo: Woo, shop: PluginShop, buyers: dict[str, int]
) -> None:
    given = settings(shop, coupon="VOLTA10")
    best, asleep, unknown = buyers["champions"], buyers["hibernating"], 4711
    told = await woo(*[["banner", user] for user in (best, asleep, unknown)], ["kept"], settings=given)
    greeting, coupon, nothing = (one["html"] for one in told[:3])
    assert greeting == '<div class="clientela-offer" role="note">Thank you for being one of our best customers.</div>'
    assert coupon == '<div class="clientela-offer" role="note">We have missed you! Your coupon: VOLTA10</div>'
    assert nothing == ""
    assert [one["is_cached"] for one in told[:3]] == [False] * 3, (
        "what is for one person alone stays out of page caches"
    )
    assert shop.post("/v1/customers/search", {"external_id": {"source": "loja", "id": "4711"}})["data"] == []
    # Known for ten minutes: the service could be away.
    told = await woo(["banner", asleep], settings=settings(None, coupon="VOLTA10"))
    assert told[0]["html"] == coupon


async def test_a_visitor_is_told_of_herself_only_where_her_browser_is_known(
    woo: Woo, shop: PluginShop, buyers: dict[str, int], page_key: str
) -> None:
    given = settings(shop, publishable_key=page_key)
    told = await woo(["banner", 0, KNOWN], ["banner", 0, "f" * 32], ["banner", 0, "guess'ed"], settings=given)
    assert ["best customers" in one["html"] for one in told] == [True, False, False]
    (told,) = await woo(["banner", 0, KNOWN], settings=settings(shop))
    assert (told["html"], told["is_cached"]) == ("", True), "without a publishable key nobody is asked"


async def test_text_is_escaped(woo: Woo, shop: PluginShop, buyers: dict[str, int]) -> None:
    (told,) = await woo(["banner", buyers["hibernating"]], settings=settings(shop, coupon="<b onload='x'>"))
    assert "<b" not in told["html"]
    assert "&lt;b onload=&#039;x&#039;&gt;" in told["html"]


async def test_a_page_waits_for_a_third_of_a_second_at_most_and_then_not_again(woo: Woo) -> None:
    """The service takes the connection and says nothing; then nobody is asked for a minute. How long that took is not
    judged to the hundredth: this machine may be busy."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        await asyncio.sleep(30)

    assert "const SECONDS = 0.3;" in (PLUGIN / "src" / "Offer.php").read_text()
    async with serving(silent) as server:
        given = {**settings(None), "url": server.url("")}
        first, second = await woo(["banner", 1], ["banner", 2], settings=given)
        assert len(server.requests) == 1
    assert (first["html"], second["html"]) == ("", "")
    assert first["seconds"] < 5


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nnot JSON",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 429 Slow down\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["an error", "no JSON", "another JSON", "a limit"],
)
async def test_no_answer_breaks_a_page(woo: Woo, answer: bytes) -> None:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str, body: bytes) -> None:
        writer.write(answer)
        await writer.drain()

    async with serving(behave) as server:
        (told,) = await woo(["banner", 1], settings={**settings(None), "url": server.url("")})
        assert len(server.requests) == 1
    assert told["html"] == ""

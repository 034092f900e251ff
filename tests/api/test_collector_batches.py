"""What becomes of messages: good and bad ones together, odd values, strict mode, repetitions, what a batch costs."""

import asyncio
from typing import Any

import pytest

from app.db.tx import Tx
from tests.api.test_collector import EVERYTHING, SINGLE, failed, succeeded
from tests.factories import messages as make
from tests.factories.messages import events, send, track
from tests.factories.shops import Shop

ODD: list[Any] = [
    None, True, 0, -1, 1.5, 1e308, "", " ", [], {}, [{}], {"a": [1]}, "\x01", "\n", "x" * 2000, "2026-13-01", "null",
    "9" * 300, "1e999999999", "NaN", "-1", [[[]]], {"": None},
]  # fmt: skip


@pytest.mark.parametrize("kind", SINGLE)
async def test_an_odd_value_anywhere_in_a_message_fails_no_batch(shop: Shop, kind: str) -> None:
    """T26: every field of every kind, one after the other, gets each of the odd values."""
    full = make.message(
        kind, **EVERYTHING, anonymousId="d1", originalTimestamp="2026-11-01T15:00:00Z", sentAt="2026-11-01T15:00:00Z",
        properties={"order_id": "1", "total": 1, "revenue": 1, "products": [{"price": 1, "quantity": 1}], "rating": 5},
    )  # fmt: skip
    for name in (*full, "channel", "integrations"):
        batch = [
            {**full, "messageId": f"{name}-{n}", "previousId": f"{name}-{n}", name: odd} for n, odd in enumerate(ODD)
        ]
        await send(shop, *batch)
    for event_name in ("Order Completed", "Order Refunded", "Coupon Applied", "Products Searched", "Product Reviewed"):
        for name in ("order_id", "total", "revenue", "products", "rating", "code", "query", "discount", "currency"):
            batch = [
                {**full, "event": event_name, "messageId": f"{event_name}-{name}-{n}",
                 "properties": {"revenue": 2, "order_id": f"o{n}", name: odd}} for n, odd in enumerate(ODD)
            ]  # fmt: skip
            await send(shop, *batch)
    for name in (
        "email",
        "phone",
        "name",
        "firstName",
        "birthday",
        "gender",
        "address",
        "createdAt",
        "country",
        "locale",
        "x",
    ):
        batch = [{**full, "messageId": f"trait-{name}-{n}", "traits": {name: odd}} for n, odd in enumerate(ODD)]
        await send(shop, *batch)
    await send(shop, *ODD)


async def test_one_bad_message_fails_alone_and_the_ingestion_says_why(shop: Shop) -> None:
    told = await send(
        shop, track("Product Viewed"), "nonsense", track("Order Completed", {"order_id": "1"}), {"type": "sing"},
        track("Product Viewed", userId=None), make.message("group"), make.message("track"),
        make.identify({}, userId=None), track("Product Viewed", "x"),
    )  # fmt: skip
    assert (told["received"], told["stored"]) == (9, 1)
    assert {(one["index"], one["code"], one["pointer"]) for one in told["rejected"]} == {
        (1, "invalid_message", "/batch/1"),
        (2, "required", "/batch/2/properties/total"),
        (3, "unknown_type", "/batch/3/type"),
        (4, "identifier_required", "/batch/4"),
        (5, "required", "/batch/5/groupId"),
        (6, "required", "/batch/6/event"),
        (7, "identifier_required", "/batch/7"),
        (8, "invalid_type", "/batch/8/properties"),
    }


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track"])
async def test_strict_mode_refuses_all_or_nothing(shop: Shop, path: str) -> None:
    bad = track("Order Completed", {"order_id": "1"})
    body = {"batch": [track("Product Viewed"), make.identify({"phone": "x"}), bad]} if path == "/v1/batch" else bad
    assert succeeded(await shop.client.post("/v1/track", json=bad)), "without it, a refusal is only written down"
    answer = await shop.client.post(path, json=body, headers={"X-Strict-Mode": "1"})
    told = failed(answer, 400)
    place = "/batch/2" if path == "/v1/batch" else ""
    assert {"pointer": f"{place}/properties/total", "code": "required", "message": "order.paid needs total."} in told[
        "errors"
    ]
    assert await events(shop) == []
    assert (await shop.client.get("/v1/customers")).json()["data"] == []
    good = track("Product Viewed")
    for _ in range(2):
        answer = await shop.client.post("/v1/track", json=good, headers={"X-Strict-Mode": "1"})
        assert succeeded(answer), "what is stored already is no refusal"


async def test_strict_mode_names_a_trait_that_would_be_left_out(shop: Shop) -> None:
    body = {"batch": [make.identify({"email": "ana@example.com", "phone": "x"})]}
    told = failed(await shop.client.post("/v1/batch", json=body, headers={"X-Strict-Mode": "1"}), 400)
    assert [(one["pointer"], one["code"]) for one in told["errors"]] == [("/batch/0/traits/phone", "invalid_phone")]
    assert (await shop.client.get("/v1/customers")).json()["data"] == []


async def test_fifty_replays_at_once_have_one_effect(shop: Shop) -> None:
    """T24"""
    body = {
        "batch": [
            make.identify({"email": "ana@example.com", "firstName": "Ana"}),
            track("Order Completed", {"order_id": "1", "total": 129.9, "currency": "BRL"}),
            track("Product Viewed", {"sku": "A1"}, messageId=None),
        ],
        "sentAt": "2026-11-01T15:00:01.000Z",
    }
    for message in body["batch"]:
        assert isinstance(message, dict)
    answers = await asyncio.gather(*(shop.client.post("/v1/batch", json=body) for _ in range(50)))
    assert all(succeeded(answer) for answer in answers)
    single = track("Order Completed", {"order_id": "2", "total": 10.5})
    assert all(map(succeeded, await asyncio.gather(*(shop.client.post("/v1/t", json=single) for _ in range(50)))))
    assert sorted(event["type"] for event in await events(shop)) == ["order.paid", "order.paid", "product.viewed"]
    (customer,) = (await shop.client.get("/v1/customers")).json()["data"]
    orders = (await shop.client.get(f"/v1/customers/{customer['id']}/orders")).json()["data"]
    assert sorted(order["total"] for order in orders) == ["10.50", "129.90"]


async def test_a_message_sent_again_later_is_stored_once(shop: Shop) -> None:
    """A library stamps `sentAt` anew when it tries again, so that the corrected time is another one."""
    message = track("Order Completed", {"order_id": "1", "total": 10.5})
    for second in range(3):
        told = await send(shop, message, track("Product Viewed"), sent_at=f"2026-11-01T15:00:0{second}Z")
        assert told["stored"] == (2 if second == 0 else 1)
    strict = {"batch": [message], "sentAt": "2026-11-01T15:01:00Z"}
    assert succeeded(await shop.client.post("/v1/batch", json=strict, headers={"X-Strict-Mode": "1"}))
    assert [event["type"] for event in await events(shop)].count("order.paid") == 1


async def test_a_batch_costs_the_same_statements_whatever_its_size(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not one more than the same events sent as ours."""
    await send(shop, track("Product Viewed"), track("Product Viewed"))
    asked: list[str] = []
    for name in ("all", "one", "run", "run_many", "fetch_sql"):
        original = getattr(Tx, name)

        async def counted(self: Tx, *given: Any, name: str = name, original: Any = original, **values: Any) -> Any:
            asked.append(name)
            return await original(self, *given, **values)

        monkeypatch.setattr(Tx, name, counted)
    counts = []
    for size in (2, 100):
        asked.clear()
        body = {"batch": [track("Product Viewed", {"sku": "A1", "price": 5.5}) for _ in range(size)]}
        assert succeeded(await shop.client.post("/v1/batch", json=body))
        counts.append(len(asked))
    ours = {"customer": {"external_id": {"source": "api", "id": "8123"}}, "occurred_at": "2026-11-01T12:00:00Z"}
    asked.clear()
    sent = [{"type": "product.viewed", "message_id": f"m{n}", **ours} for n in range(100)]
    assert (await shop.post("/v1/events/batch", {"events": sent})).status_code == 200
    assert counts == [len(asked)] * 2
    people = []
    for size in (2, 50):
        asked.clear()
        batch = [make.identify({"email": f"{size}-{n}@example.com"}, userId=f"{size}-{n}") for n in range(size)]
        assert succeeded(await shop.client.post("/v1/batch", json={"batch": batch}))
        people.append(len(asked))
    assert people[0] == people[1]

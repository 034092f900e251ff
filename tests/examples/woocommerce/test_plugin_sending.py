"""The plugin sends through its queue, to the real service or for a while to nobody: nothing is lost or told twice."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.examples.woocommerce.plugin import (
    DEVICE,
    PluginShop,
    Woo,
    an_order,
    events_of,
    found,
    numbers,
    order_of,
    settings,
)

DAY = 86_400
SECRET = "a-long-random-secret"


# --- Towards the service ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", [True, False], ids=["Action Scheduler", "WordPress's schedule"])
async def test_an_order_goes_its_way_and_is_counted_once(woo: Woo, shop: PluginShop, scheduler: bool) -> None:
    order = an_order()
    number = order["id"]
    told = await woo(["status", number], ["status", number], ["run", 0], ["kept"],
                     settings=settings(shop), orders=[order], scheduler=scheduler)  # fmt: skip
    assert told[2] == 2
    assert (told[3]["schedule"], told[3]["log"]) == ([], [])
    known = order_of(shop, order)
    assert (known["order_id"], known["source"], known["status"]) == (str(number), "loja", "paid")
    assert (known["total"], known["shipping"], known["discount"]) == ("129.90", "10.00", "5.50")

    now = datetime.now(UTC).isoformat()
    refund = {"id": 9000 + number, "amount": "29.90", "date_created": now}
    order |= {"refunds": [refund], "date_modified": now}
    told = await woo(["refund", number, refund["id"]], ["run", 0], ["kept"], orders=[order], scheduler=scheduler)
    assert told[2]["log"] == [], "the payment with its new time is no refusal"
    assert (order_of(shop, order)["refunded"], order_of(shop, order)["status"]) == ("29.90", "partly_refunded")

    order |= {"status": "cancelled"}
    await woo(["status", number], ["run", 0], orders=[order], scheduler=scheduler)
    known = order_of(shop, order)
    assert known["status"] == "cancelled"
    assert events_of(shop, known["customer_id"]) == ["order.cancelled", "order.paid", "order.refunded"]


async def test_an_order_told_by_webhook_too_is_one_order_with_each_event_once(woo: Woo, shop: PluginShop) -> None:
    """The service's own adapter and the plugin, in both orders of arrival."""
    slug = f"loja-{uuid.uuid4().hex[:6]}"
    source = shop.post("/v1/sources", {"slug": slug, "kind": "shop"})["id"]
    connection = {"platform": "woocommerce", "secrets": [SECRET], "options": {"url": "https://loja.example"}}
    path = shop.send("PUT", f"/v1/sources/{source}/connection", connection)["webhook_path"]
    for plugin_first in (True, False):
        order = an_order(refunds=[{"id": next(numbers), "amount": "9.90", "date_created": "2026-11-20T10:00:00Z"}])

        async def by_plugin(order: dict[str, Any] = order) -> None:
            given = settings(shop, source=slug)
            told = await woo(["status", order["id"]], ["run", 0], ["kept"], settings=given, orders=[order])
            assert told[2]["log"] == []

        def by_webhook(order: dict[str, Any] = order) -> None:
            gmt = {f"{name}_gmt": order[name][:19] for name in ("date_created", "date_paid", "date_modified")}
            lines = [{**one, "price": str(one["price"])} for one in order["items"]]
            refunds = [{"id": one["id"], "total": f"-{one['amount']}"} for one in order["refunds"]]
            billing = {"email": order["billing_email"], "country": "BR"}
            told = {**order, **gmt, "customer_id": 0, "line_items": lines, "refunds": refunds, "billing": billing}
            body = json.dumps(told).encode()
            signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
            headers = {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-signature": signature}
            assert httpx.post(f"{shop.url}{path}", content=body, headers=headers, trust_env=False).status_code == 200

        if plugin_first:
            await by_plugin()
        by_webhook()
        await until(
            lambda order=order: bool(shop.post("/v1/customers/search", {"email": order["billing_email"]})["data"])
        )  # type: ignore[misc]
        await until(lambda: not shop.get("/v1/inbound-messages?state=waiting")["data"])
        if not plugin_first:
            await by_plugin()
        known = order_of(shop, order)
        assert (known["total"], known["refunded"], len(known["refunds"])) == ("129.90", "9.90", 1)
        rfm = shop.get(f"/v1/customers/{known['customer_id']}/rfm")
        assert rfm["f"]["orders"] == 1
        types = events_of(shop, known["customer_id"])
        assert (types.count("order.paid"), types.count("order.refunded")) == (1, 1)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(holds):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", ["login", "register"])
async def test_who_comes_with_an_account_is_known_with_her_device(woo: Woo, shop: PluginShop, how: str) -> None:
    user, device = next(numbers), uuid.uuid4().hex
    viewed = {
        "type": "product.viewed",
        "message_id": device,
        "customer": {"anonymous_id": device},
        "occurred_at": datetime.now(UTC).isoformat(),
        "properties": {"sku": "A1"},
    }
    shop.post("/v1/events", viewed)
    email = f"{device[:8]}@example.com"
    customers = {user: {"email": email, "first_name": "Maria", "billing_country": "BR"}}
    told = await woo([how, user, device], ["run", 0], ["kept"], settings=settings(shop), customers=customers)
    assert (told[1], told[2]["log"]) == (1, [])
    known = found(shop, external_id={"source": "loja", "id": str(user)})
    assert known == found(shop, anonymous_id=device) == found(shop, email=email)
    assert (known["first_name"], known["country"]) == ("Maria", "BR")
    assert events_of(shop, known["id"]) == ["product.viewed"], "what she looked at before is hers"


async def test_who_works_in_the_shop_is_no_customer(woo: Woo) -> None:
    told = await woo(["login", 5, DEVICE], ["kept"], settings=settings(None), roles={5: ["administrator"]})
    assert (told[1]["schedule"], told[1]["users"]) == ([], [])


async def test_a_ticked_box_becomes_a_consent_with_its_proof_which_leaves_the_shop(woo: Woo, shop: PluginShop) -> None:
    order = an_order(date_paid=None, status="pending")
    number, ticked = order["id"], {"clientela_marketing": "1"}
    told = await woo(["checkout", number, ticked, DEVICE], ["decision", number], ["kept"], ["run", 0], ["kept"],
                     settings=settings(shop), orders=[order])  # fmt: skip
    assert told[1]["customer"] == {"email": order["billing_email"]}
    assert str(number) in told[2]["orders"]
    assert (told[4]["schedule"], told[4]["log"]) == ([], [])
    assert "_clientela_consent" not in told[4]["orders"][str(number)]
    known = found(shop, email=order["billing_email"])
    assert known == found(shop, anonymous_id=DEVICE)
    check = {"purpose": "marketing", "channel": "email", "customers": [{"id": known["id"]}]}
    assert shop.post("/v1/consents/check", check)["results"][0]["allowed"] is True
    (decision,) = shop.get(f"/v1/customers/{known['id']}/consents?include=history")["history"]["data"]
    assert (decision["legal_basis"], decision["indication_method"]) == ("lgpd.7.I", "checkbox")
    assert decision["evidence"] == {
        "affirmative_action": "Ticked: Send me news and offers by e-mail. I can stop this at any time.",
        "url": "https://loja.example/checkout/",
        "ip": "198.51.100.7",
        "user_agent": "Mozilla/5.0 (test)",
    }


async def test_the_checkout_of_blocks_is_heard_too_and_a_box_left_empty_is_no_decision(woo: Woo) -> None:
    yes, no, classic = an_order(), an_order(), an_order()
    told = await woo(
        ["block checkout", yes["id"], {"additional_fields": {"clientela/marketing": True}}],
        ["block checkout", no["id"], {"additional_fields": {"clientela/marketing": False}}],
        ["checkout", classic["id"], {}],
        *[["decision", one["id"]] for one in (yes, no, classic)],
        ["box"],
        settings=settings(None),
        orders=[yes, no, classic],
    )
    assert told[3]["decision"] == "given"
    assert told[4:6] == [None, None]
    html, fields = told[6]
    assert "checked" not in html
    assert [(field["id"], field["type"]) for field in fields] == [("clientela/marketing", "checkbox")]


async def test_a_consent_without_an_address_is_none(woo: Woo) -> None:
    order = an_order(billing_email="")
    told = await woo(["checkout", order["id"], {"clientela_marketing": "1"}], ["decision", order["id"]],
                     settings=settings(None), orders=[order])  # fmt: skip
    assert told[1] is None


# --- When the service is not there ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", [True, False], ids=["Action Scheduler", "WordPress's schedule"])
async def test_what_could_not_be_sent_waits_and_is_sent_later(woo: Woo, shop: PluginShop, scheduler: bool) -> None:
    order = an_order()
    told = await woo(["status", order["id"]], ["run", 0], ["kept"], ["run", 70], ["kept"],
                     settings=settings(None), orders=[order], scheduler=scheduler)  # fmt: skip
    (waiting,) = told[2]["schedule"]
    assert 50 <= waiting["at"] - time.time() <= 61
    (waiting,) = told[4]["schedule"]
    assert 290 <= waiting["at"] - time.time() <= 301
    assert order["billing_email"] not in json.dumps(told[4]), "ids alone wait"
    told = await woo(["run", DAY], ["kept"], settings=settings(shop), orders=[order], scheduler=scheduler)
    assert told[1]["schedule"] == []
    assert order_of(shop, order)["status"] == "paid"


async def test_nothing_is_tried_for_ever(woo: Woo) -> None:
    order = an_order()
    told = await woo(["status", order["id"]], ["run", 4 * DAY], ["kept"], settings=settings(None), orders=[order])
    assert told[1] == 10
    assert told[2]["schedule"] == []


async def test_a_process_that_dies_while_sending_has_lost_nothing(woo: Woo, shop: PluginShop) -> None:
    order = an_order()
    given = {"settings": settings(shop), "orders": [order]}
    with pytest.raises(AssertionError):  # killed
        await woo(["status", order["id"]], ["die while sending"], **given)
    told = await woo(["kept"], ["run", DAY], ["kept"], **given)
    assert len(told[0]["schedule"]) == 1
    assert told[2]["schedule"] == []
    assert order_of(shop, order)["status"] == "paid"


async def test_what_the_service_refuses_is_logged_without_what_was_sent_and_not_tried_again(
    woo: Woo, shop: PluginShop
) -> None:
    order = an_order(currency="REAIS", billing_country="Brasil")
    told = await woo(["status", order["id"]], ["run", 0], ["kept"], settings=settings(shop), orders=[order])
    assert told[2]["schedule"] == []
    (line,) = told[2]["log"]
    assert line.startswith(f"order {order['id']}: ")
    assert "/country" in line
    assert "/events/0/properties/currency" in line
    assert "REAIS" not in line
    assert order["billing_email"] not in line

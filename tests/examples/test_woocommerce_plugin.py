"""The WooCommerce plugin under PHP. WordPress and WooCommerce are a small stand-in (woocommerce/wordpress.php); the
service that the plugin talks to is the real one."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli import commands
from tests.sdks import php_cli
from tests.sdks.php_cli import Shop
from tests.unit.outbound.servers import serving

PLUGIN = commands.ROOT / "examples" / "woocommerce-plugin"
SCRIPT = Path(__file__).with_name("woocommerce") / "shop.php"
DAY = 86_400
DEVICE = "0123456789abcdef" * 2
KNOWN = "fedcba9876543210" * 2
SECRET = "a-long-random-secret"
Woo = Callable[..., Any]
_numbers = count(1001)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    php_cli.require_php()
    with commands.data_dir() as home, commands.serve(home) as service:
        made = commands.run(home, "tenant", "create", "loja", "--currency", "BRL", "--timezone", "UTC")
        assert made.code == 0, made.err
        key = commands.run(home, "key", "create", "--tenant", "loja", "--scope", "all", "--json").json["key"]
        yield Shop(service.url, key)


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


def settings(shop: Shop | None, **more: Any) -> dict[str, Any]:
    url, key = (shop.url, shop.key) if shop else ("http://127.0.0.1:9", "ck_live_none")
    return {"url": url, "secret_key": key, "source": "loja", "legal_basis": "lgpd.7.I", **more}


def an_order(**more: Any) -> dict[str, Any]:
    """As WooCommerce would tell of it; paid by a guest."""
    number = next(_numbers)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return {
        "id": number,
        "status": "processing",
        "currency": "BRL",
        "total": "129.90",
        "shipping_total": "10",
        "total_tax": "0",
        "discount_total": "5.5",
        "date_created": (yesterday - timedelta(hours=1)).isoformat(),
        "date_paid": yesterday.isoformat(),
        "date_modified": yesterday.isoformat(),
        "billing_email": f"{uuid.uuid4().hex[:10]}@example.com",
        "billing_phone": f"+551198765{number:04}",
        "billing_country": "BR",
        "billing_first_name": "Maria",
        "billing_last_name": "Silva",
        "items": [{"sku": "A1", "name": "Sandal <b>37</b>", "quantity": 2, "price": 59.95}],
        **more,
    }


def found(shop: Shop, **identifier: Any) -> dict[str, Any]:
    (one,) = shop.post("/v1/customers/search", identifier)["data"]
    customer: dict[str, Any] = one
    return customer


def order_of(shop: Shop, order: dict[str, Any]) -> dict[str, Any]:
    """The one order of its buyer."""
    customer = found(shop, email=order["billing_email"])
    (one,) = shop.get(f"/v1/customers/{customer['id']}/orders")["data"]
    known: dict[str, Any] = one
    return known


def events_of(shop: Shop, customer_id: str) -> list[str]:
    """Their types, in alphabetical order."""
    listed = shop.get("/v1/events?limit=200")["data"]
    return sorted(event["type"] for event in listed if event["customer_id"] == customer_id)


# --- What orders, consents and settings mean --------------------------------------------------------------------------


async def test_money_is_a_decimal_string_whatever_woocommerce_calls_it(woo: Woo) -> None:
    given = ["10", "9.9", "0.10", "129.9000", "12345678901234.56", "59.950000001", "-3", ""]
    (told,) = await woo(["money", given])
    assert told == ["10.00", "9.90", "0.10", "129.9000", "12345678901234.56", "59.95", "3.00", "0.00"]


async def test_an_order_that_was_paid_is_told_with_what_it_is_worth(woo: Woo) -> None:
    order = an_order(id=7, date_paid="2026-11-01T12:00:00-03:00", date_modified="2026-11-01T15:00:30+00:00")
    (told,) = await woo(["events", 7], orders=[order])
    assert told == [
        {
            "type": "order.paid",
            "message_id": "shop:order:7:paid",
            "source": "loja",
            "customer": {"email": order["billing_email"]},
            "occurred_at": "2026-11-01T15:00:00+00:00",
            "properties": {
                "order_id": "7",
                "currency": "BRL",
                "total": "129.90",
                "shipping": "10.00",
                "tax": "0.00",
                "discount": "5.50",
                "updated_at": "2026-11-01T15:00:30+00:00",
                "items": [{"sku": "A1", "name": "Sandal 37", "quantity": 2, "unit_price": "59.95"}],
            },
        }
    ]


@pytest.mark.parametrize(
    ("more", "types"),
    [
        ({"date_paid": None, "status": "pending"}, []),
        ({"date_paid": None, "status": "cancelled"}, []),
        ({"status": "completed"}, ["order.paid"]),
        ({"status": "cancelled"}, ["order.paid", "order.cancelled"]),
        ({"status": "failed"}, ["order.paid", "order.cancelled"]),
        ({"status": "refunded", "refunds": [{"id": 9, "amount": "3", "date_created": "2026-11-02"}]},
         ["order.paid", "order.refunded"]),
    ],
)  # fmt: skip
async def test_only_what_was_paid_is_told(woo: Woo, more: dict[str, Any], types: list[str]) -> None:
    order = an_order(**more)
    (told,) = await woo(["events", order["id"]], orders=[order])
    assert [event["type"] for event in told] == types


async def test_who_bought_is_named_by_account_then_address_then_the_order(woo: Woo) -> None:
    account, guest, nobody = an_order(customer_id=42), an_order(), an_order(billing_email="")
    orders = [account, guest, nobody]
    told = await woo(*[[what, one["id"]] for one in orders for what in ("events", "customer")], orders=orders)
    references = [events[0]["customer"] for events in told[::2]]
    assert references == [
        {"external_id": {"source": "loja", "id": "42"}},
        {"email": guest["billing_email"]},
        {"external_id": {"source": "loja", "id": f"guest:{nobody['id']}"}},
    ]
    people = told[1::2]
    assert people[0]["external_ids"] == [{"source": "loja", "id": "42"}]
    assert "first_name" not in people[0], "a bill may bear another's name"
    assert (people[1]["first_name"], people[1]["emails"][0]["value"]) == ("Maria", guest["billing_email"])
    assert people[2]["external_ids"] == [{"source": "loja", "id": f"guest:{nobody['id']}"}]


@pytest.mark.parametrize(
    ("segment", "tier", "has_coupon", "offer"),
    [
        ("champions", "vip", True, "vip"),
        ("loyal", "vip", True, "vip"),
        ("champions", None, True, "vip"),
        ("champions", "regular", True, "none"),
        ("at_risk", None, True, "win_back"),
        ("hibernating", "ordinary", True, "win_back"),
        ("at_risk", None, False, "none"),
        ("loyal", None, True, "none"),
        (None, None, True, "none"),
    ],
)
async def test_who_is_shown_what(woo: Woo, segment: str | None, tier: str | None, has_coupon: bool, offer: str) -> None:
    assert await woo(["choose", segment, tier, has_coupon]) == [offer]


async def test_settings_are_kept_only_in_their_form(woo: Woo) -> None:
    good = {
        "url": " https://customers.example.com/ ",
        "secret_key": "ck_live_" + "a" * 40,
        "publishable_key": "pk_live_" + "b" * 40,
        "source": "main-shop",
        "legal_basis": "lgpd.7.I",
        "coupon": "VOLTA10",
        "cookie": "1",
    }
    kept = {**good, "url": "https://customers.example.com", "cookie": True, "banner": False}
    bad = {"url": "javascript:alert(1)", "publishable_key": good["secret_key"], "source": "A b", "coupon": "<script>"}
    told = await woo(
        ["sanitised", good, {}],
        ["sanitised", {**bad, "secret_key": "", "legal_basis": "none", "other": "x"}, kept],
        ["sanitised", {**good, "url": "http://customers.example.com"}, {}],
        ["sanitised", "nonsense", {}],
    )
    assert told[0] == [kept, []]
    assert told[1][0] == {**kept, "cookie": False}
    assert sorted(told[1][1]) == ["coupon", "publishable_key", "source", "url"]
    assert told[2][1] == ["url"], "keys do not go in the open"
    assert "url" in told[3][1]


# --- Towards the service ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheduler", [True, False], ids=["Action Scheduler", "WordPress's schedule"])
async def test_an_order_goes_its_way_and_is_counted_once(woo: Woo, shop: Shop, scheduler: bool) -> None:
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


async def test_an_order_told_by_webhook_too_is_one_order_with_each_event_once(woo: Woo, shop: Shop) -> None:
    """The service's own adapter and the plugin, in both orders of arrival."""
    slug = f"loja-{uuid.uuid4().hex[:6]}"
    source = shop.post("/v1/sources", {"slug": slug, "kind": "shop"})["id"]
    connection = {"platform": "woocommerce", "secrets": [SECRET], "options": {"url": "https://loja.example"}}
    path = shop.send("PUT", f"/v1/sources/{source}/connection", connection)["webhook_path"]
    for plugin_first in (True, False):
        order = an_order(refunds=[{"id": next(_numbers), "amount": "9.90", "date_created": "2026-11-20T10:00:00Z"}])

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
async def test_who_comes_with_an_account_is_known_with_her_device(woo: Woo, shop: Shop, how: str) -> None:
    user, device = next(_numbers), uuid.uuid4().hex
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


async def test_a_ticked_box_becomes_a_consent_with_its_proof_which_leaves_the_shop(woo: Woo, shop: Shop) -> None:
    order = an_order(date_paid=None, status="pending")
    number, ticked = order["id"], {"clientela_marketing": "1"}
    told = await woo(["checkout", number, ticked, DEVICE], ["decision", number], ["kept"], ["run", 0], ["kept"],
                     settings=settings(shop), orders=[order])  # fmt: skip
    assert told[1]["customer"] == {"email": order["billing_email"]}
    assert str(number) in told[2]["orders"]
    assert (told[4]["schedule"], told[4]["log"]) == ([], [])
    assert "_clientela_consent" not in told[4]["orders"][str(number)]
    known = found(shop, email=order["billing_email"])
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
async def test_what_could_not_be_sent_waits_and_is_sent_later(woo: Woo, shop: Shop, scheduler: bool) -> None:
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


async def test_a_process_that_dies_while_sending_has_lost_nothing(woo: Woo, shop: Shop) -> None:
    order = an_order()
    given = {"settings": settings(shop), "orders": [order]}
    with pytest.raises(AssertionError):  # killed
        await woo(["status", order["id"]], ["die while sending"], **given)
    told = await woo(["kept"], ["run", DAY], ["kept"], **given)
    assert len(told[0]["schedule"]) == 1
    assert told[2]["schedule"] == []
    assert order_of(shop, order)["status"] == "paid"


async def test_what_the_service_refuses_is_logged_without_what_was_sent_and_not_tried_again(
    woo: Woo, shop: Shop
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


# --- What a page shows ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def buyers(shop: Shop) -> dict[str, int]:
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
def page_key(shop: Shop) -> str:
    wanted = {"name": "pages", "kind": "publishable", "scopes": ["events:write"]}
    key: str = shop.post("/v1/api-keys", wanted)["key"]
    return key


async def test_the_best_are_greeted_and_those_who_stay_away_get_a_coupon(
    woo: Woo, shop: Shop, buyers: dict[str, int]
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
    woo: Woo, shop: Shop, buyers: dict[str, int], page_key: str
) -> None:
    given = settings(shop, publishable_key=page_key)
    told = await woo(["banner", 0, KNOWN], ["banner", 0, "f" * 32], ["banner", 0, "guess'ed"], settings=given)
    assert ["best customers" in one["html"] for one in told] == [True, False, False]
    (told,) = await woo(["banner", 0, KNOWN], settings=settings(shop))
    assert (told["html"], told["is_cached"]) == ("", True), "without a publishable key nobody is asked"


async def test_text_is_escaped(woo: Woo, shop: Shop, buyers: dict[str, int]) -> None:
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


# --- In the house of WordPress ----------------------------------------------------------------------------------------


async def test_the_settings_page_shows_no_secret_key_and_is_for_those_who_run_the_shop(woo: Woo) -> None:
    secret = "ck_live_" + "s" * 40
    given = settings(None, secret_key=secret, coupon='"><script>')
    told = await woo(["settings page", ["manage_woocommerce"]], ["settings page", ["read"]], settings=given)
    capability, html, needed = told[0]
    assert capability == needed == "manage_woocommerce"
    assert "_wpnonce" in html
    assert secret not in html
    assert "<script>" not in html
    assert html.count("<label") == 8
    assert told[1][1] == ""


async def test_saving_keeps_the_secret_key_and_says_what_was_wrong(woo: Woo) -> None:
    kept = settings(None, secret_key="ck_live_" + "s" * 40)
    form = {"url": "https://customers.example.com", "secret_key": "", "source": "loja!", "coupon": ""}
    (told,) = await woo(["save settings", form], settings=kept)
    saved, errors = told
    assert (saved["secret_key"], saved["url"]) == (kept["secret_key"], "https://customers.example.com")
    assert saved["source"] == "loja"
    assert len(errors) == 1


async def test_a_browser_gets_a_cookie_only_where_shop_and_visitor_wish(woo: Woo) -> None:
    on, off = settings(None, cookie=True), settings(None, cookie=False)
    assert re.fullmatch("[0-9a-f]{32}", (await woo(["cookie", None], settings=on))[0])
    assert await woo(["cookie", False], settings=on) == [""]
    assert await woo(["cookie", None], settings=off) == [""]


async def test_nothing_is_left_behind(woo: Woo) -> None:
    order = an_order()
    told = await woo(["login", 7, DEVICE], ["status", order["id"]], ["uninstall"], ["kept"],
                     settings=settings(None), orders=[order], scheduler=False)  # fmt: skip
    queries, kept = told[2:]
    assert (kept["options"], kept["schedule"], kept["users"]) == ([], [], {"7": []})
    assert [re.sub(r"\s+", " ", query) for query in queries] == [
        "DELETE FROM 'wp_postmeta' WHERE meta_key IN ('_clientela_consent', '_clientela_device')",
        "DELETE FROM 'wp_wc_orders_meta' WHERE meta_key IN ('_clientela_consent', '_clientela_device')",
        "DELETE FROM wp_options WHERE option_name LIKE '\\_transient\\_clientela\\_%' "
        "OR option_name LIKE '\\_transient\\_timeout\\_clientela\\_%'",
    ]


async def test_it_says_that_it_works_with_tables_of_orders_and_with_blocks(woo: Woo) -> None:
    assert await woo(["declared"]) == [{"custom_order_tables": True, "cart_checkout_blocks": True}]


def test_every_file_is_php() -> None:
    php_cli.require_php()
    files = sorted(PLUGIN.rglob("*.php"))
    assert len(files) > 10
    for file in files:
        subprocess.run(["php", "-l", str(file)], check=True, capture_output=True)


def test_what_is_pure_knows_no_wordpress() -> None:
    for file in (PLUGIN / "src").glob("*.php"):
        text = re.sub(r"/\*.*?\*/|//.*", "", file.read_text(), flags=re.DOTALL)
        assert not re.search(r"WC_|\bwp_|\bwc_|get_option|add_action|apply_filters|esc_|\b__\(", text), file


def test_everything_said_to_people_can_be_translated() -> None:
    """The template of translations has each text of the code, and no other."""
    called = re.compile(r"""(?:esc_html)?__\(\s*'((?:[^'\\]|\\.)*)',\s*'clientela'\)""")
    said = {text for file in PLUGIN.rglob("*.php") for text in called.findall(file.read_text())}
    template = (PLUGIN / "languages" / "clientela.pot").read_text()
    assert len(said) > 10
    assert set(re.findall(r'^msgid "(.+)"$', template, re.MULTILINE)) == said

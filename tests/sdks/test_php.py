"""The PHP SDK against the running service, each test with a process of PHP; what a network does badly is done to it by
a server of our own."""

import asyncio
import json
import re
import subprocess
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from tests.cli import commands
from tests.sdks import php_cli
from tests.sdks.conftest import Served
from tests.sdks.fickle import CUT, LOST, failing
from tests.sdks.php_cli import Shop
from tests.worker.receiver import Got, receiving

PHP = commands.ROOT / "sdks" / "php"
STEPS = php_cli.AUTOLOAD.with_name("steps.php")
WAIT_SECONDS = 20
LONG = "12345678901234.1234"  # more digits than a float has


@pytest.fixture(scope="module")
def shop(service: Served) -> Shop:
    php_cli.require_php()
    served = service.new_shop("php")
    return Shop(served.url, served.key)


async def ask(shop: Shop, step: str, **told: Any) -> Any:
    return await php_cli.ask(STEPS, step, told={"url": shop.url, "key": shop.key, **told})


async def ask_at(url: str, step: str, **told: Any) -> Any:
    """As above, of something that is not the service."""
    php_cli.require_php()
    return await php_cli.ask(STEPS, step, told={"url": url, **told})


def refusals(shop: Shop) -> int:
    """How many requests were answered 429 since the service started."""
    lines = httpx.get(f"{shop.url}/metrics", trust_env=False).text.splitlines()
    counters = [line for line in lines if line.startswith("clientela_http_requests_total")]
    return sum(int(float(line.rpartition(" ")[2])) for line in counters if 'status="429"' in line)


def unique() -> str:
    return uuid.uuid4().hex[:10]


def person(**more: Any) -> dict[str, Any]:
    name = unique()
    contact = {"value": f"{name}@example.com", "role": "main"}
    return {"external_ids": [{"source": "main-shop", "id": name}], "emails": [contact], **more}


def paid(who: dict[str, Any], total: str, **more: Any) -> dict[str, Any]:
    order_id = unique()
    properties = {"order_id": order_id, "currency": "BRL", "total": total}
    return {
        "type": "order.paid",
        "message_id": f"paid-{order_id}",
        "customer": who,
        "occurred_at": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
        "properties": properties,
        **more,
    }


# --- Against the service ----------------------------------------------------------------------------------------------


async def test_a_customer_is_made_found_and_matched(shop: Shop) -> None:
    who = person(
        first_name="María José", registered_at="2024-05-01T10:00:00-03:00", attributes={"plan": "gold", "n": 1}
    )
    told = await ask(shop, "person", person=who)
    assert told["status"] == 201
    assert told["etag"] == ['"1"']
    assert len(set(told["ids"])) == 1
    assert told["name"] == "María José"
    assert datetime.fromisoformat(told["registered_at"]) == datetime(2024, 5, 1, 13, tzinfo=UTC)
    assert told["attributes"] == {"plan": "gold", "n": 1}


async def test_events_are_told_once_with_exact_money_and_refusals_with_their_place(shop: Shop) -> None:
    who = {"email": f"{unique()}@example.com"}
    events = [paid(who, "0.10"), paid(who, LONG), paid(who, "12,50"), paid({"email": "nobody"}, "1.00")]
    told = await ask(shop, "events", events=events)
    assert told["statuses"] == ["stored", "duplicate"]
    counts = {name: told["batch"][name] for name in ("received", "stored", "duplicates")}
    assert counts == {"received": 4, "stored": 1, "duplicates": 1}
    assert told["refused"] == [
        ["invalid_amount", "/events/2/properties/total"],
        ["invalid_email", "/events/3/customer/email"],
    ]
    sent = {event["properties"]["order_id"]: event["properties"]["total"] for event in events[:2]}
    assert told["totals"] == sent
    assert told["is_paid"] is True
    assert told["net"] == "12345678901234.2234"
    assert isinstance(told["segment"], str)


async def test_a_batch_of_customers_says_what_became_of_each(shop: Shop) -> None:
    known = person()
    told = await ask(shop, "customers batch", customers=[known, known, person(), {"emails": [{"value": "no address"}]}])
    assert (told["received"], told["created"], told["matched"]) == (4, 2, 1)
    assert [(one["index"], one["pointer"]) for one in told["rejected"]] == [(3, "/customers/3/emails/0/value")]


async def test_a_consent_is_given_withdrawn_and_asked_for(shop: Shop) -> None:
    consent = {
        "customer": {"email": f"{unique()}@example.com"},
        "purpose": "marketing",
        "channel": "email",
        "legal_basis": "lgpd.7.I",
        "indication_method": "checkbox",
        "evidence": {"ip": "203.0.113.7"},
    }
    assert await ask(shop, "consent", consent=consent) == [[True, "given"], [False, "withdrawn"]]


async def test_an_audience_is_previewed_kept_and_listed(shop: Shop) -> None:
    tag = unique()
    made = [shop.post("/v1/customers", person(tags=[tag]))["id"] for _ in range(2)]
    told = await ask(shop, "audience", rule={"trait": {"name": "tags", "has": tag}})
    assert told["size"] == 2
    assert sorted(told["members"]) == sorted(made)


async def test_a_problem_is_one_exception_that_says_which_and_nothing_of_what_was_sent(shop: Shop) -> None:
    """404, 401, 412, and 422 with pointers. T27"""
    known = shop.post("/v1/customers", person())["id"]
    secret = "secretive-value"
    wrong = {"emails": [{"value": secret}], "birth_date": secret}
    told = await ask(shop, "problems", id=known, person=wrong)
    slugs = {name: (one["slug"], one["status"]) for name, one in told.items()}
    assert slugs == {
        "unknown": ("unknown-customer", 404),
        "changed": ("version-mismatch", 412),
        "invalid": ("invalid", 422),
        "forbidden": ("unauthenticated", 401),
    }
    assert {error["pointer"] for error in told["invalid"]["errors"]} == {"/emails/0/value", "/birth_date"}
    assert all(one["detail"] and len(one["request_id"]) == 32 for one in told.values())
    assert secret not in json.dumps(told)


async def test_items_come_page_by_page_to_the_end(shop: Shop) -> None:
    source = f"pages-{unique()}"
    ids = [{"source": source, "id": str(number)} for number in range(1, 11)]
    since = datetime.now(UTC) - timedelta(seconds=5)
    made = [shop.post("/v1/customers", {"external_ids": [one]})["id"] for one in ids]
    told = await ask(shop, "pages", source=source, since=since.isoformat())
    assert told["all"] == made[::-1]
    assert sorted(told["since"]) == sorted(made)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert (await ask(shop, "pages", source=source, since=later.isoformat()))["since"] == []


async def test_masked_values_can_be_read(shop: Shop) -> None:
    """They are not of the form of what they hide."""
    document, address = {"type": "cpf", "value": "52998224725"}, {"role": "main", "postal_code": "01310-100"}
    known = shop.post("/v1/customers", person(document=document, addresses=[address]))
    key = shop.post("/v1/api-keys", {"name": "reader", "scopes": ["customers:read"]})["key"]
    told = await ask(shop, "masked", key=key, id=known["id"])
    assert all("*" in one for one in told)
    assert document["value"] not in json.dumps(told)


async def test_null_removes_and_what_is_left_out_stays(shop: Shop) -> None:
    known = shop.post(
        "/v1/customers", person(first_name="Ana", last_name="Sá", attributes={"plan": "gold", "size": 37})
    )
    before, kept, after = await ask(shop, "clear", id=known["id"])
    assert before == kept == ["Ana", "Sá", {"plan": "gold", "size": 37}]
    assert after == ["Ana", None, {"size": 37}]


async def test_who_asks_too_often_waits_and_gets_every_answer(shop: Shop) -> None:
    limited = {"name": "limited", "scopes": ["customers:read"], "requests_per_second": 2}
    key = shop.post("/v1/api-keys", limited)["key"]
    before = refusals(shop)
    assert await ask(shop, "many", key=key, times=8) == 8
    assert refusals(shop) > before


async def test_the_quickstart_of_its_readme_runs_as_it_stands(shop: Shop, tmp_path: Path) -> None:
    (quickstart,) = re.findall(r"## Quickstart.*?```php\n(.*?)```", (PHP / "README.md").read_text(), re.DOTALL)
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "autoload.php").write_text(f"<?php require {str(php_cli.AUTOLOAD)!r};")
    script = tmp_path / "quickstart.php"
    script.write_text(quickstart)
    for _ in range(2):
        said = await php_cli.run(script, cwd=tmp_path, CLIENTELA_URL=shop.url, CLIENTELA_KEY=shop.key)
        first, second, *ids = said.splitlines()
        assert first == "yes, given"
        assert re.fullmatch(r"[a-z_]+ 129\.90", second)
        assert all(re.fullmatch("cus_[0-9a-f]{32}", one) for one in ids)
    found = shop.post("/v1/customers/search", {"external_id": {"source": "main-shop", "id": "8123"}})["data"]
    assert [(one["first_name"], one["emails"][0]["value"]) for one in found] == [(None, "maria@example.com")]


# --- Webhooks ---------------------------------------------------------------------------------------------------------


async def delivered(shop: Shop) -> tuple[str, Got]:
    """A real message of the service's own worker, with the secret that signed it."""
    async with receiving() as receiver:
        wanted = {"url": receiver.url, "event_types": ["customer.created"]}
        endpoint = await asyncio.to_thread(shop.post, "/v1/webhook-endpoints", wanted)
        await asyncio.to_thread(shop.post, "/v1/customers", person())
        async with asyncio.timeout(WAIT_SECONDS):
            while not receiver.got:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        await asyncio.to_thread(shop.send, "DELETE", f"/v1/webhook-endpoints/{endpoint['id']}")
        return endpoint["secret"], receiver.got[0]


async def test_a_webhook_is_taken_only_as_it_was_signed_and_when(shop: Shop) -> None:
    """Delivered by the service, then tampered with, stale, and of another secret."""
    secret, got = await delivered(shop)
    signed = {name: got.headers[name] for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    body = got.body.decode()
    message = await ask(shop, "webhook message", body=body, headers=signed, secrets=secret)
    assert message == got.message
    other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

    def at(moment: datetime) -> dict[str, Any]:
        signature = Webhook(secret).sign("msg_1", moment, body)
        stamp = str(int(moment.timestamp()))
        return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}

    now = datetime.now(UTC)
    both = f"v1,AAAA {signed['webhook-signature']} v1a,AAAA"
    cases: list[tuple[bool, dict[str, Any]]] = [
        (True, {}),
        (True, {"headers": {name.title(): [value] for name, value in signed.items()}}),
        (True, {"secrets": [other, secret]}),
        (True, {"headers": {**signed, "webhook-signature": both}}),
        (True, {"headers": at(now - timedelta(seconds=290))}),
        (True, {"headers": at(now - timedelta(hours=1)), "more": [7200]}),
        (False, {"headers": at(now - timedelta(seconds=310))}),
        (False, {"headers": at(now + timedelta(seconds=310))}),
        (False, {"secrets": other}),
        (False, {"body": body.replace("customer.created", "customer.deleted")}),
        (False, {"body": body + " "}),
        (False, {"headers": {**signed, "webhook-id": "msg_other"}}),
        (False, {"headers": {**signed, "webhook-timestamp": str(int(signed["webhook-timestamp"]) + 1)}}),
        (False, {"headers": {**signed, "webhook-timestamp": "now"}}),
        (False, {"headers": {**signed, "webhook-signature": ""}}),
        (False, {"headers": {**signed, "webhook-signature": signed["webhook-signature"].replace("v1,", "v2,")}}),
        (False, {"headers": {}}),
    ]
    given = [{"body": body, "headers": signed, "secrets": secret, **one} for _, one in cases]
    told = await ask(shop, "webhook", given=given)
    assert told == [None if is_good else "unsigned" for is_good, _ in cases]


# --- On a bad network -------------------------------------------------------------------------------------------------


MADE = (201, {}, {})
BUSY = (503, {"Retry-After": "1"}, {})


async def test_lost_connections_and_busy_answers_are_tried_again_with_the_same_key() -> None:
    with failing(LOST, BUSY, CUT, (504, {}, {}), MADE) as fickle:
        told = await ask_at(fickle.url, "one")
    assert told == {"slug": None}
    assert len(fickle.asked) == 5
    assert len({one.body for one in fickle.asked}) == 1
    (key,) = set(fickle.keys)
    assert key is not None
    assert len(key) == 32
    assert [wait >= least for wait, least in zip(fickle.waits, (0.05, 1, 0.2, 0.4), strict=True)] == [True] * 4


async def test_each_post_has_another_key_and_ones_own_stays() -> None:
    with failing(MADE) as fickle:
        for step in ("one", "one", "own key"):
            await ask_at(fickle.url, step)
    first, second, own = fickle.keys
    assert first != second
    assert own == "mine"


async def test_a_word_that_is_newer_than_the_sdk_leaves_the_rest_readable() -> None:
    orders = [{"order_id": "1", "status": "paid"}, {"order_id": "2", "status": "teleported"}]
    with failing((200, {}, {"data": orders, "has_more": False, "next_cursor": None})) as fickle:
        told = await ask_at(fickle.url, "orders")
    assert told == [["1", "paid"], ["2", "unknown_default_open_api"]]


@pytest.mark.parametrize(
    ("answer", "slug"),
    [
        ((503, {"Retry-After": "3600"}, {}), "unexpected"),
        ((400, {"Content-Type": "text/html"}, "<html>no</html>"), "unexpected"),
        ((302, {"Location": "http://127.0.0.1:9/"}, {}), "unexpected"),
        ((500, {}, {"type": "/problems/internal-error", "detail": "It failed."}), "internal-error"),
    ],
    ids=["an hour", "no problem document", "a redirect", "a failure"],
)
async def test_what_will_not_pass_is_told_at_once(answer: tuple[int, dict[str, str], Any], slug: str) -> None:
    with failing(answer) as fickle:
        told = await ask_at(fickle.url, "one")
    assert (told["slug"], told["status"]) == (slug, answer[0])
    assert len(fickle.asked) == 1


async def test_after_the_last_try_the_error_says_that_nobody_answered_and_nothing_of_what_was_sent() -> None:
    with failing(LOST) as fickle:
        told = await ask_at(fickle.url, "one", tries=3)
    assert (told["slug"], told["status"]) == ("no-answer", 0)
    assert len(fickle.asked) == 3
    assert "Secretive" not in json.dumps(told)
    assert "ck_none" not in json.dumps(told)


# --- The package ------------------------------------------------------------------------------------------------------


def test_every_file_is_php() -> None:
    php_cli.require_php()
    files = [str(file) for file in sorted(PHP.rglob("*.php"))]
    assert len(files) > 100
    names = "\0".join(files).encode()
    done = subprocess.run(["xargs", "-0", "-P", "2", "-n", "1", "php", "-l"], input=names, capture_output=True)
    assert done.returncode == 0, done.stdout.decode()


def test_it_knows_every_call_that_is_for_clients() -> None:
    apis = "".join(file.read_text() for file in (PHP / "generated" / "Api").iterdir())
    for item in json.loads((commands.ROOT / "openapi" / "openapi.json").read_text())["paths"].values():
        for operation in item.values():
            first, *rest = operation["operationId"].split("_")
            assert apis.count(f"    public function {first}{''.join(map(str.title, rest))}(") == 1


def test_what_is_written_by_hand_is_at_most_150_lines() -> None:
    """Design 09."""
    written = [file.read_text().splitlines() for file in (PHP / "src").rglob("*.php")]
    assert 0 < sum(map(len, written)) <= 150


def test_the_versions_agree() -> None:
    """The package has that of the specification, and its log tells of it."""
    version = json.loads((commands.ROOT / "openapi" / "openapi.json").read_text())["info"]["version"]
    assert f"VERSION = '{version}'" in (PHP / "src" / "Clientela.php").read_text()
    assert f"## {version}\n" in (PHP / "CHANGELOG.md").read_text()

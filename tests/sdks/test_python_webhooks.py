"""Webhooks verified by the Python SDK: those that the service's worker sends, and forged ones as others see them."""

import asyncio
import base64
import hmac
import random
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from standardwebhooks import Webhook, WebhookVerificationError

from tests.sdks.conftest import Served
from tests.sdks.python_sdk import clientela
from tests.worker.receiver import Got, receiving

verify = clientela.verify_webhook
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
ANOTHER = "whsec_" + base64.b64encode(bytes(range(1, 25))).decode()
BODY = b'{"type":"customer.created","data":{"first_name":"S\xc3\xa3o"}}'


@pytest_asyncio.fixture(scope="module")
async def delivered(shop: Served) -> AsyncIterator[tuple[Got, str]]:
    """A message as the worker delivers it, and the secret of the endpoint."""
    arrived = asyncio.Event()
    async with receiving() as receiver, clientela.AsyncClientela(shop.key, base_url=shop.url) as client:
        receiver.answer = lambda got: arrived.set() or 204
        endpoint = await client.webhook_endpoints.create_webhook_endpoint(
            {"url": receiver.url, "event_types": ["customer.created"], "fields": ["customer.tags"]}
        )
        await client.customers.create_customer({"anonymous_ids": ["webhook-1"], "tags": ["told"]})
        async with asyncio.timeout(60):
            await arrived.wait()
        await client.webhook_endpoints.delete_webhook_endpoint(endpoint.id)
        yield receiver.got[0], endpoint.secret


async def test_what_the_worker_delivers_is_verified(delivered: tuple[Got, str]) -> None:
    got, secret = delivered
    message = verify(got.body, got.headers, secret)
    assert message["type"] == "customer.created"
    assert message == got.message
    assert verify(got.body, {name.title(): value for name, value in got.headers.items()}, [ANOTHER, secret]) == message


async def test_what_was_touched_or_is_of_another_or_is_old_is_refused(delivered: tuple[Got, str]) -> None:
    got, secret = delivered
    touched = got.headers | {"webhook-id": "msg_other"}
    earlier = got.headers | {"webhook-timestamp": str(int(got.headers["webhook-timestamp"]) - 1)}
    cases: list[tuple[bytes, dict[str, str], Any]] = [
        (got.body + b" ", got.headers, secret),
        (got.body.replace(b"created", b"deleted"), got.headers, secret),
        (got.body, touched, secret),
        (got.body, earlier, secret),
        (got.body, got.headers, ANOTHER),
        (got.body, got.headers, []),
        (got.body, {name: value for name, value in got.headers.items() if name != "webhook-signature"}, secret),
    ]
    for body, headers, secrets in cases:
        with pytest.raises(clientela.WebhookRefused):
            verify(body, headers, secrets)
    with pytest.raises(clientela.WebhookRefused, match="too far"):
        verify(got.body, got.headers, secret, tolerance=-1)


def signed(body: bytes, *, secret: str = SECRET, message_id: str = "msg_1", at: float | None = None) -> dict[str, str]:
    moment = datetime.fromtimestamp(at if at is not None else time.time(), UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body.decode()),
    }


def requests() -> list[tuple[bytes, dict[str, str]]]:
    """Good ones, and ones in which one thing was changed."""
    chance = random.Random(5)
    good = signed(BODY)
    signature = good["webhook-signature"]
    other = signed(BODY, secret=ANOTHER)["webhook-signature"]
    lists = [
        f"{other} {signature}",
        f"{signature} {other}",
        f"v1a,x {signature}",
        other,
        "",
        "v1,",
        signature[3:],
        "v2" + signature[2:],
    ]
    found = [(BODY, good | {"webhook-signature": one}) for one in lists]
    found += [
        (BODY, good | {"webhook-timestamp": one}) for one in ("", "soon", "-1", "1e9", str(int(time.time()) + 400))
    ]
    found += [(BODY, signed(BODY, at=time.time() + seconds)) for seconds in (-250, 250, -350, 350)]
    found += [(BODY, {name: value for name, value in good.items() if name != left_out}) for left_out in good]
    found += [(BODY, good), (BODY[:-1], good), (BODY + b"\n", good), (BODY, good | {"webhook-id": "msg_2"})]
    for _ in range(50):
        place = chance.randrange(3, len(signature))
        touched = signature[:place] + chance.choice("ABCabc019+/=") + signature[place + 1 :]
        found.append((BODY, good | {"webhook-signature": touched}))
    return found


def oracle(body: bytes, headers: dict[str, str]) -> bool:
    """What the library of Standard Webhooks says of a request."""
    try:
        Webhook(SECRET).verify(body.decode(), headers)
    except (WebhookVerificationError, ValueError):
        return False
    return True


@pytest.mark.parametrize("secret", ["", "whsec_", "no secret"])
def test_a_secret_that_is_none_verifies_nothing(secret: str) -> None:
    """A setting that was forgotten must not let in what anybody can sign with an empty key."""
    stamp = str(int(time.time()))
    signature = hmac.digest(b"", f"msg_1.{stamp}.".encode() + BODY, "sha256")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp}
    with pytest.raises(ValueError):
        verify(BODY, headers | {"webhook-signature": "v1," + base64.b64encode(signature).decode()}, secret)


def test_the_oracle_takes_and_refuses_the_same() -> None:
    def ours(body: bytes, headers: dict[str, str]) -> bool:
        try:
            verify(body, headers, SECRET)
        except clientela.WebhookRefused:
            return False
        return True

    verdicts = [(oracle(*one), ours(*one), one) for one in requests()]
    assert [one for them, us, one in verdicts if them != us] == []
    assert 5 <= sum(us for _, us, _ in verdicts) < len(verdicts) / 2

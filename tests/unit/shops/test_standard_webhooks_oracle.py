"""Our signatures beside those of the library that the authors of Standard Webhooks publish (T24)."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.domain import signatures
from app.shops.bigcommerce import PLATFORM as BIGCOMMERCE
from app.shops.generic import PLATFORM as GENERIC
from tests.factories.signed import standard

_KEYS = st.binary(min_size=24, max_size=64)
_BODIES = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
_IDS = st.from_regex(r"msg_[A-Za-z0-9]{1,30}", fullmatch=True)


@given(_KEYS, _BODIES, _IDS)
@settings(max_examples=100, deadline=None)
def test_the_library_verifies_what_we_sign(key: bytes, body: str, message_id: str) -> None:
    now = datetime.now(UTC)
    delivery = standard(key, body.encode(), at=now, message_id=message_id)
    Webhook(signatures.secret_of(key)).verify(body, dict(delivery.headers), json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(signatures.secret_of(key)).verify(body + "!", dict(delivery.headers), json_parse=False)


@given(_KEYS, _BODIES, _IDS)
@settings(max_examples=100, deadline=None)
def test_we_verify_what_the_library_signs(key: bytes, body: str, message_id: str) -> None:
    now = datetime.now(UTC)
    given = Webhook(signatures.secret_of(key)).sign(message_id, now, body)
    seconds = int(now.timestamp())
    assert given == signatures.sign(key, message_id=message_id, timestamp=seconds, body=body.encode())
    delivery = standard(key, body.encode(), at=now, message_id=message_id)
    assert GENERIC.verify(delivery, [signatures.secret_of(key)], now)
    assert not GENERIC.verify(delivery, [signatures.secret_of(key[::-1] + b"x")], now)


def test_the_library_with_a_bigcommerce_secret_signs_what_we_verify() -> None:
    """BigCommerce's documents encode the client secret for the library only because the library decodes it."""
    secret, body, now = "a8c1e0d1b2f3", '{"scope": "store/order/created"}', datetime.now(UTC)
    signature = Webhook(base64.b64encode(secret.encode()).decode()).sign("msg_1", now, body)
    delivery = standard(secret.encode(), body.encode(), at=now)
    assert delivery.headers["webhook-signature"] == signature
    assert BIGCOMMERCE.verify(delivery, [secret], now)

"""Whether a message is from the shop: signatures and tokens, compared in constant time."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from app.domain import signatures
from app.shops.base import Delivery


def hmac_sha256(secret: str | bytes, data: bytes) -> bytes:
    return hmac.digest(secret.encode() if isinstance(secret, str) else secret, data, "sha256")


def sha256_hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_one_of(given: str | None, wanted: Sequence[str]) -> bool:
    """Whether a signature or a token is one of those it may be, compared in constant time."""
    if not given:
        return False
    told = given.strip().encode()
    return any(hmac.compare_digest(told, one.encode()) for one in wanted if one)


def has_token(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """Whether a shop that cannot sign has sent its token: in the URL, or in a header that its owner has set
    (`X-Clientela-Token`, or `Authorization: Bearer`)."""
    bearer = delivery.headers.get("authorization", "")
    named = bearer[7:] if bearer[:7].lower() == "bearer " else None
    return any(is_one_of(one, secrets) for one in (delivery.token, delivery.headers.get("x-clientela-token"), named))


def is_standard_webhook(delivery: Delivery, keys: Sequence[bytes], now: datetime) -> bool:
    """Whether one of the keys has signed the message as Standard Webhooks has it, and not long ago."""
    return signatures.verify(
        [key for key in keys if key],
        message_id=delivery.headers.get("webhook-id"),
        timestamp=delivery.headers.get("webhook-timestamp"),
        signatures=delivery.headers.get("webhook-signature"),
        body=delivery.body,
        now=now,
    )

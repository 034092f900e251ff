"""Signatures of webhooks as Standard Webhooks has them (https://www.standardwebhooks.com, scheme v1): HMAC-SHA256 over
`id.timestamp.body`. Used in both directions."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

PREFIX: Final = "whsec_"
TOLERANCE: Final = timedelta(minutes=5)
_MOST_SIGNATURES: Final = 20


def key_of(secret: str) -> bytes:
    """The key that a secret stands for: base64 after `whsec_`. ValueError where it is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret is whsec_ and base64") from None


def secret_of(key: bytes) -> str:
    """A key as it is shown."""
    return PREFIX + base64.b64encode(key).decode()


def sign(key: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, as it stands in `webhook-signature`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def verify(
    keys: Sequence[bytes],
    *,
    message_id: str | None,
    timestamp: str | None,
    signatures: str | None,
    body: bytes,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> bool:
    """Whether one of the signatures is by one of the keys, and the timestamp is near `now`. Never raises."""
    at = _seconds(timestamp)
    if not message_id or at is None or not signatures:
        return False
    if abs(datetime.fromtimestamp(at, UTC) - now) > tolerance:
        return False
    given = [one.encode() for one in signatures.split(" ")[:_MOST_SIGNATURES] if one.startswith("v1,")]
    wanted = [sign(key, message_id=message_id, timestamp=at, body=body).encode() for key in keys]
    return any(hmac.compare_digest(one, other) for one in given for other in wanted)


def _seconds(timestamp: str | None) -> int | None:
    if timestamp is None or not (0 < len(timestamp) <= 11 and timestamp.isascii() and timestamp.isdecimal()):
        return None
    return int(timestamp)

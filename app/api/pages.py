"""Pages by keyset: the signed cursor that carries the last row's place, and the shape of a page."""

import hashlib
import hmac
from base64 import b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel, Field

from app.errors import Invalid

DEFAULT_LIMIT = 50
MAX_LIMIT = 200

CursorValue = datetime | UUID | int | str
T = TypeVar("T")

_MAC_BYTES = 16
_MAX_CURSOR = 1024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Page(BaseModel, Generic[T]):
    """One page of a list. Subclass it with a name (`class CustomerPage(Page[Customer])`)."""

    data: list[T] = Field(description="The items of this page, in the order of the list.")
    has_more: bool = Field(description="Whether there are items after this page.", examples=[False])
    next_cursor: str | None = Field(
        description="Give it as `cursor` to read the next page; null on the last page.", examples=[None]
    )


class CursorSigner:
    """Turns the place of a row into an opaque text and back, for one tenant and one operation only."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: at least 32 random bytes, the same in every replica."""
        if len(secret) < 32:
            raise ValueError("a cursor secret has at least 32 bytes")
        self._secret = secret

    def encode(self, tenant_id: UUID, operation: str, values: tuple[CursorValue, ...]) -> str:
        """The cursor after the row whose sort key is `values`. It is signed, not encrypted: no personal data inside."""
        payload = orjson.dumps([_pack(value) for value in values])
        return urlsafe_b64encode(self._mac(tenant_id, operation, payload) + payload).rstrip(b"=").decode()

    def decode(self, tenant_id: UUID, operation: str, cursor: str) -> tuple[CursorValue, ...]:
        """What `encode` was given. Raises Invalid for anything altered, or made for another tenant or operation."""
        try:
            if len(cursor) > _MAX_CURSOR:
                raise ValueError
            sealed = b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
            if not hmac.compare_digest(mac, self._mac(tenant_id, operation, payload)):
                raise ValueError
            return tuple(_unpack(packed) for packed in orjson.loads(payload))
        except ValueError:
            # One answer for every reason, so that a cursor tells nothing about other tenants.
            raise Invalid.at("", "invalid_cursor", "Query parameter cursor: it does not belong to this list") from None

    def _mac(self, tenant_id: UUID, operation: str, payload: bytes) -> bytes:
        name = operation.encode()
        context = b"clientela cursor 1\0" + tenant_id.bytes + len(name).to_bytes(2, "big") + name
        return hmac.digest(self._secret, context + payload, hashlib.sha256)[:_MAC_BYTES]


def _pack(value: CursorValue) -> str:
    if isinstance(value, datetime):
        # A naive time has no place in the order; the subtraction refuses it.
        return f"t{(value - _EPOCH) // _MICROSECOND}"
    if isinstance(value, UUID):
        return f"u{value.hex}"
    if isinstance(value, str):
        return f"s{value}"
    return f"i{int(value)}"


def _unpack(packed: str) -> CursorValue:
    kind, text = packed[0], packed[1:]
    if kind == "t":
        return _EPOCH + int(text) * _MICROSECOND
    if kind == "u":
        return UUID(hex=text)
    if kind == "i":
        return int(text)
    return text

"""Identity tokens: a shop's backend says who its visitor is, and the page carries the proof."""

import hashlib
import hmac
import re
import struct
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from app.errors import Invalid

_SHAPE = re.compile(r"idt_[A-Za-z0-9_-]{75}")
_MAC_BYTES = 32
_PAYLOAD = struct.Struct(">16sQ")  # customer, seconds since 1970 at which it ends


class IdentityTokens:
    """Makes and reads tokens that prove, until they end, that a page's visitor is this customer of this tenant.

    The ids inside are signed, not hidden: a customer's id is nothing personal.
    """

    def __init__(self, secret: bytes) -> None:
        """`secret`: at least 32 random bytes, the same in every replica."""
        if len(secret) < 32:
            raise ValueError("a token secret has at least 32 bytes")
        self._secret = secret

    def issue(self, tenant_id: UUID, customer_id: UUID, expires_at: datetime) -> str:
        """A token that ends at this second."""
        payload = _PAYLOAD.pack(customer_id.bytes, int(expires_at.timestamp()))
        sealed = self._mac(tenant_id, payload) + payload
        return "idt_" + urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def read(self, tenant_id: UUID, token: str, *, now: datetime) -> UUID:
        """The customer. Invalid, in the same words, for a token that is forged, another tenant's, or has ended."""
        if _SHAPE.fullmatch(token) is not None:
            sealed = b64decode(token[4:].encode() + b"=", altchars=b"-_")
            mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
            customer, ends = _PAYLOAD.unpack(payload)
            if hmac.compare_digest(mac, self._mac(tenant_id, payload)) and now.timestamp() < ends:
                return UUID(bytes=customer)
        message = "It has ended, or is none of ours: ask your backend for a new one, or leave it out."
        raise Invalid.at("/identity_token", "invalid_identity_token", message)

    def _mac(self, tenant_id: UUID, payload: bytes) -> bytes:
        return hmac.digest(self._secret, b"clientela identity 1\0" + tenant_id.bytes + payload, hashlib.sha256)

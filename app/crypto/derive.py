"""Keys for one purpose made from another key."""

from app.crypto.context import lp
from app.crypto.primitives import hkdf_sha512, require_key

_LABEL = b"clientela/v1/derive"


def derive(key: bytes, *parts: bytes) -> bytes:
    """A 32-byte key for the purpose that `parts` name; other parts give an unrelated key (RFC 5869)."""
    return hkdf_sha512(require_key(key), info=lp(_LABEL, *parts))

"""The two keyed functions everything here is built from, and the one size a key has."""

import hashlib
from typing import Any, Final

from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_BLOCK_BYTES: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def require_key(key: bytes) -> bytes:
    """Return `key`; ValueError unless it has 32 bytes."""
    if len(key) != KEY_BYTES:
        raise ValueError("A key has 32 bytes")
    return key


def hkdf_sha512(key: bytes, *, info: bytes, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """Derive `length` bytes (RFC 5869). Without a salt the RFC's zeros are used."""
    return HKDF(SHA512(), length, salt, info).derive(key)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """The 32 bytes of RFC 2104 with SHA-256."""
    mac = HMAC(key, SHA256())
    mac.update(message)
    return mac.finalize()


def keyed_sha256(key: bytes) -> tuple[Any, Any]:
    """The two SHA-256 of RFC 2104 with the key in them: of (inner, message), then of (outer, that).

    For many short messages under one key: copying these costs half of copying the library's object.
    """
    padded = require_key(key).ljust(_BLOCK_BYTES, b"\0")
    return hashlib.sha256(padded.translate(_INNER)), hashlib.sha256(padded.translate(_OUTER))

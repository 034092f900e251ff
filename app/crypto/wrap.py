"""Keys wrapped by other keys, with a commitment: a blob opens under one wrapping key only.

Layout: format, suite, wrapping version (uint32), salt (24), commitment (32), ciphertext of the key (32), tag (16).
"""

import hashlib
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.constant_time import bytes_eq

from app.crypto.context import COUNT_BYTES, lp, lp_part
from app.crypto.primitives import KEY_BYTES, hkdf_sha512, require_key
from app.errors import CryptoError

_FORMAT_AND_SUITE = b"\x01\x02"
_SALT_BYTES = 24
_NONCE_BYTES = 12
_SALT_AT = 6
_COMMITMENT_AT = _SALT_AT + _SALT_BYTES
_BODY_AT = _COMMITMENT_AT + 32
_BLOB_BYTES = _BODY_AT + KEY_BYTES + 16
_INFO = b"clientela/v1/wrap\0"
_LARGEST_VERSION = 0xFFFFFFFF


def new_key() -> bytes:
    """32 random bytes from the operating system."""
    return os.urandom(KEY_BYTES)


def wrap(wrapping_key: bytes, key: bytes, *, wrapping_version: int, aad: bytes) -> bytes:
    """Wrap a 32-byte key into 110 bytes that open only with the same wrapping key, version (uint32, from 1) and aad.

    ValueError for keys or a version out of shape.
    """
    return _wrap(wrapping_key, key, wrapping_version=wrapping_version, aad=aad, salt=os.urandom(_SALT_BYTES))


def unwrap(wrapping_key: bytes, blob: bytes, *, wrapping_version: int, aad: bytes) -> bytes:
    """Return the 32-byte key in `blob`. CryptoError for anything but an intact wrap of this key, version and aad."""
    if wrapped_by(blob) != wrapping_version:
        raise CryptoError
    context = lp(blob[:_COMMITMENT_AT], aad)
    sub_key, nonce, commitment = _sub_keys(wrapping_key, salt=blob[_SALT_AT:_COMMITMENT_AT], context=context)
    # AES-GCM alone can be made to open under two keys; the commitment decides before it is asked.
    if not bytes_eq(commitment, blob[_COMMITMENT_AT:_BODY_AT]):
        raise CryptoError
    try:
        return AESGCM(sub_key).decrypt(nonce, blob[_BODY_AT:], context)
    except InvalidTag:
        raise CryptoError from None


def wrapped_by(blob: bytes) -> int:
    """The wrapping version named in the header, not yet authenticated. CryptoError if the blob has another shape."""
    if len(blob) != _BLOB_BYTES or blob[:2] != _FORMAT_AND_SUITE:
        raise CryptoError
    return int.from_bytes(blob[2:_SALT_AT], "big")


def tenant_key_aad(*, tenant_id: UUID, kind: str, wrapping_version: int, version: int) -> bytes:
    """What a wrapped tenant key belongs to: purpose, tenant, kind, version of the master key and its own version."""
    return lp(
        b"clientela",
        b"tenant-key",
        tenant_id.bytes,
        kind.encode(),
        _version(wrapping_version),
        _version(version),
    )


def customer_key_aad(*, tenant_id: UUID, customer_id: UUID, kind: str, wrapping_version: int, version: int) -> bytes:
    """What a wrapped customer key belongs to: purpose, tenant, customer, kind, version of the kek and its own."""
    before, after = _around_customer(tenant_id.bytes, kind, wrapping_version, version)
    return before + lp_part(customer_id.bytes) + after


@lru_cache(maxsize=1024)
def _around_customer(tenant: bytes, kind: str, wrapping_version: int, version: int) -> tuple[bytes, bytes]:
    """What stands before and after the customer in lp() of the seven parts: the same for all of a tenant's."""
    before = (b"clientela", b"customer-key", tenant)
    after = (kind.encode(), _version(wrapping_version), _version(version))
    count = (len(before) + 1 + len(after)).to_bytes(COUNT_BYTES, "big")
    return count + b"".join(map(lp_part, before)), b"".join(map(lp_part, after))


def _version(number: int) -> bytes:
    if not 1 <= number <= _LARGEST_VERSION:
        raise ValueError("A version is a number from 1 to 4294967295")
    return number.to_bytes(4, "big")


def _wrap(wrapping_key: bytes, key: bytes, *, wrapping_version: int, aad: bytes, salt: bytes) -> bytes:
    head = _FORMAT_AND_SUITE + _version(wrapping_version) + salt
    context = lp(head, aad)
    sub_key, nonce, commitment = _sub_keys(wrapping_key, salt=salt, context=context)
    return head + commitment + AESGCM(sub_key).encrypt(nonce, require_key(key), context)


def _sub_keys(wrapping_key: bytes, *, salt: bytes, context: bytes) -> tuple[bytes, bytes, bytes]:
    """Key, nonce and commitment of one wrap; the salt is fresh for each, so the nonce never repeats under a key."""
    nonce_at, commitment_at = KEY_BYTES, KEY_BYTES + _NONCE_BYTES
    info = _INFO + hashlib.sha512(context).digest()
    material = hkdf_sha512(require_key(wrapping_key), info=info, salt=salt, length=commitment_at + 32)
    return material[:nonce_at], material[nonce_at:commitment_at], material[commitment_at:]

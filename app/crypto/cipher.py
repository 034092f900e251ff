"""The ciphertext of one field: AES-256-GCM bound to the place where it is stored.

Layout: format, suite, key version (uint16), nonce (12), ciphertext of the padded plaintext, tag (16).
"""

import os
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.crypto.context import COUNT_BYTES, lp, lp_part
from app.crypto.primitives import require_key
from app.errors import CryptoError

_FORMAT_AND_SUITE = b"\x01\x01"
_HEADER_BYTES = 4
_NONCE_BYTES = 12
_BODY_AT = _HEADER_BYTES + _NONCE_BYTES
_TAG_BYTES = 16
_BLOCK_BYTES = 16
_SHORTEST = _BODY_AT + _BLOCK_BYTES + _TAG_BYTES
_LARGEST_KEY_VERSION = 0xFFFF
_FIELD_PARTS = 8

# ISO/IEC 7816-4: one 0x80, then zeros to the end of the block; indexed by the length modulo the block.
_PADDING = tuple(b"\x80" + bytes(_BLOCK_BYTES - 1 - used) for used in range(_BLOCK_BYTES))


def seal(key: bytes, plaintext: bytes, *, key_version: int, context: tuple[bytes, ...]) -> bytes:
    """Seal `plaintext` so that it opens only with the same key, version (1 to 65535) and context.

    The result is 33 to 48 bytes longer than the plaintext. ValueError for a key or version out of shape.
    """
    header = _header(key_version)
    return _seal(AESGCM(require_key(key)), plaintext, header=header, aad=lp(*context, header), nonce=_new_nonce())


def open_sealed(key: bytes, blob: bytes, *, key_version: int, context: tuple[bytes, ...]) -> bytes:
    """Open what `seal` returned. CryptoError for anything else, whatever the reason."""
    header = _header(key_version)
    return _open(AESGCM(require_key(key)), blob, header, lp(*context, header))


class CustomerCipher:
    """Seals and opens the fields of one customer with one version of that customer's key."""

    __slots__ = ("_aead", "_header", "_header_part", "_key_version", "_prefix")

    def __init__(self, key: bytes, *, key_version: int, tenant_id: UUID, customer_id: UUID) -> None:
        self._aead = AESGCM(require_key(key))
        self._key_version = key_version
        self._header = _header(key_version)
        # The context is the same as lp() of its eight parts; what is constant for a customer is encoded once.
        self._prefix = _FIELD_PARTS.to_bytes(COUNT_BYTES, "big") + b"".join(
            [lp_part(part) for part in (b"clientela", b"field", tenant_id.bytes, customer_id.bytes)]
        )
        self._header_part = lp_part(self._header)

    def seal(self, table: str, row_id: UUID, column: str, plaintext: bytes) -> bytes:
        """Seal one field; the blob opens only in this table, row and column."""
        aad = self._aad(table, row_id, column)
        return _seal(self._aead, plaintext, header=self._header, aad=aad, nonce=_new_nonce())

    def open(self, table: str, row_id: UUID, column: str, blob: bytes) -> bytes:
        """Open one field. CryptoError if it was changed, moved, or sealed under another key or key version."""
        return self.open_row(table, row_id, [(column, blob)])[column]

    def open_row(self, table: str, row_id: UUID, blobs: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
        """Open several fields (column, blob) of one row: what they share is encoded once."""
        prefix, end, aead, header = self._row_prefix(table, row_id), self._header_part, self._aead, self._header
        return {column: _open(aead, blob, header, prefix + _name_part(column) + end) for column, blob in blobs}

    def _aad(self, table: str, row_id: UUID, column: str) -> bytes:
        return self._row_prefix(table, row_id) + _name_part(column) + self._header_part

    def _row_prefix(self, table: str, row_id: UUID) -> bytes:
        return self._prefix + _name_part(table) + lp_part(row_id.bytes)

    def __repr__(self) -> str:
        return f"CustomerCipher(key_version={self._key_version})"


def _encode_name(name: str) -> bytes:
    return lp_part(name.encode())


# Tables and columns are a few dozen constants of the code; encoding them anew would cost as much as the cipher.
_name_part = lru_cache(maxsize=1024)(_encode_name)


def _new_nonce() -> bytes:
    return os.urandom(_NONCE_BYTES)


def _header(key_version: int) -> bytes:
    if not 1 <= key_version <= _LARGEST_KEY_VERSION:
        raise ValueError("A key version is a number from 1 to 65535")
    return _FORMAT_AND_SUITE + key_version.to_bytes(2, "big")


def _seal(aead: AESGCM, plaintext: bytes, *, header: bytes, aad: bytes, nonce: bytes) -> bytes:
    padded = plaintext + _PADDING[len(plaintext) % _BLOCK_BYTES]
    return header + nonce + aead.encrypt(nonce, padded, aad)


def _open(aead: AESGCM, blob: bytes, header: bytes, aad: bytes) -> bytes:
    if len(blob) < _SHORTEST or len(blob) % _BLOCK_BYTES or blob[:_HEADER_BYTES] != header:
        raise CryptoError
    try:
        padded = aead.decrypt(blob[_HEADER_BYTES:_BODY_AT], blob[_BODY_AT:], aad)
    except InvalidTag:
        raise CryptoError from None
    return _unpad(padded)


def _unpad(padded: bytes) -> bytes:
    content = padded.rstrip(b"\0")
    if not content.endswith(b"\x80") or len(padded) - len(content) >= _BLOCK_BYTES:
        raise CryptoError
    return content[:-1]

"""Personal data: record ⇄ sealed columns. The only room where customers' keys are opened."""

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson

from app.crypto import wrap
from app.crypto.cipher import CustomerCipher
from app.db.keys import TenantKeys
from app.domain.customers import SEALED, Profile
from app.domain.identity import Identifier
from app.domain.normalize import NORMALISATION_VERSION

Digest = tuple[str, int, bytes]  # kind, index version, digest
_FIRST_VERSION = 1


def new_cipher(
    keys: TenantKeys, *, tenant_id: UUID, customer_id: UUID, kind: str = "profile"
) -> tuple[CustomerCipher, bytes]:
    """A new customer key: the cipher that uses it, and the key wrapped by the tenant's, to be stored."""
    key = wrap.new_key()
    wrapping = keys.kek_version
    aad = wrap.customer_key_aad(
        tenant_id=tenant_id, customer_id=customer_id, kind=kind, wrapping_version=wrapping, version=_FIRST_VERSION
    )
    wrapped = wrap.wrap(keys.kek[wrapping], key, wrapping_version=wrapping, aad=aad)
    cipher = CustomerCipher(key, key_version=_FIRST_VERSION, tenant_id=tenant_id, customer_id=customer_id)
    return cipher, wrapped


def cipher(
    keys: TenantKeys, *, tenant_id: UUID, customer_id: UUID, wrapped: bytes, version: int, kind: str = "profile"
) -> CustomerCipher:
    """The cipher of a stored key; CryptoError if the key is not this customer's."""
    wrapping = wrap.wrapped_by(wrapped)
    aad = wrap.customer_key_aad(
        tenant_id=tenant_id, customer_id=customer_id, kind=kind, wrapping_version=wrapping, version=version
    )
    key = wrap.unwrap(keys.kek.get(wrapping, b"\0" * 32), wrapped, wrapping_version=wrapping, aad=aad)
    return CustomerCipher(key, key_version=version, tenant_id=tenant_id, customer_id=customer_id)


def seal_profile(sealer: CustomerCipher, customer_id: UUID, profile: Profile) -> dict[str, bytes | None]:
    """Every sealed column of `customers`; a field that is empty is NULL."""
    return {
        name: sealer.seal("customers", customer_id, name, orjson.dumps(value)) if (value := profile.get(name)) else None
        for name in SEALED
    }


def open_profile(opener: CustomerCipher, customer_id: UUID, row: Mapping[str, Any]) -> Profile:
    """The sealed part of a profile, fields that are NULL left out."""
    blobs = [(name, blob) for name in SEALED if (blob := row[name]) is not None]
    return {name: orjson.loads(text) for name, text in opener.open_row("customers", customer_id, blobs).items()}


def seal_json(sealer: CustomerCipher, table: str, row_id: UUID, column: str, value: Any) -> bytes:
    return sealer.seal(table, row_id, column, orjson.dumps(value))


def open_json(opener: CustomerCipher, table: str, row_id: UUID, column: str, blob: bytes) -> Any:
    return orjson.loads(opener.open(table, row_id, column, blob))


def digest(keys: TenantKeys, identifier: Identifier, *, version: int | None = None) -> Digest:
    """Where this identifier stands in the blind index (the newest index key, unless another is asked for)."""
    version = version or keys.index_version
    kind = identifier.kind.value
    value = keys.index[version].digest(kind, index_text(identifier), normalisation_version=NORMALISATION_VERSION)
    return (kind, version, value)


def digests(keys: TenantKeys, identifiers: Iterable[Identifier]) -> dict[Digest, Identifier]:
    """Under every index version in use, so that a rotation misses nobody."""
    return {digest(keys, i, version=version): i for i in identifiers for version in keys.index}


def suppression_digest(keys: TenantKeys, identifier: Identifier, *, version: int | None = None) -> Digest:
    """Where this address stands among the suppressed (under the newest key, unless another is asked for)."""
    version = version or keys.suppression_version
    value = keys.suppression[version].digest(
        identifier.kind, index_text(identifier), normalisation_version=NORMALISATION_VERSION
    )
    return (identifier.kind.value, version, value)


def keyed_digest(keys: TenantKeys, kind: str, text: str | bytes) -> bytes:
    """What is kept of a text that may come again: the version of the index key, and 16 keyed bytes."""
    return _keyed(keys, keys.index_version, kind, text)


def is_digest_of(keys: TenantKeys, stored: bytes, kind: str, text: str | bytes) -> bool:
    """Whether `keyed_digest` once gave this for the text. True also under an index key that has been rotated away:
    what can no longer be compared is taken for the same."""
    version = stored[0]
    return version not in keys.index or hmac.compare_digest(stored, _keyed(keys, version, kind, text))


def keyed_digester(keys: TenantKeys, kind: str) -> Callable[[bytes], bytes]:
    """`keyed_digest` of one kind, for many texts."""
    version = bytes((keys.index_version,))
    digest = keys.index[keys.index_version].digester(kind, normalisation_version=1)
    return lambda text: version + digest(text)


def digester(keys: TenantKeys, kind: str) -> Callable[[bytes], bytes]:
    """The digests of `digest` of one kind, for many identifiers' `index_text`, under the newest index key."""
    return keys.index[keys.index_version].digester(kind, normalisation_version=NORMALISATION_VERSION)


def _keyed(keys: TenantKeys, version: int, kind: str, text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return bytes((version,)) + keys.index[version].digest_bytes(kind, data, normalisation_version=1)


def index_text(identifier: Identifier) -> str:
    """An external id counts within its source; a NUL cannot occur in either."""
    return f"{identifier.source}\0{identifier.key}" if identifier.source is not None else identifier.key

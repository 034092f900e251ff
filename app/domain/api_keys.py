"""API keys: what they look like and what each may do. Storing and finding them is not done here."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.tenants import Tenant

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"


class Scope(StrEnum):
    """What a key may do. No scope includes another."""

    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_WRITE = "customers:write"
    PII_READ = "pii:read"
    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    CONSENTS_READ = "consents:read"
    CONSENTS_WRITE = "consents:write"
    SEGMENTS_READ = "segments:read"
    SEGMENTS_WRITE = "segments:write"
    PRIVACY_WRITE = "privacy:write"
    EXPORTS_READ = "exports:read"
    ADMIN = "admin"


class KeyKind(StrEnum):
    """A secret key stays on servers; a publishable key may stand in a page and never reads personal data."""

    SECRET = "secret"  # noqa: S105  a kind, not a secret
    PUBLISHABLE = "publishable"


PUBLISHABLE_SCOPES = frozenset({Scope.EVENTS_WRITE, Scope.CONSENTS_WRITE})
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_STEM = {KeyKind.SECRET: "ck_live_", KeyKind.PUBLISHABLE: "pk_live_"}
_PREFIX_CHARACTERS, _SECRET_CHARACTERS, _CHECK_CHARACTERS = 12, 30, 6
_LENGTH = len("ck_live_") + _PREFIX_CHARACTERS + _SECRET_CHARACTERS + _CHECK_CHARACTERS


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    api_key_id: UUID
    prefix: str
    kind: KeyKind
    name: str
    scopes: frozenset[Scope]
    allowed_origins: tuple[str, ...]
    source_id: UUID | None
    requests_per_second: int | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the tenant, and what this key may do."""

    tenant: Tenant
    api_key_id: UUID
    prefix: str
    kind: KeyKind
    scopes: frozenset[Scope]
    allowed_origins: tuple[str, ...]
    source_id: UUID | None
    requests_per_second: int | None

    @property
    def sees_personal_data(self) -> bool:
        return self.kind is KeyKind.SECRET and Scope.PII_READ in self.scopes


def as_browsers_send(origin: str) -> str:
    """An origin as a browser writes it (RFC 6454 section 6.2): lower case, without the scheme's default port."""
    scheme, _, host = origin.lower().partition("://")
    return f"{scheme}://{host.removesuffix(_DEFAULT_PORTS.get(scheme, ':'))}"


def compose(kind: KeyKind, random: bytes) -> str:
    """A key from 42 random bytes: stem, 12 public characters, 30 secret ones (171 bits), a check of 6.

    The check lets a scanner (and us) tell a key from a typing mistake without a database.
    """
    if len(random) != _PREFIX_CHARACTERS + _SECRET_CHARACTERS:
        raise ValueError("42 random bytes are needed")
    # 256 is not a multiple of 54: the bias costs 0.03 bit a character, of 5.75.
    body = _STEM[kind] + "".join(_ALPHABET[b % len(_ALPHABET)] for b in random)
    return body + _check(body)


def prefix_of(token: str) -> str | None:
    """The public prefix of a well-formed key, or None for anything else."""
    if len(token) != _LENGTH or not token.isascii() or not token.startswith(tuple(_STEM.values())):
        return None
    if _check(token[:-_CHECK_CHARACTERS]) != token[-_CHECK_CHARACTERS:]:
        return None
    return token[: len("ck_live_") + _PREFIX_CHARACTERS]


def digest_of(token: str) -> bytes:
    """SHA-256 of the whole key: enough for 171 random bits (a slow hash is for passwords)."""
    return hashlib.sha256(token.encode()).digest()


def _check(body: str) -> str:
    value = zlib.crc32(body.encode())
    out = ""
    for _ in range(_CHECK_CHARACTERS):
        value, digit = divmod(value, len(_ALPHABET))
        out += _ALPHABET[digit]
    return out

"""API keys: made once and shown once, found by their prefix, refused everywhere within a second of revocation."""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.db.ids import new_id
from app.db.queries import api_keys as query
from app.db.tx import Tx
from app.domain import api_keys as domain
from app.domain import normalize
from app.domain.api_keys import PUBLISHABLE_SCOPES, ApiKey, Caller, KeyKind, Scope
from app.errors import Invalid, NotFound, Unauthenticated

if TYPE_CHECKING:
    from app.db.engine import Database

# What a key was a moment ago is believed for this long; "within 1 s" includes the way to the database.
_BELIEVED_SECONDS = 0.8
_MOST_REMEMBERED = 10_000
_RANDOM_BYTES = 42


class UnknownKey(NotFound):
    slug, title = "unknown-api-key", "There is no such API key"


async def create(
    tx: Tx,
    *,
    kind: KeyKind,
    name: str,
    scopes: frozenset[Scope],
    allowed_origins: tuple[str, ...] = (),
    source_id: UUID | None = None,
    requests_per_second: int | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret text, which is stored nowhere and cannot be shown again."""
    name = normalize.line(name, pointer="/name", max_length=200, what="name")
    if not scopes:
        raise Invalid.at("/scopes", "required", "A key needs at least one scope.")
    if kind is KeyKind.PUBLISHABLE and not scopes <= PUBLISHABLE_SCOPES:
        allowed = ", ".join(sorted(PUBLISHABLE_SCOPES))
        raise Invalid.at("/scopes", "not_publishable", f"A publishable key may only have: {allowed}.")
    if expires_at is not None and expires_at <= tx.now:
        raise Invalid.at("/expires_at", "in_the_past", "A key expires in the future.")
    token = domain.compose(kind, secrets.token_bytes(_RANDOM_BYTES))
    prefix = domain.prefix_of(token)
    assert prefix is not None
    origins = tuple(dict.fromkeys(map(domain.as_browsers_send, allowed_origins)))
    key = ApiKey(
        new_id(), prefix, kind, name, scopes, origins, source_id, requests_per_second, tx.now, expires_at, None
    )
    await query.insert_key(tx, key, digest=domain.digest_of(token))
    return key, token


async def list_all(tx: Tx) -> list[ApiKey]:
    return await query.list_keys(tx)


async def revoke(tx: Tx, api_key_id: UUID) -> ApiKey:
    """Repeatable; the first time stays."""
    if not await query.revoke(tx, api_key_id, tx.now):
        raise UnknownKey
    key = await query.get(tx, api_key_id)
    assert key is not None
    return key


class Authenticator:
    """Finds out who is asking. Remembers for 0.8 s what it found, so that a busy key costs one look-up a second."""

    def __init__(self, database: "Database", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._remembered: OrderedDict[bytes, tuple[float, datetime | None, Caller]] = OrderedDict()

    async def caller(self, token: str, *, now: datetime) -> Caller:
        """Who has this key. Unauthenticated, in the same words, for one malformed, unknown, expired or revoked."""
        digest = domain.digest_of(token)
        held = self._remembered.get(digest)
        if held is not None and self._clock() - held[0] < _BELIEVED_SECONDS:
            if held[1] is not None and held[1] <= now:
                raise Unauthenticated
            return held[2]
        prefix = domain.prefix_of(token)
        if prefix is None:
            raise Unauthenticated
        asked = self._clock()
        found = await query.find(self._database, prefix)
        if found is None:
            raise Unauthenticated
        key, stored, tenant = found
        if not hmac.compare_digest(stored, digest) or key.revoked_at is not None:
            self._remembered.pop(digest, None)
            raise Unauthenticated
        if key.expires_at is not None and key.expires_at <= now:
            raise Unauthenticated
        caller = Caller(
            tenant, key.api_key_id, key.prefix, key.kind, key.scopes, key.allowed_origins, key.source_id,
            key.requests_per_second,
        )  # fmt: skip
        self._remembered[digest] = (asked, key.expires_at, caller)
        self._remembered.move_to_end(digest)
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return caller

"""Connections: how a source's shop proves its messages and is asked for more."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.db.queries import connections as query
from app.db.queries import jobs
from app.db.queries.connections import Receiver
from app.db.queries.jobs import Wish
from app.db.tx import Tx
from app.domain.shops import Connection
from app.errors import FieldError, Invalid, NotFound
from app.services import sources
from app.shops.base import Platform, Setting, Shop
from app.shops.registry import PLATFORMS

if TYPE_CHECKING:
    from app.db.engine import Database

MAX_SECRETS = 10
_SECRET = re.compile(r"[\x20-\x7e\n]{8,4096}")  # a public key has lines


class UnknownConnection(NotFound):
    slug, title = "unknown-connection", "The source is not connected to a shop"


async def connect(
    tx: Tx,
    source_id: UUID,
    *,
    platform: str,
    secrets: list[str],
    credentials: Mapping[str, str],
    options: Mapping[str, str],
) -> Connection:
    """Connect the source to its shop, or connect it anew: what was set before is replaced whole.

    UnknownSourceId; Invalid with every setting that is wrong, never with its value.
    """
    await sources.require(tx, source_id)
    chosen = PLATFORMS.get(platform)
    if chosen is None:
        raise Invalid.at("/platform", "unknown_platform", f"One of: {', '.join(sorted(PLATFORMS))}.")
    errors = _wrong_secrets(secrets)
    errors += _wrong_settings("options", chosen.options, options)
    errors += _wrong_settings("credentials", chosen.credentials, credentials)
    if errors:
        raise Invalid("Some settings are not valid; see `errors`.", errors=tuple(errors))
    await query.put(
        tx,
        source_id,
        platform=platform,
        options=dict(options),
        secrets=list(secrets),
        credentials=dict(credentials),
    )
    if chosen.api is not None and chosen.api.poll_seconds is not None:
        await jobs.want(tx, source_id, [Wish("poll")])
    return await get(tx, source_id)


async def get(tx: Tx, source_id: UUID) -> Connection:
    """UnknownConnection where there is none."""
    found = await query.get(tx, source_id)
    if found is None:
        raise UnknownConnection
    return found.connection


async def disconnect(tx: Tx, source_id: UUID) -> None:
    """Its messages are refused from now on (within a second), and its credentials are gone."""
    if not await query.remove(tx, source_id):
        raise UnknownConnection


async def shop_of(tx: Tx, source_id: UUID) -> tuple[Platform, Shop]:
    """The source's shop as its adapter sees it, with its credentials opened. UnknownConnection where there is none."""
    found = await query.get(tx, source_id)
    if found is None:
        raise UnknownConnection
    connection = found.connection
    shop = shop_for(tx, connection.source, options=connection.options, credentials=found.credentials)
    return PLATFORMS[connection.platform], shop


def shop_for(tx: Tx, source: str, *, options: Mapping[str, Any], credentials: Mapping[str, str]) -> Shop:
    """A shop of this tenant. What its customers consent to rests on the law of the tenant's country."""
    country = tx.tenant.country
    return Shop(
        source=source,
        now=tx.now,
        options=options,
        credentials=credentials,
        country=country,
        currency=tx.tenant.currency,
        legal_basis="lgpd.7.I" if country == "BR" else "gdpr.6.1.a",
    )


async def put_credentials(tx: Tx, source_id: UUID, credentials: Mapping[str, str]) -> None:
    """Credentials that the platform has renewed. UnknownConnection where the source is not connected any more."""
    if not await query.put_credentials(tx, source_id, dict(credentials)):
        raise UnknownConnection


async def looked_through(tx: Tx, source_id: UUID, kind: str, *, until: datetime) -> None:
    """Every change of this list up to then has been taken over."""
    await query.put_polled(tx, source_id, {kind: until.isoformat()})


async def receiver(database: "Database", source_id: UUID, *, now: datetime) -> Receiver | None:
    """Who receives messages under this source; None if it is not connected."""
    return await query.receiver(database, source_id, now=now)


def _wrong_secrets(secrets: list[str]) -> list[FieldError]:
    message = "A secret is 8 to 4096 printable ASCII characters."
    found = [
        FieldError(f"/secrets/{index}", "invalid_secret", message)
        for index, secret in enumerate(secrets)
        if not _SECRET.fullmatch(secret)
    ]
    if not 1 <= len(secrets) <= MAX_SECRETS:
        found.append(FieldError("/secrets", "wrong_number", f"Give 1 to {MAX_SECRETS} secrets."))
    return found


def _wrong_settings(place: str, known: tuple[Setting, ...], given: Mapping[str, str]) -> list[FieldError]:
    names = {setting.name: setting for setting in known}
    found = [
        FieldError(f"/{place}/{setting.name}", "required", f"This platform needs it: {setting.description}")
        for setting in known
        if setting.required and not given.get(setting.name)
    ]
    for name, value in given.items():
        if name not in names:
            told = ", ".join(sorted(names)) or "none"
            found.append(FieldError(f"/{place}", "unknown_setting", f"This platform has other {place}: {told}."))
        elif not re.fullmatch(names[name].pattern, value):
            found.append(FieldError(f"/{place}/{name}", "invalid_setting", names[name].description))
    return found

"""The demo's own tenant and key: those of an earlier run, so that a second run leaves nothing behind."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.db.tx import begin
from app.domain.api_keys import KeyKind, Scope
from app.domain.tenants import Tenant
from app.errors import AppError, Conflict, Unauthenticated
from app.services import api_keys, tenants

if TYPE_CHECKING:
    from app.db.engine import Database

_LONGEST_NAME = 63


class OtherSettings(Conflict):
    slug, title = "other-settings", "The demo ran before with other settings, which are fixed"


@dataclass(frozen=True, slots=True)
class Access:
    """Who the demo is, and the key it shows."""

    tenant: Tenant
    key: str


def name_for(orders: Path | None) -> str:
    """A tenant per file name, so that two files do not mix."""
    return "demo" if orders is None else ("demo-" + re.sub("[^a-z0-9_-]+", "-", orders.stem.lower()))[:_LONGEST_NAME]


async def access(
    database: "Database", key_file: Path, *, name: str, currency: str | None, timezone: str | None, now: datetime
) -> Access:
    """The tenant, with the key in `key_file` while that works.

    The first run makes it in `currency` and `timezone` (None: dollars in New York for a file, else reais in São Paulo);
    OtherSettings where it was made with others.
    """
    try:
        tenant = await tenants.find(database, name)
    except tenants.UnknownTenant:
        from_file = name != "demo"
        tenant = await tenants.create(
            database,
            name=name,
            currency=currency or ("USD" if from_file else "BRL"),
            timezone=timezone or ("America/New_York" if from_file else "America/Sao_Paulo"),
            now=now,
        )
    for option, given, fixed in (("currency", currency, tenant.currency), ("timezone", timezone, tenant.timezone)):
        if given is not None and given.lower() != fixed.lower():
            raise OtherSettings(
                f"Leave --{option} out, or give {fixed}; or take another CLIENTELA_DATA_DIR or file name."
            )
    try:
        return Access(tenant, await _key(database, tenant, key_file, now=now))
    except OSError as error:
        raise AppError(f"The key cannot be kept in {key_file}: {error.strerror}.") from None


async def _key(database: "Database", tenant: Tenant, key_file: Path, *, now: datetime) -> str:
    if (kept := _read(key_file)) is not None:
        with suppress(Unauthenticated):
            caller = await api_keys.Authenticator(database).caller(kept, now=now)
            if caller.tenant.tenant_id == tenant.tenant_id:
                return kept
    async with begin(database, tenant, now=now) as tx:
        _, key = await api_keys.create(tx, kind=KeyKind.SECRET, name="demo", scopes=frozenset(Scope))
        _write(key_file, key)  # before the commit: a key that cannot be kept is not made
    return key


def _read(path: Path) -> str | None:
    return path.read_text(errors="replace").strip() if path.exists() else None


def _write(path: Path, key: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key + "\n")

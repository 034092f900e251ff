"""Tenants: the merchants whose data this is, with the keys that seal it."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.db.ids import new_id
from app.db.queries import events, idempotency, inbox, jobs
from app.db.queries import tenants as query
from app.db.tx import Tx, begin
from app.domain import normalize
from app.domain.jobs import DONE_KEPT_FOR, PARKED_KEPT_FOR
from app.domain.shops import INBOX_KEPT_DAYS
from app.domain.storefront import trait_names
from app.domain.tenants import Tenant
from app.errors import Conflict, Invalid, NotFound
from app.services import deliveries
from app.services import events as event_service

if TYPE_CHECKING:
    from app.db.engine import Database


MAX_CONSENT_CATEGORIES = 100
_ID = re.compile(r"ten_[0-9a-f]{32}")


class TenantExists(Conflict):
    slug, title = "tenant-exists", "There is a tenant with this name"


class UnknownTenant(NotFound):
    slug, title = "unknown-tenant", "There is no such tenant"


async def create(
    database: "Database",
    *,
    name: str,
    currency: str,
    timezone: str,
    now: datetime,
    country: str | None = None,
    strict_sources: bool = False,
    allow_imported_consent: bool = False,
    rfm_include_shipping_and_tax: bool = False,
) -> Tenant:
    """A new tenant with its first keys. TenantExists if the name is taken."""
    tenant = Tenant(
        tenant_id=new_id(),
        name=normalize.source_slug(name, pointer="/name"),
        currency=normalize.currency(currency, pointer="/currency"),
        timezone=normalize.timezone(timezone, pointer="/timezone"),
        country=normalize.country(country, pointer="/country") if country else None,
        strict_sources=strict_sources,
        allow_imported_consent=allow_imported_consent,
        rfm_include_shipping_and_tax=rfm_include_shipping_and_tax,
        created_at=now,
    )
    async with begin(database, tenant, now=now) as tx:
        if not await query.insert_tenant(tx, tenant):
            raise TenantExists("Choose another name, or use the tenant that exists.")
        await query.create_keys(tx)
    return tenant


async def find(database: "Database", name_or_id: str) -> Tenant:
    if _ID.fullmatch(name_or_id):
        name_or_id = str(UUID(hex=name_or_id[4:]))
    found = await query.find(database, name_or_id)
    if found is None:
        raise UnknownTenant("List the tenants with `clientela tenant list`.")
    return found


async def list_all(database: "Database") -> list[Tenant]:
    return await query.list_all(database)


async def update(tx: Tx, changes: dict[str, Any]) -> Tenant:
    """Change settings. Currency and what counts as net are fixed: every stored total depends on them."""
    if changes.get("timezone") is not None:
        changes["timezone"] = normalize.timezone(changes["timezone"], pointer="/timezone")
    if changes.get("country") is not None:
        changes["country"] = normalize.country(changes["country"], pointer="/country")
    if changes.get("storefront_traits") is not None:
        changes["storefront_traits"] = trait_names(changes["storefront_traits"], pointer="/storefront_traits")
    if not changes:
        return tx.tenant
    changed = await query.update_tenant(tx, changes)
    if len(changed.consent_categories) > MAX_CONSENT_CATEGORIES:
        message = f"A tenant has at most {MAX_CONSENT_CATEGORIES} consent categories; remove one with null."
        raise Invalid.at("/consent_categories", "too_many", message)
    return changed


async def forget_old(tx: Tx) -> None:
    """Delete what is kept for a time only: remembered answers (72 h), ingestion records (7 days), messages of shops
    and deliveries (30 days), jobs that ended."""
    await idempotency.forget_old(tx)
    await inbox.forget_old(tx, tx.now - timedelta(days=INBOX_KEPT_DAYS))
    await events.forget_ingestions(tx, tx.now - event_service.INGESTIONS_KEPT_FOR)
    await jobs.forget(tx, done_before=tx.now - DONE_KEPT_FOR, parked_before=tx.now - PARKED_KEPT_FOR)
    await deliveries.forget_old(tx)

"""A tenant as the rules see it, and its sources."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SOURCE_KINDS = ("shop", "form", "till", "import", "api")


@dataclass(frozen=True, slots=True)
class Tenant:
    """The merchant: `currency` is what reports are in, `timezone` decides what a day is."""

    tenant_id: UUID
    name: str
    currency: str
    timezone: str
    country: str | None = None
    strict_sources: bool = False
    allow_imported_consent: bool = False
    rfm_include_shipping_and_tax: bool = False
    storefront_traits: tuple[str, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    source_id: UUID
    slug: str
    kind: str
    name: str
    created_at: datetime

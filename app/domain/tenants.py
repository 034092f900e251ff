"""A tenant as the rules see it, and its sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.domain.rfm_settings import DEFAULTS, RfmSettings

SOURCE_KINDS = ("shop", "form", "till", "import", "api")


@dataclass(frozen=True, slots=True)
class Tenant:
    """The merchant: `currency` is what reports are in, `timezone` decides what a day is.

    `consent_categories`: what a category of the shop's consent banner stands for, each of {"purpose", "channel"} and
    perhaps "legal_basis".
    """

    tenant_id: UUID
    name: str
    currency: str
    timezone: str
    country: str | None = None
    strict_sources: bool = False
    allow_imported_consent: bool = False
    rfm_include_shipping_and_tax: bool = False
    consent_categories: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict, hash=False)
    storefront_traits: tuple[str, ...] = ()
    rfm: RfmSettings = DEFAULTS
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Source:
    source_id: UUID
    slug: str
    kind: str
    name: str
    created_at: datetime

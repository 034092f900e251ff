"""Requests and answers about the tenant itself: settings, sources, API keys, currency rates."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas import texts
from app.api.schemas.base import (
    WHOLE,
    ApiKeyId,
    Currency,
    Day,
    Flag,
    Input,
    Moment,
    Output,
    SourceId,
    TenantId,
)  # fmt: skip
from app.api.schemas.consents import ConsentChannel, Purpose
from app.domain.api_keys import Scope
from app.domain.storefront import MAX_TRAITS

SourceKind = TypeAliasType(
    "SourceKind",
    Annotated[
        Literal["shop", "form", "till", "import", "api"],
        Field(description="What a source is."),
    ],
)
ApiKeyKind = TypeAliasType(
    "ApiKeyKind",
    Annotated[
        Literal["secret", "publishable"],
        Field(description="A secret key stays on servers; a publishable one may stand in a page."),
    ],
)
ConsentBasis = TypeAliasType(
    "ConsentBasis",
    Annotated[Literal["lgpd.7.I", "gdpr.6.1.a"], Field(description="Consent, as the law of the tenant calls it.")],
)
Origin = Annotated[
    str,
    Field(
        strict=True,
        max_length=255,
        pattern=r"^https?://[A-Za-z0-9.:\[\]-]+$",
        description="Scheme, host and port, as browsers send it.",
        examples=["https://shop.example"],
    ),
]


PerSecond = Annotated[int, Field(strict=True, ge=1, le=100_000), WHOLE]
_CATEGORIES = {"Advertising": [{"purpose": "marketing", "channel": "email", "legal_basis": "lgpd.7.I"}]}
Category = Annotated[str, Field(min_length=1, max_length=100)]


class ConsentTarget(Output):
    """A decision that a category of a consent banner stands for."""

    purpose: Purpose = Field(description="What for: a slug of your own.", examples=["marketing"])
    channel: ConsentChannel = Field(description="The channel.", examples=["email"])
    legal_basis: ConsentBasis = Field(description="The basis of a yes.", examples=["lgpd.7.I"])


class ConsentTargetSet(Input):
    """A decision that a category of a consent banner stands for."""

    purpose: Purpose = Field(description="What for: a slug of your own.", examples=["marketing"])
    channel: ConsentChannel = Field(description="The channel.", examples=["email"])
    legal_basis: ConsentBasis = Field(description="The basis of a yes.", examples=["lgpd.7.I"])


class Tenant(Output):
    """The merchant."""

    id: TenantId = Field(description="The tenant's id.")
    name: str = Field(description="Its name.", examples=["sapataria"])
    currency: Currency = Field(description="The reporting currency; fixed.", examples=["BRL"])
    timezone: str = Field(description="IANA time zone: decides what a day is.", examples=["America/Sao_Paulo"])
    country: str | None = Field(description="Where phones without country code are read.", examples=["BR"])
    strict_sources: bool = Field(description="Unknown sources are refused.", examples=[False])
    allow_imported_consent: bool = Field(description="Imported consent without evidence permits.", examples=[False])
    rfm_include_shipping_and_tax: bool = Field(description="Shipping and tax count for M; fixed.", examples=[False])
    storefront_traits: list[str] = Field(
        description="What pages may be told about their visitors.", examples=[["tags", "attributes.plan"]]
    )
    consent_categories: dict[str, list[ConsentTarget]] = Field(
        description="What the categories of a consent banner stand for; one that is not here permits nothing.",
        examples=[_CATEGORIES],
    )
    created_at: Moment = Field(description="When it was created.", examples=["2026-11-01T12:00:00Z"])


class TenantUpdate(Input):
    """What may change."""

    timezone: texts.TimeZone | None = Field(None, description="IANA time zone.", examples=["America/Sao_Paulo"])
    country: texts.Country | None = Field(None, description="ISO 3166-1 alpha-2.", examples=["BR"])
    strict_sources: Flag | None = Field(None, description="Refuse unknown sources.", examples=[True])
    allow_imported_consent: Flag | None = Field(
        None, description="Let imported consent without evidence permit.", examples=[False]
    )
    storefront_traits: list[texts.Trait] | None = Field(
        None,
        max_length=MAX_TRAITS,
        description="What `get_storefront_context` may tell pages: tier, country, language, tags, preferred_channels, "
        "preferences, preferences.<key>, attributes.<key>. The list replaces the one that is set.",
        examples=[["tags", "attributes.plan"]],
    )
    consent_categories: (
        dict[Category, Annotated[list[ConsentTargetSet], Field(min_length=1, max_length=20)] | None] | None
    ) = Field(
        None,
        max_length=100,
        description="What categories of a consent banner stand for. Those not named stay; null removes one.",
        examples=[_CATEGORIES],
    )

    def consent_categories_stored(self) -> dict[str, list[dict[str, str]] | None]:
        """As they are kept; None for those to remove."""
        given = self.consent_categories or {}
        return {name: None if one is None else [target.model_dump() for target in one] for name, one in given.items()}


class SourceCreate(Input):
    """A source of data."""

    slug: texts.Slug = Field(description="Its short name: letters, digits, - and _.", examples=["main-shop"])
    kind: SourceKind = Field(description="What it is.", examples=["shop"])
    name: texts.Name | None = Field(None, description="Its name for people.", examples=["The shop in the Rua Augusta"])


class Source(Output):
    """Where data comes from."""

    id: SourceId = Field(description="The source's id.")
    slug: str = Field(description="Its short name.", examples=["main-shop"])
    kind: SourceKind = Field(description="What it is.", examples=["shop"])
    name: str = Field(description="Its name for people.", examples=["The shop in the Rua Augusta"])
    created_at: Moment = Field(description="When it was created.", examples=["2026-11-01T12:00:00Z"])


class SourceList(Output):
    """Every source of the tenant."""

    data: list[Source] = Field(description="The sources, the oldest first.")


class ApiKeyCreate(Input):
    """What a new key may do."""

    name: texts.Name = Field(description="What it is for.", examples=["storefront backend"])
    kind: ApiKeyKind = Field("secret", description="Publishable keys may stand in a page.", examples=["secret"])
    scopes: list[Scope] = Field(min_length=1, max_length=20, description="What it may do.", examples=[["events:write"]])
    allowed_origins: list[Origin] = Field(
        default_factory=list,
        max_length=50,
        description="For publishable keys: the origins of pages that may use it. None: no page may, only what sends no "
        "Origin header, as servers and apps.",
        examples=[["https://shop.example"]],
    )
    source: texts.Slug | None = Field(None, description="The source it speaks for.", examples=["main-shop"])
    requests_per_second: PerSecond | None = Field(None, description="Its rate limit, in each process.", examples=[100])
    expires_at: Moment | None = Field(None, description="When it ends.", examples=["2030-01-01T00:00:00Z"])


class ApiKey(Output):
    """A key without its secret."""

    id: ApiKeyId = Field(description="The key's id.")
    prefix: str = Field(description="Its public beginning.", examples=["ck_live_7Hq2mX9aB3cD"])
    kind: ApiKeyKind = Field(description="Secret or publishable.", examples=["secret"])
    name: str = Field(description="What it is for.", examples=["storefront backend"])
    scopes: list[Scope] = Field(description="What it may do.", examples=[["events:write"]])
    allowed_origins: list[str] = Field(description="Where pages may come from.", examples=[[]])
    requests_per_second: int | None = Field(description="Its rate limit; null: the default.", examples=[100])
    created_at: Moment = Field(description="When it was made.", examples=["2026-11-01T12:00:00Z"])
    expires_at: Moment | None = Field(description="When it ends.", examples=[None])
    revoked_at: Moment | None = Field(description="When it was revoked.", examples=[None])


class ApiKeyCreated(ApiKey):
    """A new key. `key` is shown this once and stored nowhere."""

    key: str = Field(description="The key itself.", examples=["ck_live_7Hq2mX9aB3cDTtEeFfGgHhJjKkMmNnPpQqRrSs1x2Y3z"])


class ApiKeyList(Output):
    """Every key of the tenant."""

    data: list[ApiKey] = Field(description="The keys, the oldest first.")


class CurrencyRate(Input):
    """What one unit of a currency is worth in the reporting currency."""

    currency: texts.CurrencyCode = Field(description="ISO 4217.", examples=["USD"])
    valid_from: Day = Field(description="From this day on, until the next rate.", examples=["2026-01-01"])
    rate: texts.RateText = Field(description="Decimal string with up to 10 decimals.", examples=["5.4321"])


class CurrencyRates(Input):
    """Rates to set."""

    rates: list[CurrencyRate] = Field(
        min_length=1,
        max_length=1000,
        description="Rates; one of the same currency and day is replaced.",
        examples=[[{"currency": "USD", "valid_from": "2026-01-01", "rate": "5.4321"}]],
    )


class CurrencyRateOut(Output):
    """What one unit of a currency is worth in the reporting currency."""

    currency: Currency = Field(description="ISO 4217.", examples=["USD"])
    valid_from: date = Field(description="From this day on, until the next rate.", examples=["2026-01-01"])
    rate: str = Field(description="In the reporting currency, as a decimal string.", examples=["5.4321"])


class CurrencyRateList(Output):
    """Every rate of the tenant."""

    data: list[CurrencyRateOut] = Field(description="By currency and day.")

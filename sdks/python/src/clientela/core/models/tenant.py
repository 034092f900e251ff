from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.tenant_consent_categories import TenantConsentCategories


T = TypeVar("T", bound="Tenant")


@_attrs_define
class Tenant:
    """The merchant.

    Attributes:
        id (str): The tenant's id.
        name (str): Its name.
        currency (str): The reporting currency; fixed.
        timezone (str): IANA time zone: decides what a day is.
        country (None | str): Where phones without country code are read.
        strict_sources (bool): Unknown sources are refused.
        allow_imported_consent (bool): Imported consent without evidence permits.
        rfm_include_shipping_and_tax (bool): Shipping and tax count for M; fixed.
        storefront_traits (list[str]): What pages may be told about their visitors.
        consent_categories (TenantConsentCategories): What the categories of a consent banner stand for; one that is not
            here permits nothing.
        created_at (datetime.datetime): When it was created.
    """

    id: str
    name: str
    currency: str
    timezone: str
    country: None | str
    strict_sources: bool
    allow_imported_consent: bool
    rfm_include_shipping_and_tax: bool
    storefront_traits: list[str]
    consent_categories: TenantConsentCategories
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        currency = self.currency

        timezone = self.timezone

        country: None | str
        country = self.country

        strict_sources = self.strict_sources

        allow_imported_consent = self.allow_imported_consent

        rfm_include_shipping_and_tax = self.rfm_include_shipping_and_tax

        storefront_traits = self.storefront_traits

        consent_categories = self.consent_categories.to_dict()

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "currency": currency,
                "timezone": timezone,
                "country": country,
                "strict_sources": strict_sources,
                "allow_imported_consent": allow_imported_consent,
                "rfm_include_shipping_and_tax": rfm_include_shipping_and_tax,
                "storefront_traits": storefront_traits,
                "consent_categories": consent_categories,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_consent_categories import TenantConsentCategories  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        currency = d.pop("currency")

        timezone = d.pop("timezone")

        def _parse_country(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country = _parse_country(d.pop("country"))

        strict_sources = d.pop("strict_sources")

        allow_imported_consent = d.pop("allow_imported_consent")

        rfm_include_shipping_and_tax = d.pop("rfm_include_shipping_and_tax")

        storefront_traits = cast(list[str], d.pop("storefront_traits"))

        consent_categories = TenantConsentCategories.from_dict(d.pop("consent_categories"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        tenant = cls(
            id=id,
            name=name,
            currency=currency,
            timezone=timezone,
            country=country,
            strict_sources=strict_sources,
            allow_imported_consent=allow_imported_consent,
            rfm_include_shipping_and_tax=rfm_include_shipping_and_tax,
            storefront_traits=storefront_traits,
            consent_categories=consent_categories,
            created_at=created_at,
        )

        tenant.additional_properties = d
        return tenant

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

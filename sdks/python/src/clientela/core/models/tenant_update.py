from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.tenant_update_consent_categories_type_0 import (
        TenantUpdateConsentCategoriesType0,
    )


T = TypeVar("T", bound="TenantUpdate")


@_attrs_define
class TenantUpdate:
    """What may change.

    Attributes:
        timezone (None | str | Unset): IANA time zone.
        country (None | str | Unset): ISO 3166-1 alpha-2.
        strict_sources (bool | None | Unset): Refuse unknown sources.
        allow_imported_consent (bool | None | Unset): Let imported consent without evidence permit.
        storefront_traits (list[str] | None | Unset): What `get_storefront_context` may tell pages: tier, country,
            language, tags, preferred_channels, preferences, preferences.<key>, attributes.<key>. The list replaces the one
            that is set.
        consent_categories (None | TenantUpdateConsentCategoriesType0 | Unset): What categories of a consent banner
            stand for. Those not named stay; null removes one.
    """

    timezone: None | str | Unset = UNSET
    country: None | str | Unset = UNSET
    strict_sources: bool | None | Unset = UNSET
    allow_imported_consent: bool | None | Unset = UNSET
    storefront_traits: list[str] | None | Unset = UNSET
    consent_categories: None | TenantUpdateConsentCategoriesType0 | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.tenant_update_consent_categories_type_0 import (
            TenantUpdateConsentCategoriesType0,  # noqa: PLC0415
        )

        timezone: None | str | Unset
        if isinstance(self.timezone, Unset):
            timezone = UNSET
        else:
            timezone = self.timezone

        country: None | str | Unset
        if isinstance(self.country, Unset):
            country = UNSET
        else:
            country = self.country

        strict_sources: bool | None | Unset
        if isinstance(self.strict_sources, Unset):
            strict_sources = UNSET
        else:
            strict_sources = self.strict_sources

        allow_imported_consent: bool | None | Unset
        if isinstance(self.allow_imported_consent, Unset):
            allow_imported_consent = UNSET
        else:
            allow_imported_consent = self.allow_imported_consent

        storefront_traits: list[str] | None | Unset
        if isinstance(self.storefront_traits, Unset):
            storefront_traits = UNSET
        elif isinstance(self.storefront_traits, list):
            storefront_traits = self.storefront_traits

        else:
            storefront_traits = self.storefront_traits

        consent_categories: dict[str, Any] | None | Unset
        if isinstance(self.consent_categories, Unset):
            consent_categories = UNSET
        elif isinstance(self.consent_categories, TenantUpdateConsentCategoriesType0):
            consent_categories = self.consent_categories.to_dict()
        else:
            consent_categories = self.consent_categories

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if timezone is not UNSET:
            field_dict["timezone"] = timezone
        if country is not UNSET:
            field_dict["country"] = country
        if strict_sources is not UNSET:
            field_dict["strict_sources"] = strict_sources
        if allow_imported_consent is not UNSET:
            field_dict["allow_imported_consent"] = allow_imported_consent
        if storefront_traits is not UNSET:
            field_dict["storefront_traits"] = storefront_traits
        if consent_categories is not UNSET:
            field_dict["consent_categories"] = consent_categories

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.tenant_update_consent_categories_type_0 import (
            TenantUpdateConsentCategoriesType0,  # noqa: PLC0415
        )

        d = dict(src_dict)

        def _parse_timezone(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        timezone = _parse_timezone(d.pop("timezone", UNSET))

        def _parse_country(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        country = _parse_country(d.pop("country", UNSET))

        def _parse_strict_sources(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        strict_sources = _parse_strict_sources(d.pop("strict_sources", UNSET))

        def _parse_allow_imported_consent(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        allow_imported_consent = _parse_allow_imported_consent(d.pop("allow_imported_consent", UNSET))

        def _parse_storefront_traits(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                storefront_traits_type_0 = cast(list[str], data)

                return storefront_traits_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        storefront_traits = _parse_storefront_traits(d.pop("storefront_traits", UNSET))

        def _parse_consent_categories(data: object) -> None | TenantUpdateConsentCategoriesType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                consent_categories_type_0 = TenantUpdateConsentCategoriesType0.from_dict(data)

                return consent_categories_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | TenantUpdateConsentCategoriesType0 | Unset, data)

        consent_categories = _parse_consent_categories(d.pop("consent_categories", UNSET))

        tenant_update = cls(
            timezone=timezone,
            country=country,
            strict_sources=strict_sources,
            allow_imported_consent=allow_imported_consent,
            storefront_traits=storefront_traits,
            consent_categories=consent_categories,
        )

        return tenant_update

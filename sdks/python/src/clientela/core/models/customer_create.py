from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.preferred_channel import PreferredChannel, check_preferred_channel
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.address import Address
    from ..models.customer_create_attributes_type_0 import CustomerCreateAttributesType0
    from ..models.demographics import Demographics
    from ..models.document import Document
    from ..models.email_address import EmailAddress
    from ..models.external_id import ExternalId
    from ..models.phone_number import PhoneNumber
    from ..models.preferences import Preferences
    from ..models.social_handle import SocialHandle


T = TypeVar("T", bound="CustomerCreate")


@_attrs_define
class CustomerCreate:
    """A customer as somebody knows her. At least one identifier is needed.

    Attributes:
        external_ids (list[ExternalId] | None | Unset): Ids in the tenant's sources.
        emails (list[EmailAddress] | None | Unset): E-mail addresses.
        phones (list[PhoneNumber] | None | Unset): Phone numbers, stored in E.164.
        anonymous_ids (list[str] | None | Unset): Ids of devices or browsers.
        document (Document | None | Unset): Identity or tax document.
        first_name (None | str | Unset): First name.
        last_name (None | str | Unset): Last name.
        birth_date (None | str | Unset): YYYY-MM-DD, or --MM-DD where the year is not known.
        gender (None | str | Unset): female, male, non_binary, other or undisclosed; the usual English, Spanish and
            Portuguese words and letters for them are read.
        language (None | str | Unset): BCP 47 language tag.
        country (None | str | Unset): ISO 3166-1 alpha-2.
        addresses (list[Address] | None | Unset): Postal addresses.
        demographics (Demographics | None | Unset): Occupation and income band.
        preferences (None | Preferences | Unset): What the person likes.
        preferred_channels (list[PreferredChannel] | None | Unset): How the person likes to be reached, best first.
        social (list[SocialHandle] | None | Unset): Handles in social networks.
        tags (list[str] | None | Unset): The tenant's own tags; nothing personal.
        attributes (CustomerCreateAttributesType0 | None | Unset): Anything else the tenant wants to keep; sealed as a
            whole.
        registered_at (datetime.datetime | None | Unset): When the person registered with the shop.
    """

    external_ids: list[ExternalId] | None | Unset = UNSET
    emails: list[EmailAddress] | None | Unset = UNSET
    phones: list[PhoneNumber] | None | Unset = UNSET
    anonymous_ids: list[str] | None | Unset = UNSET
    document: Document | None | Unset = UNSET
    first_name: None | str | Unset = UNSET
    last_name: None | str | Unset = UNSET
    birth_date: None | str | Unset = UNSET
    gender: None | str | Unset = UNSET
    language: None | str | Unset = UNSET
    country: None | str | Unset = UNSET
    addresses: list[Address] | None | Unset = UNSET
    demographics: Demographics | None | Unset = UNSET
    preferences: None | Preferences | Unset = UNSET
    preferred_channels: list[PreferredChannel] | None | Unset = UNSET
    social: list[SocialHandle] | None | Unset = UNSET
    tags: list[str] | None | Unset = UNSET
    attributes: CustomerCreateAttributesType0 | None | Unset = UNSET
    registered_at: datetime.datetime | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.customer_create_attributes_type_0 import (
            CustomerCreateAttributesType0,  # noqa: PLC0415
        )
        from ..models.demographics import Demographics  # noqa: PLC0415
        from ..models.document import Document  # noqa: PLC0415
        from ..models.preferences import Preferences  # noqa: PLC0415

        external_ids: list[dict[str, Any]] | None | Unset
        if isinstance(self.external_ids, Unset):
            external_ids = UNSET
        elif isinstance(self.external_ids, list):
            external_ids = []
            for external_ids_type_0_item_data in self.external_ids:
                external_ids_type_0_item = external_ids_type_0_item_data.to_dict()
                external_ids.append(external_ids_type_0_item)

        else:
            external_ids = self.external_ids

        emails: list[dict[str, Any]] | None | Unset
        if isinstance(self.emails, Unset):
            emails = UNSET
        elif isinstance(self.emails, list):
            emails = []
            for emails_type_0_item_data in self.emails:
                emails_type_0_item = emails_type_0_item_data.to_dict()
                emails.append(emails_type_0_item)

        else:
            emails = self.emails

        phones: list[dict[str, Any]] | None | Unset
        if isinstance(self.phones, Unset):
            phones = UNSET
        elif isinstance(self.phones, list):
            phones = []
            for phones_type_0_item_data in self.phones:
                phones_type_0_item = phones_type_0_item_data.to_dict()
                phones.append(phones_type_0_item)

        else:
            phones = self.phones

        anonymous_ids: list[str] | None | Unset
        if isinstance(self.anonymous_ids, Unset):
            anonymous_ids = UNSET
        elif isinstance(self.anonymous_ids, list):
            anonymous_ids = self.anonymous_ids

        else:
            anonymous_ids = self.anonymous_ids

        document: dict[str, Any] | None | Unset
        if isinstance(self.document, Unset):
            document = UNSET
        elif isinstance(self.document, Document):
            document = self.document.to_dict()
        else:
            document = self.document

        first_name: None | str | Unset
        if isinstance(self.first_name, Unset):
            first_name = UNSET
        else:
            first_name = self.first_name

        last_name: None | str | Unset
        if isinstance(self.last_name, Unset):
            last_name = UNSET
        else:
            last_name = self.last_name

        birth_date: None | str | Unset
        if isinstance(self.birth_date, Unset):
            birth_date = UNSET
        else:
            birth_date = self.birth_date

        gender: None | str | Unset
        if isinstance(self.gender, Unset):
            gender = UNSET
        else:
            gender = self.gender

        language: None | str | Unset
        if isinstance(self.language, Unset):
            language = UNSET
        else:
            language = self.language

        country: None | str | Unset
        if isinstance(self.country, Unset):
            country = UNSET
        else:
            country = self.country

        addresses: list[dict[str, Any]] | None | Unset
        if isinstance(self.addresses, Unset):
            addresses = UNSET
        elif isinstance(self.addresses, list):
            addresses = []
            for addresses_type_0_item_data in self.addresses:
                addresses_type_0_item = addresses_type_0_item_data.to_dict()
                addresses.append(addresses_type_0_item)

        else:
            addresses = self.addresses

        demographics: dict[str, Any] | None | Unset
        if isinstance(self.demographics, Unset):
            demographics = UNSET
        elif isinstance(self.demographics, Demographics):
            demographics = self.demographics.to_dict()
        else:
            demographics = self.demographics

        preferences: dict[str, Any] | None | Unset
        if isinstance(self.preferences, Unset):
            preferences = UNSET
        elif isinstance(self.preferences, Preferences):
            preferences = self.preferences.to_dict()
        else:
            preferences = self.preferences

        preferred_channels: list[str] | None | Unset
        if isinstance(self.preferred_channels, Unset):
            preferred_channels = UNSET
        elif isinstance(self.preferred_channels, list):
            preferred_channels = []
            for preferred_channels_type_0_item_data in self.preferred_channels:
                preferred_channels_type_0_item: str = preferred_channels_type_0_item_data
                preferred_channels.append(preferred_channels_type_0_item)

        else:
            preferred_channels = self.preferred_channels

        social: list[dict[str, Any]] | None | Unset
        if isinstance(self.social, Unset):
            social = UNSET
        elif isinstance(self.social, list):
            social = []
            for social_type_0_item_data in self.social:
                social_type_0_item = social_type_0_item_data.to_dict()
                social.append(social_type_0_item)

        else:
            social = self.social

        tags: list[str] | None | Unset
        if isinstance(self.tags, Unset):
            tags = UNSET
        elif isinstance(self.tags, list):
            tags = self.tags

        else:
            tags = self.tags

        attributes: dict[str, Any] | None | Unset
        if isinstance(self.attributes, Unset):
            attributes = UNSET
        elif isinstance(self.attributes, CustomerCreateAttributesType0):
            attributes = self.attributes.to_dict()
        else:
            attributes = self.attributes

        registered_at: None | str | Unset
        if isinstance(self.registered_at, Unset):
            registered_at = UNSET
        elif isinstance(self.registered_at, datetime.datetime):
            registered_at = self.registered_at.isoformat()
        else:
            registered_at = self.registered_at

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if external_ids is not UNSET:
            field_dict["external_ids"] = external_ids
        if emails is not UNSET:
            field_dict["emails"] = emails
        if phones is not UNSET:
            field_dict["phones"] = phones
        if anonymous_ids is not UNSET:
            field_dict["anonymous_ids"] = anonymous_ids
        if document is not UNSET:
            field_dict["document"] = document
        if first_name is not UNSET:
            field_dict["first_name"] = first_name
        if last_name is not UNSET:
            field_dict["last_name"] = last_name
        if birth_date is not UNSET:
            field_dict["birth_date"] = birth_date
        if gender is not UNSET:
            field_dict["gender"] = gender
        if language is not UNSET:
            field_dict["language"] = language
        if country is not UNSET:
            field_dict["country"] = country
        if addresses is not UNSET:
            field_dict["addresses"] = addresses
        if demographics is not UNSET:
            field_dict["demographics"] = demographics
        if preferences is not UNSET:
            field_dict["preferences"] = preferences
        if preferred_channels is not UNSET:
            field_dict["preferred_channels"] = preferred_channels
        if social is not UNSET:
            field_dict["social"] = social
        if tags is not UNSET:
            field_dict["tags"] = tags
        if attributes is not UNSET:
            field_dict["attributes"] = attributes
        if registered_at is not UNSET:
            field_dict["registered_at"] = registered_at

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address import Address  # noqa: PLC0415
        from ..models.customer_create_attributes_type_0 import (
            CustomerCreateAttributesType0,  # noqa: PLC0415
        )
        from ..models.demographics import Demographics  # noqa: PLC0415
        from ..models.document import Document  # noqa: PLC0415
        from ..models.email_address import EmailAddress  # noqa: PLC0415
        from ..models.external_id import ExternalId  # noqa: PLC0415
        from ..models.phone_number import PhoneNumber  # noqa: PLC0415
        from ..models.preferences import Preferences  # noqa: PLC0415
        from ..models.social_handle import SocialHandle  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_external_ids(data: object) -> list[ExternalId] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                external_ids_type_0 = []
                _external_ids_type_0 = data
                for external_ids_type_0_item_data in _external_ids_type_0:
                    external_ids_type_0_item = ExternalId.from_dict(external_ids_type_0_item_data)

                    external_ids_type_0.append(external_ids_type_0_item)

                return external_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ExternalId] | None | Unset, data)

        external_ids = _parse_external_ids(d.pop("external_ids", UNSET))

        def _parse_emails(data: object) -> list[EmailAddress] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                emails_type_0 = []
                _emails_type_0 = data
                for emails_type_0_item_data in _emails_type_0:
                    emails_type_0_item = EmailAddress.from_dict(emails_type_0_item_data)

                    emails_type_0.append(emails_type_0_item)

                return emails_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[EmailAddress] | None | Unset, data)

        emails = _parse_emails(d.pop("emails", UNSET))

        def _parse_phones(data: object) -> list[PhoneNumber] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                phones_type_0 = []
                _phones_type_0 = data
                for phones_type_0_item_data in _phones_type_0:
                    phones_type_0_item = PhoneNumber.from_dict(phones_type_0_item_data)

                    phones_type_0.append(phones_type_0_item)

                return phones_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PhoneNumber] | None | Unset, data)

        phones = _parse_phones(d.pop("phones", UNSET))

        def _parse_anonymous_ids(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                anonymous_ids_type_0 = cast(list[str], data)

                return anonymous_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        anonymous_ids = _parse_anonymous_ids(d.pop("anonymous_ids", UNSET))

        def _parse_document(data: object) -> Document | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                document_type_0 = Document.from_dict(data)

                return document_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Document | None | Unset, data)

        document = _parse_document(d.pop("document", UNSET))

        def _parse_first_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        first_name = _parse_first_name(d.pop("first_name", UNSET))

        def _parse_last_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_name = _parse_last_name(d.pop("last_name", UNSET))

        def _parse_birth_date(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        birth_date = _parse_birth_date(d.pop("birth_date", UNSET))

        def _parse_gender(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gender = _parse_gender(d.pop("gender", UNSET))

        def _parse_language(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        language = _parse_language(d.pop("language", UNSET))

        def _parse_country(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        country = _parse_country(d.pop("country", UNSET))

        def _parse_addresses(data: object) -> list[Address] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                addresses_type_0 = []
                _addresses_type_0 = data
                for addresses_type_0_item_data in _addresses_type_0:
                    addresses_type_0_item = Address.from_dict(addresses_type_0_item_data)

                    addresses_type_0.append(addresses_type_0_item)

                return addresses_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[Address] | None | Unset, data)

        addresses = _parse_addresses(d.pop("addresses", UNSET))

        def _parse_demographics(data: object) -> Demographics | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                demographics_type_0 = Demographics.from_dict(data)

                return demographics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Demographics | None | Unset, data)

        demographics = _parse_demographics(d.pop("demographics", UNSET))

        def _parse_preferences(data: object) -> None | Preferences | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                preferences_type_0 = Preferences.from_dict(data)

                return preferences_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Preferences | Unset, data)

        preferences = _parse_preferences(d.pop("preferences", UNSET))

        def _parse_preferred_channels(data: object) -> list[PreferredChannel] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                preferred_channels_type_0 = []
                _preferred_channels_type_0 = data
                for preferred_channels_type_0_item_data in _preferred_channels_type_0:
                    preferred_channels_type_0_item = check_preferred_channel(preferred_channels_type_0_item_data)

                    preferred_channels_type_0.append(preferred_channels_type_0_item)

                return preferred_channels_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[PreferredChannel] | None | Unset, data)

        preferred_channels = _parse_preferred_channels(d.pop("preferred_channels", UNSET))

        def _parse_social(data: object) -> list[SocialHandle] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                social_type_0 = []
                _social_type_0 = data
                for social_type_0_item_data in _social_type_0:
                    social_type_0_item = SocialHandle.from_dict(social_type_0_item_data)

                    social_type_0.append(social_type_0_item)

                return social_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SocialHandle] | None | Unset, data)

        social = _parse_social(d.pop("social", UNSET))

        def _parse_tags(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tags_type_0 = cast(list[str], data)

                return tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        tags = _parse_tags(d.pop("tags", UNSET))

        def _parse_attributes(data: object) -> CustomerCreateAttributesType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                attributes_type_0 = CustomerCreateAttributesType0.from_dict(data)

                return attributes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerCreateAttributesType0 | None | Unset, data)

        attributes = _parse_attributes(d.pop("attributes", UNSET))

        def _parse_registered_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                registered_at_type_0 = datetime.datetime.fromisoformat(data)

                return registered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        registered_at = _parse_registered_at(d.pop("registered_at", UNSET))

        customer_create = cls(
            external_ids=external_ids,
            emails=emails,
            phones=phones,
            anonymous_ids=anonymous_ids,
            document=document,
            first_name=first_name,
            last_name=last_name,
            birth_date=birth_date,
            gender=gender,
            language=language,
            country=country,
            addresses=addresses,
            demographics=demographics,
            preferences=preferences,
            preferred_channels=preferred_channels,
            social=social,
            tags=tags,
            attributes=attributes,
            registered_at=registered_at,
        )

        return customer_create

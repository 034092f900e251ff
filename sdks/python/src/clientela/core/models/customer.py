from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.preferred_channel import PreferredChannel, check_preferred_channel

if TYPE_CHECKING:
    from ..models.address_out import AddressOut
    from ..models.contact_value_out import ContactValueOut
    from ..models.customer_attributes import CustomerAttributes
    from ..models.customer_demographics import CustomerDemographics
    from ..models.customer_preferences import CustomerPreferences
    from ..models.customer_provenance_type_0 import CustomerProvenanceType0
    from ..models.document_out import DocumentOut
    from ..models.external_id_out import ExternalIdOut
    from ..models.social_handle_out import SocialHandleOut


T = TypeVar("T", bound="Customer")


@_attrs_define
class Customer:
    """A customer. Personal values are masked without the scope pii:read; a field that is not known is null or empty.

    Attributes:
        id (str): The customer's id.
        status (Literal['active']): Always active: who was erased cannot be read.
        version (int): Counts every change; the ETag is made of it.
        created_at (datetime.datetime): When we first heard of her.
        updated_at (datetime.datetime): When her record last changed.
        external_ids (list[ExternalIdOut]): Ids in the tenant's sources.
        emails (list[ContactValueOut]): E-mail addresses.
        phones (list[ContactValueOut]): Phone numbers in E.164.
        anonymous_ids (list[str]): Ids of devices or browsers.
        document (DocumentOut | None): Document.
        first_name (None | str): First name.
        last_name (None | str): Last name.
        birth_date (None | str): YYYY-MM-DD or --MM-DD.
        gender (None | str): Gender.
        language (None | str): BCP 47 language tag.
        country (None | str): ISO 3166-1 alpha-2.
        addresses (list[AddressOut]): Postal addresses.
        demographics (CustomerDemographics): Occupation and income band.
        preferences (CustomerPreferences): What the person likes.
        preferred_channels (list[PreferredChannel]): How the person likes to be reached, best first.
        social (list[SocialHandleOut]): Handles in social networks.
        tags (list[str]): The tenant's own tags.
        attributes (CustomerAttributes): Anything else.
        registered_at (datetime.datetime | None): When the person registered with the shop.
        provenance (CustomerProvenanceType0 | None): Per field, where its value came from; null unless asked for with
            include=provenance.
    """

    id: str
    status: Literal["active"]
    version: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    external_ids: list[ExternalIdOut]
    emails: list[ContactValueOut]
    phones: list[ContactValueOut]
    anonymous_ids: list[str]
    document: DocumentOut | None
    first_name: None | str
    last_name: None | str
    birth_date: None | str
    gender: None | str
    language: None | str
    country: None | str
    addresses: list[AddressOut]
    demographics: CustomerDemographics
    preferences: CustomerPreferences
    preferred_channels: list[PreferredChannel]
    social: list[SocialHandleOut]
    tags: list[str]
    attributes: CustomerAttributes
    registered_at: datetime.datetime | None
    provenance: CustomerProvenanceType0 | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.customer_provenance_type_0 import CustomerProvenanceType0  # noqa: PLC0415
        from ..models.document_out import DocumentOut  # noqa: PLC0415

        id = self.id

        status = self.status

        version = self.version

        created_at = self.created_at.isoformat()

        updated_at = self.updated_at.isoformat()

        external_ids = []
        for external_ids_item_data in self.external_ids:
            external_ids_item = external_ids_item_data.to_dict()
            external_ids.append(external_ids_item)

        emails = []
        for emails_item_data in self.emails:
            emails_item = emails_item_data.to_dict()
            emails.append(emails_item)

        phones = []
        for phones_item_data in self.phones:
            phones_item = phones_item_data.to_dict()
            phones.append(phones_item)

        anonymous_ids = self.anonymous_ids

        document: dict[str, Any] | None
        if isinstance(self.document, DocumentOut):
            document = self.document.to_dict()
        else:
            document = self.document

        first_name: None | str
        first_name = self.first_name

        last_name: None | str
        last_name = self.last_name

        birth_date: None | str
        birth_date = self.birth_date

        gender: None | str
        gender = self.gender

        language: None | str
        language = self.language

        country: None | str
        country = self.country

        addresses = []
        for addresses_item_data in self.addresses:
            addresses_item = addresses_item_data.to_dict()
            addresses.append(addresses_item)

        demographics = self.demographics.to_dict()

        preferences = self.preferences.to_dict()

        preferred_channels = []
        for preferred_channels_item_data in self.preferred_channels:
            preferred_channels_item: str = preferred_channels_item_data
            preferred_channels.append(preferred_channels_item)

        social = []
        for social_item_data in self.social:
            social_item = social_item_data.to_dict()
            social.append(social_item)

        tags = self.tags

        attributes = self.attributes.to_dict()

        registered_at: None | str
        if isinstance(self.registered_at, datetime.datetime):
            registered_at = self.registered_at.isoformat()
        else:
            registered_at = self.registered_at

        provenance: dict[str, Any] | None
        if isinstance(self.provenance, CustomerProvenanceType0):
            provenance = self.provenance.to_dict()
        else:
            provenance = self.provenance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "version": version,
                "created_at": created_at,
                "updated_at": updated_at,
                "external_ids": external_ids,
                "emails": emails,
                "phones": phones,
                "anonymous_ids": anonymous_ids,
                "document": document,
                "first_name": first_name,
                "last_name": last_name,
                "birth_date": birth_date,
                "gender": gender,
                "language": language,
                "country": country,
                "addresses": addresses,
                "demographics": demographics,
                "preferences": preferences,
                "preferred_channels": preferred_channels,
                "social": social,
                "tags": tags,
                "attributes": attributes,
                "registered_at": registered_at,
                "provenance": provenance,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_out import AddressOut  # noqa: PLC0415
        from ..models.contact_value_out import ContactValueOut  # noqa: PLC0415
        from ..models.customer_attributes import CustomerAttributes  # noqa: PLC0415
        from ..models.customer_demographics import CustomerDemographics  # noqa: PLC0415
        from ..models.customer_preferences import CustomerPreferences  # noqa: PLC0415
        from ..models.customer_provenance_type_0 import CustomerProvenanceType0  # noqa: PLC0415
        from ..models.document_out import DocumentOut  # noqa: PLC0415
        from ..models.external_id_out import ExternalIdOut  # noqa: PLC0415
        from ..models.social_handle_out import SocialHandleOut  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = cast(Literal["active"], d.pop("status"))
        if status != "active":
            raise ValueError(f"status must match const 'active', got '{status}'")

        version = d.pop("version")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        external_ids = []
        _external_ids = d.pop("external_ids")
        for external_ids_item_data in _external_ids:
            external_ids_item = ExternalIdOut.from_dict(external_ids_item_data)

            external_ids.append(external_ids_item)

        emails = []
        _emails = d.pop("emails")
        for emails_item_data in _emails:
            emails_item = ContactValueOut.from_dict(emails_item_data)

            emails.append(emails_item)

        phones = []
        _phones = d.pop("phones")
        for phones_item_data in _phones:
            phones_item = ContactValueOut.from_dict(phones_item_data)

            phones.append(phones_item)

        anonymous_ids = cast(list[str], d.pop("anonymous_ids"))

        def _parse_document(data: object) -> DocumentOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                document_type_0 = DocumentOut.from_dict(data)

                return document_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DocumentOut | None, data)

        document = _parse_document(d.pop("document"))

        def _parse_first_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        first_name = _parse_first_name(d.pop("first_name"))

        def _parse_last_name(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_name = _parse_last_name(d.pop("last_name"))

        def _parse_birth_date(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        birth_date = _parse_birth_date(d.pop("birth_date"))

        def _parse_gender(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        gender = _parse_gender(d.pop("gender"))

        def _parse_language(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        language = _parse_language(d.pop("language"))

        def _parse_country(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        country = _parse_country(d.pop("country"))

        addresses = []
        _addresses = d.pop("addresses")
        for addresses_item_data in _addresses:
            addresses_item = AddressOut.from_dict(addresses_item_data)

            addresses.append(addresses_item)

        demographics = CustomerDemographics.from_dict(d.pop("demographics"))

        preferences = CustomerPreferences.from_dict(d.pop("preferences"))

        preferred_channels = []
        _preferred_channels = d.pop("preferred_channels")
        for preferred_channels_item_data in _preferred_channels:
            preferred_channels_item = check_preferred_channel(preferred_channels_item_data)

            preferred_channels.append(preferred_channels_item)

        social = []
        _social = d.pop("social")
        for social_item_data in _social:
            social_item = SocialHandleOut.from_dict(social_item_data)

            social.append(social_item)

        tags = cast(list[str], d.pop("tags"))

        attributes = CustomerAttributes.from_dict(d.pop("attributes"))

        def _parse_registered_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                registered_at_type_0 = datetime.datetime.fromisoformat(data)

                return registered_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        registered_at = _parse_registered_at(d.pop("registered_at"))

        def _parse_provenance(data: object) -> CustomerProvenanceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                provenance_type_0 = CustomerProvenanceType0.from_dict(data)

                return provenance_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerProvenanceType0 | None, data)

        provenance = _parse_provenance(d.pop("provenance"))

        customer = cls(
            id=id,
            status=status,
            version=version,
            created_at=created_at,
            updated_at=updated_at,
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
            provenance=provenance,
        )

        customer.additional_properties = d
        return customer

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

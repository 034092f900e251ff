from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_reference import CustomerReference
    from ..models.storefront_event_properties import StorefrontEventProperties


T = TypeVar("T", bound="StorefrontEvent")


@_attrs_define
class StorefrontEvent:
    """Something that happened; without a customer it is about the visitor.

    Attributes:
        type_ (str): noun.verb in the past tense; known types have a schema, your own are free.
        message_id (str): Your id of this message: the same id from the same source is stored once.
        occurred_at (datetime.datetime): When it happened.
        customer (CustomerReference | None | Unset): Whom it is about, if not the visitor.
        source (None | str | Unset): The slug of the source; else that of the external id, else the key's own, else
            `api`.
        properties (StorefrontEventProperties | Unset): What the type needs, and anything else. Money is a decimal
            string. Personal values are sealed.
    """

    type_: str
    message_id: str
    occurred_at: datetime.datetime
    customer: CustomerReference | None | Unset = UNSET
    source: None | str | Unset = UNSET
    properties: StorefrontEventProperties | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415

        type_ = self.type_

        message_id = self.message_id

        occurred_at = self.occurred_at.isoformat()

        customer: dict[str, Any] | None | Unset
        if isinstance(self.customer, Unset):
            customer = UNSET
        elif isinstance(self.customer, CustomerReference):
            customer = self.customer.to_dict()
        else:
            customer = self.customer

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        properties: dict[str, Any] | Unset = UNSET
        if not isinstance(self.properties, Unset):
            properties = self.properties.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "message_id": message_id,
                "occurred_at": occurred_at,
            }
        )
        if customer is not UNSET:
            field_dict["customer"] = customer
        if source is not UNSET:
            field_dict["source"] = source
        if properties is not UNSET:
            field_dict["properties"] = properties

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415
        from ..models.storefront_event_properties import StorefrontEventProperties  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        message_id = d.pop("message_id")

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        def _parse_customer(data: object) -> CustomerReference | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                customer_type_0 = CustomerReference.from_dict(data)

                return customer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CustomerReference | None | Unset, data)

        customer = _parse_customer(d.pop("customer", UNSET))

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        _properties = d.pop("properties", UNSET)
        properties: StorefrontEventProperties | Unset
        if isinstance(_properties, Unset):
            properties = UNSET
        else:
            properties = StorefrontEventProperties.from_dict(_properties)

        storefront_event = cls(
            type_=type_,
            message_id=message_id,
            occurred_at=occurred_at,
            customer=customer,
            source=source,
            properties=properties,
        )

        return storefront_event

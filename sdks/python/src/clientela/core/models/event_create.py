from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.customer_reference import CustomerReference
    from ..models.event_create_properties import EventCreateProperties


T = TypeVar("T", bound="EventCreate")


@_attrs_define
class EventCreate:
    """Something that happened.

    Attributes:
        type_ (str): noun.verb in the past tense; known types have a schema, your own are free.
        message_id (str): Your id of this message: the same id from the same source is stored once.
        customer (CustomerReference): Whom an event is about: exactly one of these. An unknown identifier creates the
            customer.
        occurred_at (datetime.datetime): When it happened.
        source (None | str | Unset): The slug of the source; else that of the external id, else the key's own, else
            `api`.
        properties (EventCreateProperties | Unset): What the type needs, and anything else. Money is a decimal string.
            Personal values are sealed.
    """

    type_: str
    message_id: str
    customer: CustomerReference
    occurred_at: datetime.datetime
    source: None | str | Unset = UNSET
    properties: EventCreateProperties | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        message_id = self.message_id

        customer = self.customer.to_dict()

        occurred_at = self.occurred_at.isoformat()

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
                "customer": customer,
                "occurred_at": occurred_at,
            }
        )
        if source is not UNSET:
            field_dict["source"] = source
        if properties is not UNSET:
            field_dict["properties"] = properties

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415
        from ..models.event_create_properties import EventCreateProperties  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        message_id = d.pop("message_id")

        customer = CustomerReference.from_dict(d.pop("customer"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        _properties = d.pop("properties", UNSET)
        properties: EventCreateProperties | Unset
        if isinstance(_properties, Unset):
            properties = UNSET
        else:
            properties = EventCreateProperties.from_dict(_properties)

        event_create = cls(
            type_=type_,
            message_id=message_id,
            customer=customer,
            occurred_at=occurred_at,
            source=source,
            properties=properties,
        )

        return event_create

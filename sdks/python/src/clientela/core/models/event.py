from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.event_properties import EventProperties


T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    """An event as it is stored. Personal properties are masked without the scope pii:read.

    Attributes:
        id (str): The event's id.
        type_ (str): noun.verb in the past tense.
        source (str): The slug of the source.
        message_id (str): The sender's id of this message.
        customer_id (str): The customer it is about.
        occurred_at (datetime.datetime): When it happened.
        received_at (datetime.datetime): When we received it.
        clock_corrected (bool): It claimed to be more than 5 minutes in the future; the time of receipt counts.
        backfill (bool): It was sent as history.
        properties (EventProperties): What was said about it.
    """

    id: str
    type_: str
    source: str
    message_id: str
    customer_id: str
    occurred_at: datetime.datetime
    received_at: datetime.datetime
    clock_corrected: bool
    backfill: bool
    properties: EventProperties
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        type_ = self.type_

        source = self.source

        message_id = self.message_id

        customer_id = self.customer_id

        occurred_at = self.occurred_at.isoformat()

        received_at = self.received_at.isoformat()

        clock_corrected = self.clock_corrected

        backfill = self.backfill

        properties = self.properties.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "source": source,
                "message_id": message_id,
                "customer_id": customer_id,
                "occurred_at": occurred_at,
                "received_at": received_at,
                "clock_corrected": clock_corrected,
                "backfill": backfill,
                "properties": properties,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.event_properties import EventProperties  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = d.pop("type")

        source = d.pop("source")

        message_id = d.pop("message_id")

        customer_id = d.pop("customer_id")

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        clock_corrected = d.pop("clock_corrected")

        backfill = d.pop("backfill")

        properties = EventProperties.from_dict(d.pop("properties"))

        event = cls(
            id=id,
            type_=type_,
            source=source,
            message_id=message_id,
            customer_id=customer_id,
            occurred_at=occurred_at,
            received_at=received_at,
            clock_corrected=clock_corrected,
            backfill=backfill,
            properties=properties,
        )

        event.additional_properties = d
        return event

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

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

if TYPE_CHECKING:
    from ..models.consent_message_data import ConsentMessageData


T = TypeVar("T", bound="ConsentMessage")


@_attrs_define
class ConsentMessage:
    """What a customer's decisions amount to has changed, for one purpose on one channel.

    Attributes:
        timestamp (datetime.datetime): When it happened. All else is as it was when the message was sent.
        type_ (Literal['consent.changed']): What happened.
        data (ConsentMessageData): A decision by which a consent changed.
    """

    timestamp: datetime.datetime
    type_: Literal["consent.changed"]
    data: ConsentMessageData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        timestamp = self.timestamp.isoformat()

        type_ = self.type_

        data = self.data.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "timestamp": timestamp,
                "type": type_,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_message_data import ConsentMessageData  # noqa: PLC0415

        d = dict(src_dict)
        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        type_ = cast(Literal["consent.changed"], d.pop("type"))
        if type_ != "consent.changed":
            raise ValueError(f"type must match const 'consent.changed', got '{type_}'")

        data = ConsentMessageData.from_dict(d.pop("data"))

        consent_message = cls(
            timestamp=timestamp,
            type_=type_,
            data=data,
        )

        consent_message.additional_properties = d
        return consent_message

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

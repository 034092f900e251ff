from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.customer_message_type import (
    CustomerMessageType,
    check_customer_message_type,
)

if TYPE_CHECKING:
    from ..models.customer_message_data import CustomerMessageData


T = TypeVar("T", bound="CustomerMessage")


@_attrs_define
class CustomerMessage:
    """A customer was created, updated, merged or erased.

    Attributes:
        timestamp (datetime.datetime): When it happened. All else is as it was when the message was sent.
        type_ (CustomerMessageType): What happened.
        data (CustomerMessageData): A customer to whom something happened.
    """

    timestamp: datetime.datetime
    type_: CustomerMessageType
    data: CustomerMessageData
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        timestamp = self.timestamp.isoformat()

        type_: str = self.type_

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
        from ..models.customer_message_data import CustomerMessageData  # noqa: PLC0415

        d = dict(src_dict)
        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        type_ = check_customer_message_type(d.pop("type"))

        data = CustomerMessageData.from_dict(d.pop("data"))

        customer_message = cls(
            timestamp=timestamp,
            type_=type_,
            data=data,
        )

        customer_message.additional_properties = d
        return customer_message

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_message_type import OrderMessageType, check_order_message_type

if TYPE_CHECKING:
    from ..models.order_message_data import OrderMessageData


T = TypeVar("T", bound="OrderMessage")


@_attrs_define
class OrderMessage:
    """Something happened to an order.

    Attributes:
        timestamp (datetime.datetime): When it happened. All else is as it was when the message was sent.
        type_ (OrderMessageType): What happened.
        data (OrderMessageData): An order to which something happened.
    """

    timestamp: datetime.datetime
    type_: OrderMessageType
    data: OrderMessageData
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
        from ..models.order_message_data import OrderMessageData  # noqa: PLC0415

        d = dict(src_dict)
        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        type_ = check_order_message_type(d.pop("type"))

        data = OrderMessageData.from_dict(d.pop("data"))

        order_message = cls(
            timestamp=timestamp,
            type_=type_,
            data=data,
        )

        order_message.additional_properties = d
        return order_message

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

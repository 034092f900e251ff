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
    from ..models.ping_message_data import PingMessageData


T = TypeVar("T", bound="PingMessage")


@_attrs_define
class PingMessage:
    """A message without a meaning, sent when it is asked for.

    Attributes:
        timestamp (datetime.datetime): When it happened. All else is as it was when the message was sent.
        type_ (Literal['test.ping']): What happened.
        data (PingMessageData): The endpoint itself.
    """

    timestamp: datetime.datetime
    type_: Literal["test.ping"]
    data: PingMessageData
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
        from ..models.ping_message_data import PingMessageData  # noqa: PLC0415

        d = dict(src_dict)
        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        type_ = cast(Literal["test.ping"], d.pop("type"))
        if type_ != "test.ping":
            raise ValueError(f"type must match const 'test.ping', got '{type_}'")

        data = PingMessageData.from_dict(d.pop("data"))

        ping_message = cls(
            timestamp=timestamp,
            type_=type_,
            data=data,
        )

        ping_message.additional_properties = d
        return ping_message

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

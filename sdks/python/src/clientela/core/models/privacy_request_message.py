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
    from ..models.privacy_request_message_data import PrivacyRequestMessageData


T = TypeVar("T", bound="PrivacyRequestMessage")


@_attrs_define
class PrivacyRequestMessage:
    """A data subject asks for something, by way of a shop's platform.

    Attributes:
        timestamp (datetime.datetime): When it happened. All else is as it was when the message was sent.
        type_ (Literal['privacy_request.received']): What happened.
        data (PrivacyRequestMessageData): A privacy request that has arrived.
    """

    timestamp: datetime.datetime
    type_: Literal["privacy_request.received"]
    data: PrivacyRequestMessageData
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
        from ..models.privacy_request_message_data import PrivacyRequestMessageData  # noqa: PLC0415

        d = dict(src_dict)
        timestamp = datetime.datetime.fromisoformat(d.pop("timestamp"))

        type_ = cast(Literal["privacy_request.received"], d.pop("type"))
        if type_ != "privacy_request.received":
            raise ValueError(f"type must match const 'privacy_request.received', got '{type_}'")

        data = PrivacyRequestMessageData.from_dict(d.pop("data"))

        privacy_request_message = cls(
            timestamp=timestamp,
            type_=type_,
            data=data,
        )

        privacy_request_message.additional_properties = d
        return privacy_request_message

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

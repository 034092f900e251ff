from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.privacy_request_message_data_privacy_request_type_0 import (
        PrivacyRequestMessageDataPrivacyRequestType0,
    )


T = TypeVar("T", bound="PrivacyRequestMessageData")


@_attrs_define
class PrivacyRequestMessageData:
    """A privacy request that has arrived.

    Attributes:
        privacy_request_id (str): The request.
        omitted (list[str] | None | Unset): Fields left out because the message would have been too large; read them
            from the API.
        status (None | str | Unset): Where it stands.
        privacy_request (None | PrivacyRequestMessageDataPrivacyRequestType0 | Unset): Of the record the fields that the
            endpoint asked for, named as in `PrivacyRequest`; null where nothing is known.
    """

    privacy_request_id: str
    omitted: list[str] | None | Unset = UNSET
    status: None | str | Unset = UNSET
    privacy_request: None | PrivacyRequestMessageDataPrivacyRequestType0 | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.privacy_request_message_data_privacy_request_type_0 import (
            PrivacyRequestMessageDataPrivacyRequestType0,  # noqa: PLC0415
        )

        privacy_request_id = self.privacy_request_id

        omitted: list[str] | None | Unset
        if isinstance(self.omitted, Unset):
            omitted = UNSET
        elif isinstance(self.omitted, list):
            omitted = self.omitted

        else:
            omitted = self.omitted

        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status

        privacy_request: dict[str, Any] | None | Unset
        if isinstance(self.privacy_request, Unset):
            privacy_request = UNSET
        elif isinstance(self.privacy_request, PrivacyRequestMessageDataPrivacyRequestType0):
            privacy_request = self.privacy_request.to_dict()
        else:
            privacy_request = self.privacy_request

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "privacy_request_id": privacy_request_id,
            }
        )
        if omitted is not UNSET:
            field_dict["omitted"] = omitted
        if status is not UNSET:
            field_dict["status"] = status
        if privacy_request is not UNSET:
            field_dict["privacy_request"] = privacy_request

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.privacy_request_message_data_privacy_request_type_0 import (
            PrivacyRequestMessageDataPrivacyRequestType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        privacy_request_id = d.pop("privacy_request_id")

        def _parse_omitted(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                omitted_type_0 = cast(list[str], data)

                return omitted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        omitted = _parse_omitted(d.pop("omitted", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_privacy_request(data: object) -> None | PrivacyRequestMessageDataPrivacyRequestType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                privacy_request_type_0 = PrivacyRequestMessageDataPrivacyRequestType0.from_dict(data)

                return privacy_request_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PrivacyRequestMessageDataPrivacyRequestType0 | Unset, data)

        privacy_request = _parse_privacy_request(d.pop("privacy_request", UNSET))

        privacy_request_message_data = cls(
            privacy_request_id=privacy_request_id,
            omitted=omitted,
            status=status,
            privacy_request=privacy_request,
        )

        privacy_request_message_data.additional_properties = d
        return privacy_request_message_data

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="WebhookTry")


@_attrs_define
class WebhookTry:
    """One attempt to deliver.

    Attributes:
        at (datetime.datetime): When.
        status (int | None): The status that was answered; null without an answer.
        milliseconds (int): How long it took.
        error (None | str): What was wrong: refused (another status), redirected, gone (410), timeout, no_address,
            refused_address, no_connection, no_tls, too_large, broken_answer, invalid_url, unreadable.
    """

    at: datetime.datetime
    status: int | None
    milliseconds: int
    error: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        status: int | None
        status = self.status

        milliseconds = self.milliseconds

        error: None | str
        error = self.error

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "status": status,
                "milliseconds": milliseconds,
                "error": error,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        def _parse_status(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status = _parse_status(d.pop("status"))

        milliseconds = d.pop("milliseconds")

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        webhook_try = cls(
            at=at,
            status=status,
            milliseconds=milliseconds,
            error=error,
        )

        webhook_try.additional_properties = d
        return webhook_try

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

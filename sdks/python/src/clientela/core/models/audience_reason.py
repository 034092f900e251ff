from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AudienceReason")


@_attrs_define
class AudienceReason:
    """One node of the rule, for one customer.

    Attributes:
        pointer (str): Its place, as a JSON pointer (RFC 6901).
        text (str): What it asks.
        holds (bool): Whether it is true of her.
        found (None | str): What has decided; null for all, any and not.
    """

    pointer: str
    text: str
    holds: bool
    found: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        pointer = self.pointer

        text = self.text

        holds = self.holds

        found: None | str
        found = self.found

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "pointer": pointer,
                "text": text,
                "holds": holds,
                "found": found,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pointer = d.pop("pointer")

        text = d.pop("text")

        holds = d.pop("holds")

        def _parse_found(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        found = _parse_found(d.pop("found"))

        audience_reason = cls(
            pointer=pointer,
            text=text,
            holds=holds,
            found=found,
        )

        audience_reason.additional_properties = d
        return audience_reason

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

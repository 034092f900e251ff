from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="StorefrontSegment")


@_attrs_define
class StorefrontSegment:
    """The customer's RFM segment among all buyers, by the tenant's settings.

    Attributes:
        name (str): The segment's name.
        code (str): The three scores together.
        r (int): Score of recency.
        f (int): Score of frequency.
        m (int): Score of money.
    """

    name: str
    code: str
    r: int
    f: int
    m: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        code = self.code

        r = self.r

        f = self.f

        m = self.m

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "code": code,
                "r": r,
                "f": f,
                "m": m,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        code = d.pop("code")

        r = d.pop("r")

        f = d.pop("f")

        m = d.pop("m")

        storefront_segment = cls(
            name=name,
            code=code,
            r=r,
            f=f,
            m=m,
        )

        storefront_segment.additional_properties = d
        return storefront_segment

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AudiencePreview")


@_attrs_define
class AudiencePreview:
    """How many a rule chooses.

    Attributes:
        size (int): How many customers.
        sample (list[str]): Some of them, at most ten.
        plan (list[str] | None): With include=plan: how the database found them, line by line.
    """

    size: int
    sample: list[str]
    plan: list[str] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        size = self.size

        sample = self.sample

        plan: list[str] | None
        if isinstance(self.plan, list):
            plan = self.plan

        else:
            plan = self.plan

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "size": size,
                "sample": sample,
                "plan": plan,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        size = d.pop("size")

        sample = cast(list[str], d.pop("sample"))

        def _parse_plan(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                plan_type_0 = cast(list[str], data)

                return plan_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        plan = _parse_plan(d.pop("plan"))

        audience_preview = cls(
            size=size,
            sample=sample,
            plan=plan,
        )

        audience_preview.additional_properties = d
        return audience_preview

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

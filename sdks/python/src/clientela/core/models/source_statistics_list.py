from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.source_statistics import SourceStatistics


T = TypeVar("T", bound="SourceStatisticsList")


@_attrs_define
class SourceStatisticsList:
    """Every source.

    Attributes:
        begins (datetime.date): The first day.
        ends (datetime.date): The last day.
        data (list[SourceStatistics]): In alphabetical order.
    """

    begins: datetime.date
    ends: datetime.date
    data: list[SourceStatistics]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        begins = self.begins.isoformat()

        ends = self.ends.isoformat()

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begins": begins,
                "ends": ends,
                "data": data,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.source_statistics import SourceStatistics  # noqa: PLC0415

        d = dict(src_dict)
        begins = datetime.date.fromisoformat(d.pop("begins"))

        ends = datetime.date.fromisoformat(d.pop("ends"))

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = SourceStatistics.from_dict(data_item_data)

            data.append(data_item)

        source_statistics_list = cls(
            begins=begins,
            ends=ends,
            data=data,
        )

        source_statistics_list.additional_properties = d
        return source_statistics_list

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.retention_month import RetentionMonth


T = TypeVar("T", bound="RetentionCohort")


@_attrs_define
class RetentionCohort:
    """Customers whose first order was in one month.

    Attributes:
        begins (datetime.date): The first day.
        ends (datetime.date): The last day.
        customers (int): How many they are.
        months (list[RetentionMonth]): From its own month to the last of the days asked for.
        under_way (bool): Whether the last of the months is not over.
    """

    begins: datetime.date
    ends: datetime.date
    customers: int
    months: list[RetentionMonth]
    under_way: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        begins = self.begins.isoformat()

        ends = self.ends.isoformat()

        customers = self.customers

        months = []
        for months_item_data in self.months:
            months_item = months_item_data.to_dict()
            months.append(months_item)

        under_way = self.under_way

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begins": begins,
                "ends": ends,
                "customers": customers,
                "months": months,
                "under_way": under_way,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.retention_month import RetentionMonth  # noqa: PLC0415

        d = dict(src_dict)
        begins = datetime.date.fromisoformat(d.pop("begins"))

        ends = datetime.date.fromisoformat(d.pop("ends"))

        customers = d.pop("customers")

        months = []
        _months = d.pop("months")
        for months_item_data in _months:
            months_item = RetentionMonth.from_dict(months_item_data)

            months.append(months_item)

        under_way = d.pop("under_way")

        retention_cohort = cls(
            begins=begins,
            ends=ends,
            customers=customers,
            months=months,
            under_way=under_way,
        )

        retention_cohort.additional_properties = d
        return retention_cohort

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

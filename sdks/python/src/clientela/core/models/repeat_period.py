from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RepeatPeriod")


@_attrs_define
class RepeatPeriod:
    """Who bought in some days.

    Attributes:
        begins (datetime.date): The first day.
        ends (datetime.date): The last day.
        buyers (int): Customers with a counted order in them.
        repeat_buyers (int): Those who had bought before, or bought more than once in them.
        orders (int): Counted orders in them.
        repeat_rate (float | None): Repeat buyers, of all buyers; null without any.
    """

    begins: datetime.date
    ends: datetime.date
    buyers: int
    repeat_buyers: int
    orders: int
    repeat_rate: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        begins = self.begins.isoformat()

        ends = self.ends.isoformat()

        buyers = self.buyers

        repeat_buyers = self.repeat_buyers

        orders = self.orders

        repeat_rate: float | None
        repeat_rate = self.repeat_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begins": begins,
                "ends": ends,
                "buyers": buyers,
                "repeat_buyers": repeat_buyers,
                "orders": orders,
                "repeat_rate": repeat_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        begins = datetime.date.fromisoformat(d.pop("begins"))

        ends = datetime.date.fromisoformat(d.pop("ends"))

        buyers = d.pop("buyers")

        repeat_buyers = d.pop("repeat_buyers")

        orders = d.pop("orders")

        def _parse_repeat_rate(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        repeat_rate = _parse_repeat_rate(d.pop("repeat_rate"))

        repeat_period = cls(
            begins=begins,
            ends=ends,
            buyers=buyers,
            repeat_buyers=repeat_buyers,
            orders=orders,
            repeat_rate=repeat_rate,
        )

        repeat_period.additional_properties = d
        return repeat_period

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

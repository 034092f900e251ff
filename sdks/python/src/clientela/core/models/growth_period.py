from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="GrowthPeriod")


@_attrs_define
class GrowthPeriod:
    """One period of the base.

    Attributes:
        begins (datetime.date): The first day.
        ends (datetime.date): The last day.
        new_customers (int): Registered in it; where nobody said when, first known in it.
        first_orders (int): Customers whose first counted order was placed in it.
        erased (int): Customers erased in it.
        customers (int): Customers at its end.
    """

    begins: datetime.date
    ends: datetime.date
    new_customers: int
    first_orders: int
    erased: int
    customers: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        begins = self.begins.isoformat()

        ends = self.ends.isoformat()

        new_customers = self.new_customers

        first_orders = self.first_orders

        erased = self.erased

        customers = self.customers

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begins": begins,
                "ends": ends,
                "new_customers": new_customers,
                "first_orders": first_orders,
                "erased": erased,
                "customers": customers,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        begins = datetime.date.fromisoformat(d.pop("begins"))

        ends = datetime.date.fromisoformat(d.pop("ends"))

        new_customers = d.pop("new_customers")

        first_orders = d.pop("first_orders")

        erased = d.pop("erased")

        customers = d.pop("customers")

        growth_period = cls(
            begins=begins,
            ends=ends,
            new_customers=new_customers,
            first_orders=first_orders,
            erased=erased,
            customers=customers,
        )

        growth_period.additional_properties = d
        return growth_period

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

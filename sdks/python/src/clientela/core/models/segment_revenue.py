from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="SegmentRevenue")


@_attrs_define
class SegmentRevenue:
    """What one segment brings.

    Attributes:
        segment (str): Its name in the map.
        customers (int): Its buyers.
        orders (int): Their counted orders.
        net (Money): An amount with its currency.
        share (float | None): Of the net of all buyers.
    """

    segment: str
    customers: int
    orders: int
    net: Money
    share: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        segment = self.segment

        customers = self.customers

        orders = self.orders

        net = self.net.to_dict()

        share: float | None
        share = self.share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "segment": segment,
                "customers": customers,
                "orders": orders,
                "net": net,
                "share": share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        segment = d.pop("segment")

        customers = d.pop("customers")

        orders = d.pop("orders")

        net = Money.from_dict(d.pop("net"))

        def _parse_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        share = _parse_share(d.pop("share"))

        segment_revenue = cls(
            segment=segment,
            customers=customers,
            orders=orders,
            net=net,
            share=share,
        )

        segment_revenue.additional_properties = d
        return segment_revenue

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

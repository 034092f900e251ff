from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="RfmSegment")


@_attrs_define
class RfmSegment:
    """One segment.

    Attributes:
        segment (str): Its name.
        customers (int): How many buyers.
        customer_share (float | None): Of all buyers, from 0 to 1.
        orders (int): Their orders.
        net (Money): An amount with its currency.
        revenue_share (float | None): Of all net (theirs too who opted out), from 0 to 1; null where there is none.
        average_net (Money | None): Net per buyer.
        average_orders (float | None): Orders per buyer.
    """

    segment: str
    customers: int
    customer_share: float | None
    orders: int
    net: Money
    revenue_share: float | None
    average_net: Money | None
    average_orders: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        segment = self.segment

        customers = self.customers

        customer_share: float | None
        customer_share = self.customer_share

        orders = self.orders

        net = self.net.to_dict()

        revenue_share: float | None
        revenue_share = self.revenue_share

        average_net: dict[str, Any] | None
        if isinstance(self.average_net, Money):
            average_net = self.average_net.to_dict()
        else:
            average_net = self.average_net

        average_orders: float | None
        average_orders = self.average_orders

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "segment": segment,
                "customers": customers,
                "customer_share": customer_share,
                "orders": orders,
                "net": net,
                "revenue_share": revenue_share,
                "average_net": average_net,
                "average_orders": average_orders,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        segment = d.pop("segment")

        customers = d.pop("customers")

        def _parse_customer_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        customer_share = _parse_customer_share(d.pop("customer_share"))

        orders = d.pop("orders")

        net = Money.from_dict(d.pop("net"))

        def _parse_revenue_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        revenue_share = _parse_revenue_share(d.pop("revenue_share"))

        def _parse_average_net(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                average_net_type_0 = Money.from_dict(data)

                return average_net_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        average_net = _parse_average_net(d.pop("average_net"))

        def _parse_average_orders(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        average_orders = _parse_average_orders(d.pop("average_orders"))

        rfm_segment = cls(
            segment=segment,
            customers=customers,
            customer_share=customer_share,
            orders=orders,
            net=net,
            revenue_share=revenue_share,
            average_net=average_net,
            average_orders=average_orders,
        )

        rfm_segment.additional_properties = d
        return rfm_segment

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RfmVipRule")


@_attrs_define
class RfmVipRule:
    """Who is VIP: in one of the segments; or at least so many orders and so much net; else in the top segment.

    Attributes:
        segments (list[str]): Names of segments of the default map.
        orders_at_least (int | None): So many orders.
        net_at_least (None | str): So much net, in the reporting currency.
    """

    segments: list[str]
    orders_at_least: int | None
    net_at_least: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        segments = self.segments

        orders_at_least: int | None
        orders_at_least = self.orders_at_least

        net_at_least: None | str
        net_at_least = self.net_at_least

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "segments": segments,
                "orders_at_least": orders_at_least,
                "net_at_least": net_at_least,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        segments = cast(list[str], d.pop("segments"))

        def _parse_orders_at_least(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        orders_at_least = _parse_orders_at_least(d.pop("orders_at_least"))

        def _parse_net_at_least(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        net_at_least = _parse_net_at_least(d.pop("net_at_least"))

        rfm_vip_rule = cls(
            segments=segments,
            orders_at_least=orders_at_least,
            net_at_least=net_at_least,
        )

        rfm_vip_rule.additional_properties = d
        return rfm_vip_rule

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

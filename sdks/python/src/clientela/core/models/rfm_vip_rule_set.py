from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RfmVipRuleSet")


@_attrs_define
class RfmVipRuleSet:
    """Who is VIP: either in one of the segments, or with what is reached at least. Neither: the top segment.

    Attributes:
        segments (list[str] | None | Unset): Names of segments of the preset.
        orders_at_least (int | None | Unset): So many orders.
        net_at_least (None | str | Unset): So much net, in the reporting currency; both must hold.
    """

    segments: list[str] | None | Unset = UNSET
    orders_at_least: int | None | Unset = UNSET
    net_at_least: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        segments: list[str] | None | Unset
        if isinstance(self.segments, Unset):
            segments = UNSET
        elif isinstance(self.segments, list):
            segments = self.segments

        else:
            segments = self.segments

        orders_at_least: int | None | Unset
        if isinstance(self.orders_at_least, Unset):
            orders_at_least = UNSET
        else:
            orders_at_least = self.orders_at_least

        net_at_least: None | str | Unset
        if isinstance(self.net_at_least, Unset):
            net_at_least = UNSET
        else:
            net_at_least = self.net_at_least

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if segments is not UNSET:
            field_dict["segments"] = segments
        if orders_at_least is not UNSET:
            field_dict["orders_at_least"] = orders_at_least
        if net_at_least is not UNSET:
            field_dict["net_at_least"] = net_at_least

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_segments(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                segments_type_0 = cast(list[str], data)

                return segments_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        segments = _parse_segments(d.pop("segments", UNSET))

        def _parse_orders_at_least(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        orders_at_least = _parse_orders_at_least(d.pop("orders_at_least", UNSET))

        def _parse_net_at_least(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        net_at_least = _parse_net_at_least(d.pop("net_at_least", UNSET))

        rfm_vip_rule_set = cls(
            segments=segments,
            orders_at_least=orders_at_least,
            net_at_least=net_at_least,
        )

        return rfm_vip_rule_set

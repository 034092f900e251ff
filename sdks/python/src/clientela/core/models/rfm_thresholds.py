from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RfmThresholds")


@_attrs_define
class RfmThresholds:
    """Edges, ascending: a value above one has passed it, an equal one has not.

    Attributes:
        r_days (list[int]): Each edge passed costs a score.
        f_orders (list[int]): Each edge passed is worth a score.
        m_net (list[str]): Each edge passed is worth a score; in the reporting currency.
    """

    r_days: list[int]
    f_orders: list[int]
    m_net: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        r_days = self.r_days

        f_orders = self.f_orders

        m_net = self.m_net

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "r_days": r_days,
                "f_orders": f_orders,
                "m_net": m_net,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        r_days = cast(list[int], d.pop("r_days"))

        f_orders = cast(list[int], d.pop("f_orders"))

        m_net = cast(list[str], d.pop("m_net"))

        rfm_thresholds = cls(
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
        )

        rfm_thresholds.additional_properties = d
        return rfm_thresholds

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

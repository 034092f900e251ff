from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_method import RfmMethod, check_rfm_method
from ..models.rfm_preset import RfmPreset, check_rfm_preset

if TYPE_CHECKING:
    from ..models.rfm_vip_rule import RfmVipRule
    from ..models.rfm_weights import RfmWeights


T = TypeVar("T", bound="RfmSettings")


@_attrs_define
class RfmSettings:
    """What every question about RFM is answered by where it does not say otherwise.

    Attributes:
        weights (RfmWeights): What each score weighs in `weighted_score`.
        vip (RfmVipRule): Who is VIP: in one of the segments; or at least so many orders and so much net; else in the
            top segment.
        includes_shipping_and_tax (bool): Shipping and tax count for M; fixed.
        preset (RfmPreset): A segment map, with the method that goes with it.
        method (RfmMethod): How thresholds arise: from the population, or given.
        window_days (int | None): Over how many days; null: all time.
        r_days (list[int] | None): Own edges of R, with `fixed`; null: ours.
        f_orders (list[int] | None): Own edges of F, with `fixed`; null: ours.
        m_net (list[str] | None): Own edges of M, with `fixed`; null: multiples of the median net.
    """

    weights: RfmWeights
    vip: RfmVipRule
    includes_shipping_and_tax: bool
    preset: RfmPreset
    method: RfmMethod
    window_days: int | None
    r_days: list[int] | None
    f_orders: list[int] | None
    m_net: list[str] | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        weights = self.weights.to_dict()

        vip = self.vip.to_dict()

        includes_shipping_and_tax = self.includes_shipping_and_tax

        preset: str = self.preset

        method: str = self.method

        window_days: int | None
        window_days = self.window_days

        r_days: list[int] | None
        if isinstance(self.r_days, list):
            r_days = self.r_days

        else:
            r_days = self.r_days

        f_orders: list[int] | None
        if isinstance(self.f_orders, list):
            f_orders = self.f_orders

        else:
            f_orders = self.f_orders

        m_net: list[str] | None
        if isinstance(self.m_net, list):
            m_net = self.m_net

        else:
            m_net = self.m_net

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "weights": weights,
                "vip": vip,
                "includes_shipping_and_tax": includes_shipping_and_tax,
                "preset": preset,
                "method": method,
                "window_days": window_days,
                "r_days": r_days,
                "f_orders": f_orders,
                "m_net": m_net,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rfm_vip_rule import RfmVipRule  # noqa: PLC0415
        from ..models.rfm_weights import RfmWeights  # noqa: PLC0415

        d = dict(src_dict)
        weights = RfmWeights.from_dict(d.pop("weights"))

        vip = RfmVipRule.from_dict(d.pop("vip"))

        includes_shipping_and_tax = d.pop("includes_shipping_and_tax")

        preset = check_rfm_preset(d.pop("preset"))

        method = check_rfm_method(d.pop("method"))

        def _parse_window_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        window_days = _parse_window_days(d.pop("window_days"))

        def _parse_r_days(data: object) -> list[int] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                r_days_type_0 = cast(list[int], data)

                return r_days_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None, data)

        r_days = _parse_r_days(d.pop("r_days"))

        def _parse_f_orders(data: object) -> list[int] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                f_orders_type_0 = cast(list[int], data)

                return f_orders_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None, data)

        f_orders = _parse_f_orders(d.pop("f_orders"))

        def _parse_m_net(data: object) -> list[str] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                m_net_type_0 = cast(list[str], data)

                return m_net_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None, data)

        m_net = _parse_m_net(d.pop("m_net"))

        rfm_settings = cls(
            weights=weights,
            vip=vip,
            includes_shipping_and_tax=includes_shipping_and_tax,
            preset=preset,
            method=method,
            window_days=window_days,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
        )

        rfm_settings.additional_properties = d
        return rfm_settings

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

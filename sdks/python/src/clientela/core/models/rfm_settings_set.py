from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.rfm_method import RfmMethod, check_rfm_method
from ..models.rfm_preset import RfmPreset, check_rfm_preset
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.rfm_vip_rule_set import RfmVipRuleSet
    from ..models.rfm_weights_set import RfmWeightsSet


T = TypeVar("T", bound="RfmSettingsSet")


@_attrs_define
class RfmSettingsSet:
    """The settings; what is left out is the default.

    Attributes:
        preset (RfmPreset | Unset): A segment map, with the method that goes with it.
        method (RfmMethod | Unset): How thresholds arise: from the population, or given.
        window_days (int | None | Unset): Over how many days.
        r_days (list[int] | None | Unset): With `fixed`: one edge less than the map's scale, ascending.
        f_orders (list[int] | None | Unset): With `fixed`: the same, from 1.
        m_net (list[str] | None | Unset): With `fixed`: the same, amounts in the reporting currency.
        weights (None | RfmWeightsSet | Unset): What the scores weigh.
        vip (None | RfmVipRuleSet | Unset): Who is VIP.
    """

    preset: RfmPreset | Unset = UNSET
    method: RfmMethod | Unset = UNSET
    window_days: int | None | Unset = UNSET
    r_days: list[int] | None | Unset = UNSET
    f_orders: list[int] | None | Unset = UNSET
    m_net: list[str] | None | Unset = UNSET
    weights: None | RfmWeightsSet | Unset = UNSET
    vip: None | RfmVipRuleSet | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.rfm_vip_rule_set import RfmVipRuleSet  # noqa: PLC0415
        from ..models.rfm_weights_set import RfmWeightsSet  # noqa: PLC0415

        preset: str | Unset = UNSET
        if not isinstance(self.preset, Unset):
            preset = self.preset

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        window_days: int | None | Unset
        if isinstance(self.window_days, Unset):
            window_days = UNSET
        else:
            window_days = self.window_days

        r_days: list[int] | None | Unset
        if isinstance(self.r_days, Unset):
            r_days = UNSET
        elif isinstance(self.r_days, list):
            r_days = self.r_days

        else:
            r_days = self.r_days

        f_orders: list[int] | None | Unset
        if isinstance(self.f_orders, Unset):
            f_orders = UNSET
        elif isinstance(self.f_orders, list):
            f_orders = self.f_orders

        else:
            f_orders = self.f_orders

        m_net: list[str] | None | Unset
        if isinstance(self.m_net, Unset):
            m_net = UNSET
        elif isinstance(self.m_net, list):
            m_net = self.m_net

        else:
            m_net = self.m_net

        weights: dict[str, Any] | None | Unset
        if isinstance(self.weights, Unset):
            weights = UNSET
        elif isinstance(self.weights, RfmWeightsSet):
            weights = self.weights.to_dict()
        else:
            weights = self.weights

        vip: dict[str, Any] | None | Unset
        if isinstance(self.vip, Unset):
            vip = UNSET
        elif isinstance(self.vip, RfmVipRuleSet):
            vip = self.vip.to_dict()
        else:
            vip = self.vip

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if preset is not UNSET:
            field_dict["preset"] = preset
        if method is not UNSET:
            field_dict["method"] = method
        if window_days is not UNSET:
            field_dict["window_days"] = window_days
        if r_days is not UNSET:
            field_dict["r_days"] = r_days
        if f_orders is not UNSET:
            field_dict["f_orders"] = f_orders
        if m_net is not UNSET:
            field_dict["m_net"] = m_net
        if weights is not UNSET:
            field_dict["weights"] = weights
        if vip is not UNSET:
            field_dict["vip"] = vip

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.rfm_vip_rule_set import RfmVipRuleSet  # noqa: PLC0415
        from ..models.rfm_weights_set import RfmWeightsSet  # noqa: PLC0415

        d = dict(src_dict)
        _preset = d.pop("preset", UNSET)
        preset: RfmPreset | Unset
        if isinstance(_preset, Unset):
            preset = UNSET
        else:
            preset = check_rfm_preset(_preset)

        _method = d.pop("method", UNSET)
        method: RfmMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_rfm_method(_method)

        def _parse_window_days(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        window_days = _parse_window_days(d.pop("window_days", UNSET))

        def _parse_r_days(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                r_days_type_0 = cast(list[int], data)

                return r_days_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        r_days = _parse_r_days(d.pop("r_days", UNSET))

        def _parse_f_orders(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                f_orders_type_0 = cast(list[int], data)

                return f_orders_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        f_orders = _parse_f_orders(d.pop("f_orders", UNSET))

        def _parse_m_net(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                m_net_type_0 = cast(list[str], data)

                return m_net_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        m_net = _parse_m_net(d.pop("m_net", UNSET))

        def _parse_weights(data: object) -> None | RfmWeightsSet | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                weights_type_0 = RfmWeightsSet.from_dict(data)

                return weights_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RfmWeightsSet | Unset, data)

        weights = _parse_weights(d.pop("weights", UNSET))

        def _parse_vip(data: object) -> None | RfmVipRuleSet | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                vip_type_0 = RfmVipRuleSet.from_dict(data)

                return vip_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RfmVipRuleSet | Unset, data)

        vip = _parse_vip(d.pop("vip", UNSET))

        rfm_settings_set = cls(
            preset=preset,
            method=method,
            window_days=window_days,
            r_days=r_days,
            f_orders=f_orders,
            m_net=m_net,
            weights=weights,
            vip=vip,
        )

        return rfm_settings_set

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_method import RfmMethod, check_rfm_method
from ..models.rfm_money_basis import RfmMoneyBasis, check_rfm_money_basis
from ..models.rfm_tier import RfmTier, check_rfm_tier

if TYPE_CHECKING:
    from ..models.frequency import Frequency
    from ..models.monetary import Monetary
    from ..models.recency import Recency
    from ..models.rfm_fall import RfmFall
    from ..models.rfm_step import RfmStep
    from ..models.rfm_thresholds import RfmThresholds
    from ..models.rfm_vip_rule import RfmVipRule
    from ..models.rfm_weights import RfmWeights
    from ..models.segment_map_id import SegmentMapId


T = TypeVar("T", bound="CustomerRfm")


@_attrs_define
class CustomerRfm:
    """A customer's RFM with its explanation. R, F, M and the code are null for a `prospect`, who has bought nothing;
    these and the segment for who has opted out of profiling.

        Attributes:
            weights (RfmWeights): What each score weighs in `weighted_score`.
            vip (RfmVipRule): Who is VIP: in one of the segments; or at least so many orders and so much net; else in the
                top segment.
            includes_shipping_and_tax (bool): Shipping and tax count for M; fixed.
            map_ (SegmentMapId): A segment map: an exact partition of all codes.
            method (RfmMethod): How thresholds arise: from the population, or given.
            money_basis (RfmMoneyBasis): What the edges of M are made of.
            as_of (datetime.datetime): As of when, in the tenant's time zone.
            window_days (int | None): Over how many days; null: all time.
            category (None | str): Only items of this category; null: of all.
            population (int): Customers with at least one counted order who have not opted out of profiling.
            thresholds (RfmThresholds): Edges, ascending: a value above one has passed it, an equal one has not.
            thresholds_age_seconds (int): How long ago the population was looked at.
            customer_id (str): The customer.
            r (None | Recency): Recency.
            f (Frequency | None): Frequency.
            m (Monetary | None): Money.
            code (None | str): The scores R, F and M side by side.
            segment (None | str): The segment's name in the map, or `prospect`; null after an opt-out.
            tier (None | RfmTier): VIP, regular or ordinary; null after an opt-out.
            weighted_score (float | None): (r·R + f·F + m·M) / (r + f + m) with the tenant's `weights`: from 1 to the map's
                scale.
            profiling_opt_out (bool): She has said no on the channel `profiling` and is given no segment (LGPD 20, GDPR 21).
            next_ (list[RfmStep]): What would move her up, nearest first.
            losing_in_days (int | None): In how many days without an order R falls; null: it is at its lowest.
            falls_to (None | RfmFall): What she is then.
            without_rate (int): Her orders in currencies without a rate: counted in F, left out of M.
    """

    weights: RfmWeights
    vip: RfmVipRule
    includes_shipping_and_tax: bool
    map_: SegmentMapId
    method: RfmMethod
    money_basis: RfmMoneyBasis
    as_of: datetime.datetime
    window_days: int | None
    category: None | str
    population: int
    thresholds: RfmThresholds
    thresholds_age_seconds: int
    customer_id: str
    r: None | Recency
    f: Frequency | None
    m: Monetary | None
    code: None | str
    segment: None | str
    tier: None | RfmTier
    weighted_score: float | None
    profiling_opt_out: bool
    next_: list[RfmStep]
    losing_in_days: int | None
    falls_to: None | RfmFall
    without_rate: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.frequency import Frequency  # noqa: PLC0415
        from ..models.monetary import Monetary  # noqa: PLC0415
        from ..models.recency import Recency  # noqa: PLC0415
        from ..models.rfm_fall import RfmFall  # noqa: PLC0415

        weights = self.weights.to_dict()

        vip = self.vip.to_dict()

        includes_shipping_and_tax = self.includes_shipping_and_tax

        map_ = self.map_.to_dict()

        method: str = self.method

        money_basis: str = self.money_basis

        as_of = self.as_of.isoformat()

        window_days: int | None
        window_days = self.window_days

        category: None | str
        category = self.category

        population = self.population

        thresholds = self.thresholds.to_dict()

        thresholds_age_seconds = self.thresholds_age_seconds

        customer_id = self.customer_id

        r: dict[str, Any] | None
        if isinstance(self.r, Recency):
            r = self.r.to_dict()
        else:
            r = self.r

        f: dict[str, Any] | None
        if isinstance(self.f, Frequency):
            f = self.f.to_dict()
        else:
            f = self.f

        m: dict[str, Any] | None
        if isinstance(self.m, Monetary):
            m = self.m.to_dict()
        else:
            m = self.m

        code: None | str
        code = self.code

        segment: None | str
        segment = self.segment

        tier: None | str
        if isinstance(self.tier, str):
            tier = self.tier
        else:
            tier = self.tier

        weighted_score: float | None
        weighted_score = self.weighted_score

        profiling_opt_out = self.profiling_opt_out

        next_ = []
        for next_item_data in self.next_:
            next_item = next_item_data.to_dict()
            next_.append(next_item)

        losing_in_days: int | None
        losing_in_days = self.losing_in_days

        falls_to: dict[str, Any] | None
        if isinstance(self.falls_to, RfmFall):
            falls_to = self.falls_to.to_dict()
        else:
            falls_to = self.falls_to

        without_rate = self.without_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "weights": weights,
                "vip": vip,
                "includes_shipping_and_tax": includes_shipping_and_tax,
                "map": map_,
                "method": method,
                "money_basis": money_basis,
                "as_of": as_of,
                "window_days": window_days,
                "category": category,
                "population": population,
                "thresholds": thresholds,
                "thresholds_age_seconds": thresholds_age_seconds,
                "customer_id": customer_id,
                "r": r,
                "f": f,
                "m": m,
                "code": code,
                "segment": segment,
                "tier": tier,
                "weighted_score": weighted_score,
                "profiling_opt_out": profiling_opt_out,
                "next": next_,
                "losing_in_days": losing_in_days,
                "falls_to": falls_to,
                "without_rate": without_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.frequency import Frequency  # noqa: PLC0415
        from ..models.monetary import Monetary  # noqa: PLC0415
        from ..models.recency import Recency  # noqa: PLC0415
        from ..models.rfm_fall import RfmFall  # noqa: PLC0415
        from ..models.rfm_step import RfmStep  # noqa: PLC0415
        from ..models.rfm_thresholds import RfmThresholds  # noqa: PLC0415
        from ..models.rfm_vip_rule import RfmVipRule  # noqa: PLC0415
        from ..models.rfm_weights import RfmWeights  # noqa: PLC0415
        from ..models.segment_map_id import SegmentMapId  # noqa: PLC0415

        d = dict(src_dict)
        weights = RfmWeights.from_dict(d.pop("weights"))

        vip = RfmVipRule.from_dict(d.pop("vip"))

        includes_shipping_and_tax = d.pop("includes_shipping_and_tax")

        map_ = SegmentMapId.from_dict(d.pop("map"))

        method = check_rfm_method(d.pop("method"))

        money_basis = check_rfm_money_basis(d.pop("money_basis"))

        as_of = datetime.datetime.fromisoformat(d.pop("as_of"))

        def _parse_window_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        window_days = _parse_window_days(d.pop("window_days"))

        def _parse_category(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        category = _parse_category(d.pop("category"))

        population = d.pop("population")

        thresholds = RfmThresholds.from_dict(d.pop("thresholds"))

        thresholds_age_seconds = d.pop("thresholds_age_seconds")

        customer_id = d.pop("customer_id")

        def _parse_r(data: object) -> None | Recency:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                r_type_0 = Recency.from_dict(data)

                return r_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Recency, data)

        r = _parse_r(d.pop("r"))

        def _parse_f(data: object) -> Frequency | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                f_type_0 = Frequency.from_dict(data)

                return f_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Frequency | None, data)

        f = _parse_f(d.pop("f"))

        def _parse_m(data: object) -> Monetary | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                m_type_0 = Monetary.from_dict(data)

                return m_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Monetary | None, data)

        m = _parse_m(d.pop("m"))

        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))

        def _parse_segment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        segment = _parse_segment(d.pop("segment"))

        def _parse_tier(data: object) -> None | RfmTier:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                tier_type_0 = check_rfm_tier(data)

                return tier_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RfmTier, data)

        tier = _parse_tier(d.pop("tier"))

        def _parse_weighted_score(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        weighted_score = _parse_weighted_score(d.pop("weighted_score"))

        profiling_opt_out = d.pop("profiling_opt_out")

        next_ = []
        _next_ = d.pop("next")
        for next_item_data in _next_:
            next_item = RfmStep.from_dict(next_item_data)

            next_.append(next_item)

        def _parse_losing_in_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        losing_in_days = _parse_losing_in_days(d.pop("losing_in_days"))

        def _parse_falls_to(data: object) -> None | RfmFall:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                falls_to_type_0 = RfmFall.from_dict(data)

                return falls_to_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | RfmFall, data)

        falls_to = _parse_falls_to(d.pop("falls_to"))

        without_rate = d.pop("without_rate")

        customer_rfm = cls(
            weights=weights,
            vip=vip,
            includes_shipping_and_tax=includes_shipping_and_tax,
            map_=map_,
            method=method,
            money_basis=money_basis,
            as_of=as_of,
            window_days=window_days,
            category=category,
            population=population,
            thresholds=thresholds,
            thresholds_age_seconds=thresholds_age_seconds,
            customer_id=customer_id,
            r=r,
            f=f,
            m=m,
            code=code,
            segment=segment,
            tier=tier,
            weighted_score=weighted_score,
            profiling_opt_out=profiling_opt_out,
            next_=next_,
            losing_in_days=losing_in_days,
            falls_to=falls_to,
            without_rate=without_rate,
        )

        customer_rfm.additional_properties = d
        return customer_rfm

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

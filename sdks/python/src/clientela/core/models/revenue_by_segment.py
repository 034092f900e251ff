from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_method import RfmMethod, check_rfm_method
from ..models.rfm_money_basis import RfmMoneyBasis, check_rfm_money_basis

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.rfm_thresholds import RfmThresholds
    from ..models.rfm_vip_rule import RfmVipRule
    from ..models.rfm_weights import RfmWeights
    from ..models.segment_map_id import SegmentMapId
    from ..models.segment_revenue import SegmentRevenue


T = TypeVar("T", bound="RevenueBySegment")


@_attrs_define
class RevenueBySegment:
    """Revenue by segment, best segment first, with what segments are measured by.

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
        segments (list[SegmentRevenue]): Every segment of the map.
        opted_out (Money): An amount with its currency.
        net (Money): An amount with its currency.
        without_rate (int): Orders left out of money: no rate for their currency.
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
    segments: list[SegmentRevenue]
    opted_out: Money
    net: Money
    without_rate: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
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

        segments = []
        for segments_item_data in self.segments:
            segments_item = segments_item_data.to_dict()
            segments.append(segments_item)

        opted_out = self.opted_out.to_dict()

        net = self.net.to_dict()

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
                "segments": segments,
                "opted_out": opted_out,
                "net": net,
                "without_rate": without_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.rfm_thresholds import RfmThresholds  # noqa: PLC0415
        from ..models.rfm_vip_rule import RfmVipRule  # noqa: PLC0415
        from ..models.rfm_weights import RfmWeights  # noqa: PLC0415
        from ..models.segment_map_id import SegmentMapId  # noqa: PLC0415
        from ..models.segment_revenue import SegmentRevenue  # noqa: PLC0415

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

        segments = []
        _segments = d.pop("segments")
        for segments_item_data in _segments:
            segments_item = SegmentRevenue.from_dict(segments_item_data)

            segments.append(segments_item)

        opted_out = Money.from_dict(d.pop("opted_out"))

        net = Money.from_dict(d.pop("net"))

        without_rate = d.pop("without_rate")

        revenue_by_segment = cls(
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
            segments=segments,
            opted_out=opted_out,
            net=net,
            without_rate=without_rate,
        )

        revenue_by_segment.additional_properties = d
        return revenue_by_segment

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

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.statistics_interval import StatisticsInterval, check_statistics_interval

if TYPE_CHECKING:
    from ..models.repeat_period import RepeatPeriod


T = TypeVar("T", bound="RepeatRate")


@_attrs_define
class RepeatRate:
    """How many come back.

    Attributes:
        timezone (str): Whose days these are.
        interval (StatisticsInterval): How days are put together.
        total (RepeatPeriod): Who bought in some days.
        periods (list[RepeatPeriod]): In the order of time.
    """

    timezone: str
    interval: StatisticsInterval
    total: RepeatPeriod
    periods: list[RepeatPeriod]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        timezone = self.timezone

        interval: str = self.interval

        total = self.total.to_dict()

        periods = []
        for periods_item_data in self.periods:
            periods_item = periods_item_data.to_dict()
            periods.append(periods_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "timezone": timezone,
                "interval": interval,
                "total": total,
                "periods": periods,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.repeat_period import RepeatPeriod  # noqa: PLC0415

        d = dict(src_dict)
        timezone = d.pop("timezone")

        interval = check_statistics_interval(d.pop("interval"))

        total = RepeatPeriod.from_dict(d.pop("total"))

        periods = []
        _periods = d.pop("periods")
        for periods_item_data in _periods:
            periods_item = RepeatPeriod.from_dict(periods_item_data)

            periods.append(periods_item)

        repeat_rate = cls(
            timezone=timezone,
            interval=interval,
            total=total,
            periods=periods,
        )

        repeat_rate.additional_properties = d
        return repeat_rate

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

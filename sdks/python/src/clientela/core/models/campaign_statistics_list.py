from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.campaign_statistics import CampaignStatistics


T = TypeVar("T", bound="CampaignStatisticsList")


@_attrs_define
class CampaignStatisticsList:
    """Campaigns by their messages of these days.

    Attributes:
        begins (datetime.date): The first day.
        ends (datetime.date): The last day.
        data (list[CampaignStatistics]): Those with the most messages first, at most 200.
        has_more (bool): Whether there are more than these.
    """

    begins: datetime.date
    ends: datetime.date
    data: list[CampaignStatistics]
    has_more: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        begins = self.begins.isoformat()

        ends = self.ends.isoformat()

        data = []
        for data_item_data in self.data:
            data_item = data_item_data.to_dict()
            data.append(data_item)

        has_more = self.has_more

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "begins": begins,
                "ends": ends,
                "data": data,
                "has_more": has_more,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.campaign_statistics import CampaignStatistics  # noqa: PLC0415

        d = dict(src_dict)
        begins = datetime.date.fromisoformat(d.pop("begins"))

        ends = datetime.date.fromisoformat(d.pop("ends"))

        data = []
        _data = d.pop("data")
        for data_item_data in _data:
            data_item = CampaignStatistics.from_dict(data_item_data)

            data.append(data_item)

        has_more = d.pop("has_more")

        campaign_statistics_list = cls(
            begins=begins,
            ends=ends,
            data=data,
            has_more=has_more,
        )

        campaign_statistics_list.additional_properties = d
        return campaign_statistics_list

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

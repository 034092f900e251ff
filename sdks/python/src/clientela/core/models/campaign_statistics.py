from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CampaignStatistics")


@_attrs_define
class CampaignStatistics:
    """What became of one campaign's messages, as the mailers tell it.

    Attributes:
        campaign (None | str): The events' property `campaign`; null: messages without one.
        sent (int): Events message.sent.
        delivered (int): Events message.delivered.
        opened (int): Events message.opened; one message may be opened often.
        clicked (int): Events message.clicked.
        bounced (int): Events message.bounced.
        complained (int): Events message.complained.
        people_opened (int): Customers who opened any.
        people_clicked (int): Customers who clicked in any.
    """

    campaign: None | str
    sent: int
    delivered: int
    opened: int
    clicked: int
    bounced: int
    complained: int
    people_opened: int
    people_clicked: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        campaign: None | str
        campaign = self.campaign

        sent = self.sent

        delivered = self.delivered

        opened = self.opened

        clicked = self.clicked

        bounced = self.bounced

        complained = self.complained

        people_opened = self.people_opened

        people_clicked = self.people_clicked

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "campaign": campaign,
                "sent": sent,
                "delivered": delivered,
                "opened": opened,
                "clicked": clicked,
                "bounced": bounced,
                "complained": complained,
                "people_opened": people_opened,
                "people_clicked": people_clicked,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_campaign(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        campaign = _parse_campaign(d.pop("campaign"))

        sent = d.pop("sent")

        delivered = d.pop("delivered")

        opened = d.pop("opened")

        clicked = d.pop("clicked")

        bounced = d.pop("bounced")

        complained = d.pop("complained")

        people_opened = d.pop("people_opened")

        people_clicked = d.pop("people_clicked")

        campaign_statistics = cls(
            campaign=campaign,
            sent=sent,
            delivered=delivered,
            opened=opened,
            clicked=clicked,
            bounced=bounced,
            complained=complained,
            people_opened=people_opened,
            people_clicked=people_clicked,
        )

        campaign_statistics.additional_properties = d
        return campaign_statistics

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

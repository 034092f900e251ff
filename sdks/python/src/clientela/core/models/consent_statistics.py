from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ConsentStatistics")


@_attrs_define
class ConsentStatistics:
    """Active customers with a decision for one purpose and channel, by what it amounts to now.

    Attributes:
        purpose (str): The purpose.
        channel (str): The channel.
        given (int): Consent given and valid.
        waiting (int): Asked, or not yet confirmed.
        no (int): Refused, withdrawn or objected.
        ended (int): Expired or invalidated.
        given_share (float | None): Given, of all four; null without any.
    """

    purpose: str
    channel: str
    given: int
    waiting: int
    no: int
    ended: int
    given_share: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel = self.channel

        given = self.given

        waiting = self.waiting

        no = self.no

        ended = self.ended

        given_share: float | None
        given_share = self.given_share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
                "given": given,
                "waiting": waiting,
                "no": no,
                "ended": ended,
                "given_share": given_share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = d.pop("channel")

        given = d.pop("given")

        waiting = d.pop("waiting")

        no = d.pop("no")

        ended = d.pop("ended")

        def _parse_given_share(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        given_share = _parse_given_share(d.pop("given_share"))

        consent_statistics = cls(
            purpose=purpose,
            channel=channel,
            given=given,
            waiting=waiting,
            no=no,
            ended=ended,
            given_share=given_share,
        )

        consent_statistics.additional_properties = d
        return consent_statistics

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.consent_channel import ConsentChannel, check_consent_channel

T = TypeVar("T", bound="AudienceContact")


@_attrs_define
class AudienceContact:
    """For what, and on which channel, members must be allowed to be contacted.

    Attributes:
        purpose (str): What for.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
    """

    purpose: str
    channel: ConsentChannel

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        audience_contact = cls(
            purpose=purpose,
            channel=channel,
        )

        return audience_contact

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_channel import ConsentChannel, check_consent_channel
from ..models.permission_reason import PermissionReason, check_permission_reason

T = TypeVar("T", bound="StorefrontConsent")


@_attrs_define
class StorefrontConsent:
    """Whether she may be contacted, for one purpose on one channel, now.

    Attributes:
        purpose (str): What for.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        allowed (bool): Whether contact is permitted.
        reason (PermissionReason): Why contact is permitted (`given`) or not (all others).
    """

    purpose: str
    channel: ConsentChannel
    allowed: bool
    reason: PermissionReason
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        allowed = self.allowed

        reason: str = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
                "allowed": allowed,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        allowed = d.pop("allowed")

        reason = check_permission_reason(d.pop("reason"))

        storefront_consent = cls(
            purpose=purpose,
            channel=channel,
            allowed=allowed,
            reason=reason,
        )

        storefront_consent.additional_properties = d
        return storefront_consent

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

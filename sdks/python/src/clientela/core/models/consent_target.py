from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_basis import ConsentBasis, check_consent_basis
from ..models.consent_channel import ConsentChannel, check_consent_channel

T = TypeVar("T", bound="ConsentTarget")


@_attrs_define
class ConsentTarget:
    """A decision that a category of a consent banner stands for.

    Attributes:
        purpose (str): What for: a slug of your own.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        legal_basis (ConsentBasis): Consent, as the law of the tenant calls it.
    """

    purpose: str
    channel: ConsentChannel
    legal_basis: ConsentBasis
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        legal_basis: str = self.legal_basis

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
                "legal_basis": legal_basis,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        legal_basis = check_consent_basis(d.pop("legal_basis"))

        consent_target = cls(
            purpose=purpose,
            channel=channel,
            legal_basis=legal_basis,
        )

        consent_target.additional_properties = d
        return consent_target

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

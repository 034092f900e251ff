from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.consent_basis import ConsentBasis, check_consent_basis
from ..models.consent_channel import ConsentChannel, check_consent_channel

T = TypeVar("T", bound="ConsentTargetSet")


@_attrs_define
class ConsentTargetSet:
    """A decision that a category of a consent banner stands for.

    Attributes:
        purpose (str): What for: a slug of your own.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        legal_basis (ConsentBasis): Consent, as the law of the tenant calls it.
    """

    purpose: str
    channel: ConsentChannel
    legal_basis: ConsentBasis

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        legal_basis: str = self.legal_basis

        field_dict: dict[str, Any] = {}

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

        consent_target_set = cls(
            purpose=purpose,
            channel=channel,
            legal_basis=legal_basis,
        )

        return consent_target_set

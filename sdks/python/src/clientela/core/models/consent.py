from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_channel import ConsentChannel, check_consent_channel
from ..models.consent_state import ConsentState, check_consent_state
from ..models.legal_basis import LegalBasis, check_legal_basis

T = TypeVar("T", bound="Consent")


@_attrs_define
class Consent:
    """Where a customer stands for one purpose and channel. Ask `check_consents` whether she may be contacted.

    Attributes:
        purpose (str): What for.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        state (ConsentState): What the decisions amount to. Only `given` may permit contact.
        since (datetime.datetime | None): Since when.
        legal_basis (LegalBasis | None): On what it rests.
        valid_until (datetime.datetime | None): When it ends by itself.
        imported (bool): It was imported without evidence.
        legitimate_interest (ConsentState): What the decisions amount to. Only `given` may permit contact.
        consent_id (None | str): The decision that decides.
    """

    purpose: str
    channel: ConsentChannel
    state: ConsentState
    since: datetime.datetime | None
    legal_basis: LegalBasis | None
    valid_until: datetime.datetime | None
    imported: bool
    legitimate_interest: ConsentState
    consent_id: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purpose = self.purpose

        channel: str = self.channel

        state: str = self.state

        since: None | str
        if isinstance(self.since, datetime.datetime):
            since = self.since.isoformat()
        else:
            since = self.since

        legal_basis: None | str
        if isinstance(self.legal_basis, str):
            legal_basis = self.legal_basis
        else:
            legal_basis = self.legal_basis

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        imported = self.imported

        legitimate_interest: str = self.legitimate_interest

        consent_id: None | str
        consent_id = self.consent_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purpose": purpose,
                "channel": channel,
                "state": state,
                "since": since,
                "legal_basis": legal_basis,
                "valid_until": valid_until,
                "imported": imported,
                "legitimate_interest": legitimate_interest,
                "consent_id": consent_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        state = check_consent_state(d.pop("state"))

        def _parse_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                since_type_0 = datetime.datetime.fromisoformat(data)

                return since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        since = _parse_since(d.pop("since"))

        def _parse_legal_basis(data: object) -> LegalBasis | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                legal_basis_type_0 = check_legal_basis(data)

                return legal_basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LegalBasis | None, data)

        legal_basis = _parse_legal_basis(d.pop("legal_basis"))

        def _parse_valid_until(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        valid_until = _parse_valid_until(d.pop("valid_until"))

        imported = d.pop("imported")

        legitimate_interest = check_consent_state(d.pop("legitimate_interest"))

        def _parse_consent_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        consent_id = _parse_consent_id(d.pop("consent_id"))

        consent = cls(
            purpose=purpose,
            channel=channel,
            state=state,
            since=since,
            legal_basis=legal_basis,
            valid_until=valid_until,
            imported=imported,
            legitimate_interest=legitimate_interest,
            consent_id=consent_id,
        )

        consent.additional_properties = d
        return consent

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_actor import ConsentActor, check_consent_actor
from ..models.consent_channel import ConsentChannel, check_consent_channel
from ..models.consent_event_type import ConsentEventType, check_consent_event_type
from ..models.consent_state import ConsentState, check_consent_state
from ..models.indication_method import IndicationMethod, check_indication_method
from ..models.legal_basis import LegalBasis, check_legal_basis
from ..models.recorded_decision_kind import (
    RecordedDecisionKind,
    check_recorded_decision_kind,
)

if TYPE_CHECKING:
    from ..models.consent_decision_evidence_type_0 import ConsentDecisionEvidenceType0


T = TypeVar("T", bound="ConsentDecision")


@_attrs_define
class ConsentDecision:
    """A decision as it is recorded. Evidence and provenance are masked without the scope pii:read.

    Attributes:
        id (str): The decision's id.
        purpose (str): What for.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        decision (RecordedDecisionKind): What was decided; the last four are recorded by the service.
        legal_basis (LegalBasis | None): On what it rests.
        event_type (ConsentEventType): How it came about (ISO/IEC TS 27560).
        indication_method (IndicationMethod): By what a decision was shown.
        actor (ConsentActor): Who spoke.
        source (None | str): The slug of the source.
        message_id (None | str): The sender's id of the message.
        jurisdiction (None | str): Whose law applies.
        occurred_at (datetime.datetime): When it counts from.
        received_at (datetime.datetime): When we received it.
        clock_corrected (bool): It claimed to be more than 5 minutes in the future; the time of receipt counts.
        claimed_at (datetime.datetime | None): What was claimed, where it was corrected.
        valid_until (datetime.datetime | None): When it ends by itself.
        state_before (ConsentState): What the decisions amount to. Only `given` may permit contact.
        state_after (ConsentState): What the decisions amount to. Only `given` may permit contact.
        has_evidence (bool): Whether evidence was given.
        evidence (ConsentDecisionEvidenceType0 | None): What proves it.
        provenance (None | str): Where it was collected.
    """

    id: str
    purpose: str
    channel: ConsentChannel
    decision: RecordedDecisionKind
    legal_basis: LegalBasis | None
    event_type: ConsentEventType
    indication_method: IndicationMethod
    actor: ConsentActor
    source: None | str
    message_id: None | str
    jurisdiction: None | str
    occurred_at: datetime.datetime
    received_at: datetime.datetime
    clock_corrected: bool
    claimed_at: datetime.datetime | None
    valid_until: datetime.datetime | None
    state_before: ConsentState
    state_after: ConsentState
    has_evidence: bool
    evidence: ConsentDecisionEvidenceType0 | None
    provenance: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.consent_decision_evidence_type_0 import (
            ConsentDecisionEvidenceType0,  # noqa: PLC0415
        )

        id = self.id

        purpose = self.purpose

        channel: str = self.channel

        decision: str = self.decision

        legal_basis: None | str
        if isinstance(self.legal_basis, str):
            legal_basis = self.legal_basis
        else:
            legal_basis = self.legal_basis

        event_type: str = self.event_type

        indication_method: str = self.indication_method

        actor: str = self.actor

        source: None | str
        source = self.source

        message_id: None | str
        message_id = self.message_id

        jurisdiction: None | str
        jurisdiction = self.jurisdiction

        occurred_at = self.occurred_at.isoformat()

        received_at = self.received_at.isoformat()

        clock_corrected = self.clock_corrected

        claimed_at: None | str
        if isinstance(self.claimed_at, datetime.datetime):
            claimed_at = self.claimed_at.isoformat()
        else:
            claimed_at = self.claimed_at

        valid_until: None | str
        if isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        state_before: str = self.state_before

        state_after: str = self.state_after

        has_evidence = self.has_evidence

        evidence: dict[str, Any] | None
        if isinstance(self.evidence, ConsentDecisionEvidenceType0):
            evidence = self.evidence.to_dict()
        else:
            evidence = self.evidence

        provenance: None | str
        provenance = self.provenance

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "purpose": purpose,
                "channel": channel,
                "decision": decision,
                "legal_basis": legal_basis,
                "event_type": event_type,
                "indication_method": indication_method,
                "actor": actor,
                "source": source,
                "message_id": message_id,
                "jurisdiction": jurisdiction,
                "occurred_at": occurred_at,
                "received_at": received_at,
                "clock_corrected": clock_corrected,
                "claimed_at": claimed_at,
                "valid_until": valid_until,
                "state_before": state_before,
                "state_after": state_after,
                "has_evidence": has_evidence,
                "evidence": evidence,
                "provenance": provenance,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_decision_evidence_type_0 import (
            ConsentDecisionEvidenceType0,  # noqa: PLC0415
        )

        d = dict(src_dict)
        id = d.pop("id")

        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        decision = check_recorded_decision_kind(d.pop("decision"))

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

        event_type = check_consent_event_type(d.pop("event_type"))

        indication_method = check_indication_method(d.pop("indication_method"))

        actor = check_consent_actor(d.pop("actor"))

        def _parse_source(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        source = _parse_source(d.pop("source"))

        def _parse_message_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        message_id = _parse_message_id(d.pop("message_id"))

        def _parse_jurisdiction(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        jurisdiction = _parse_jurisdiction(d.pop("jurisdiction"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        clock_corrected = d.pop("clock_corrected")

        def _parse_claimed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                claimed_at_type_0 = datetime.datetime.fromisoformat(data)

                return claimed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        claimed_at = _parse_claimed_at(d.pop("claimed_at"))

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

        state_before = check_consent_state(d.pop("state_before"))

        state_after = check_consent_state(d.pop("state_after"))

        has_evidence = d.pop("has_evidence")

        def _parse_evidence(data: object) -> ConsentDecisionEvidenceType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                evidence_type_0 = ConsentDecisionEvidenceType0.from_dict(data)

                return evidence_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentDecisionEvidenceType0 | None, data)

        evidence = _parse_evidence(d.pop("evidence"))

        def _parse_provenance(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        provenance = _parse_provenance(d.pop("provenance"))

        consent_decision = cls(
            id=id,
            purpose=purpose,
            channel=channel,
            decision=decision,
            legal_basis=legal_basis,
            event_type=event_type,
            indication_method=indication_method,
            actor=actor,
            source=source,
            message_id=message_id,
            jurisdiction=jurisdiction,
            occurred_at=occurred_at,
            received_at=received_at,
            clock_corrected=clock_corrected,
            claimed_at=claimed_at,
            valid_until=valid_until,
            state_before=state_before,
            state_after=state_after,
            has_evidence=has_evidence,
            evidence=evidence,
            provenance=provenance,
        )

        consent_decision.additional_properties = d
        return consent_decision

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

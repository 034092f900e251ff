from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.consent_actor import ConsentActor, check_consent_actor
from ..models.consent_channel import ConsentChannel, check_consent_channel
from ..models.consent_decision_kind import (
    ConsentDecisionKind,
    check_consent_decision_kind,
)
from ..models.consent_event_type import ConsentEventType, check_consent_event_type
from ..models.indication_method import IndicationMethod, check_indication_method
from ..models.legal_basis import LegalBasis, check_legal_basis
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.consent_evidence import ConsentEvidence
    from ..models.customer_reference import CustomerReference


T = TypeVar("T", bound="ConsentCreate")


@_attrs_define
class ConsentCreate:
    """A decision of one customer, for one purpose on one channel.

    Attributes:
        customer (CustomerReference): Whom an event is about: exactly one of these. An unknown identifier creates the
            customer.
        purpose (str): What for: a slug of your own.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        decision (ConsentDecisionKind): What she decided; `requested` is that she was asked.
        legal_basis (LegalBasis | None | Unset): On what the processing rests; a no needs none.
        event_type (ConsentEventType | Unset): How it came about (ISO/IEC TS 27560).
        indication_method (IndicationMethod | Unset): By what a decision was shown.
        actor (ConsentActor | Unset): Who spoke.
        occurred_at (datetime.datetime | None | Unset): When; the time of receipt if left out.
        valid_until (datetime.datetime | None | Unset): When a consent ends by itself.
        notice_id (None | str | Unset): The notice she was shown. There are none yet: leave it out.
        address (None | str | Unset): Which of her addresses it is about; by default the one she is named by, else her
            only one.
        evidence (ConsentEvidence | None | Unset): What proves it.
        provenance (None | str | Unset): Where it was collected (a form, a page, a list); needed for what is imported.
            Sealed.
        jurisdiction (None | str | Unset): ISO 3166 code of the country or region whose law applies.
        source (None | str | Unset): The slug of the source; else that of the external id, else the key's own.
        message_id (None | str | Unset): Your id of this message: the same id from the same source is recorded once.
    """

    customer: CustomerReference
    purpose: str
    channel: ConsentChannel
    decision: ConsentDecisionKind
    legal_basis: LegalBasis | None | Unset = UNSET
    event_type: ConsentEventType | Unset = UNSET
    indication_method: IndicationMethod | Unset = UNSET
    actor: ConsentActor | Unset = UNSET
    occurred_at: datetime.datetime | None | Unset = UNSET
    valid_until: datetime.datetime | None | Unset = UNSET
    notice_id: None | str | Unset = UNSET
    address: None | str | Unset = UNSET
    evidence: ConsentEvidence | None | Unset = UNSET
    provenance: None | str | Unset = UNSET
    jurisdiction: None | str | Unset = UNSET
    source: None | str | Unset = UNSET
    message_id: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.consent_evidence import ConsentEvidence  # noqa: PLC0415

        customer = self.customer.to_dict()

        purpose = self.purpose

        channel: str = self.channel

        decision: str = self.decision

        legal_basis: None | str | Unset
        if isinstance(self.legal_basis, Unset):
            legal_basis = UNSET
        elif isinstance(self.legal_basis, str):
            legal_basis = self.legal_basis
        else:
            legal_basis = self.legal_basis

        event_type: str | Unset = UNSET
        if not isinstance(self.event_type, Unset):
            event_type = self.event_type

        indication_method: str | Unset = UNSET
        if not isinstance(self.indication_method, Unset):
            indication_method = self.indication_method

        actor: str | Unset = UNSET
        if not isinstance(self.actor, Unset):
            actor = self.actor

        occurred_at: None | str | Unset
        if isinstance(self.occurred_at, Unset):
            occurred_at = UNSET
        elif isinstance(self.occurred_at, datetime.datetime):
            occurred_at = self.occurred_at.isoformat()
        else:
            occurred_at = self.occurred_at

        valid_until: None | str | Unset
        if isinstance(self.valid_until, Unset):
            valid_until = UNSET
        elif isinstance(self.valid_until, datetime.datetime):
            valid_until = self.valid_until.isoformat()
        else:
            valid_until = self.valid_until

        notice_id: None | str | Unset
        if isinstance(self.notice_id, Unset):
            notice_id = UNSET
        else:
            notice_id = self.notice_id

        address: None | str | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        else:
            address = self.address

        evidence: dict[str, Any] | None | Unset
        if isinstance(self.evidence, Unset):
            evidence = UNSET
        elif isinstance(self.evidence, ConsentEvidence):
            evidence = self.evidence.to_dict()
        else:
            evidence = self.evidence

        provenance: None | str | Unset
        if isinstance(self.provenance, Unset):
            provenance = UNSET
        else:
            provenance = self.provenance

        jurisdiction: None | str | Unset
        if isinstance(self.jurisdiction, Unset):
            jurisdiction = UNSET
        else:
            jurisdiction = self.jurisdiction

        source: None | str | Unset
        if isinstance(self.source, Unset):
            source = UNSET
        else:
            source = self.source

        message_id: None | str | Unset
        if isinstance(self.message_id, Unset):
            message_id = UNSET
        else:
            message_id = self.message_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "customer": customer,
                "purpose": purpose,
                "channel": channel,
                "decision": decision,
            }
        )
        if legal_basis is not UNSET:
            field_dict["legal_basis"] = legal_basis
        if event_type is not UNSET:
            field_dict["event_type"] = event_type
        if indication_method is not UNSET:
            field_dict["indication_method"] = indication_method
        if actor is not UNSET:
            field_dict["actor"] = actor
        if occurred_at is not UNSET:
            field_dict["occurred_at"] = occurred_at
        if valid_until is not UNSET:
            field_dict["valid_until"] = valid_until
        if notice_id is not UNSET:
            field_dict["notice_id"] = notice_id
        if address is not UNSET:
            field_dict["address"] = address
        if evidence is not UNSET:
            field_dict["evidence"] = evidence
        if provenance is not UNSET:
            field_dict["provenance"] = provenance
        if jurisdiction is not UNSET:
            field_dict["jurisdiction"] = jurisdiction
        if source is not UNSET:
            field_dict["source"] = source
        if message_id is not UNSET:
            field_dict["message_id"] = message_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.consent_evidence import ConsentEvidence  # noqa: PLC0415
        from ..models.customer_reference import CustomerReference  # noqa: PLC0415

        d = dict(src_dict)
        customer = CustomerReference.from_dict(d.pop("customer"))

        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        decision = check_consent_decision_kind(d.pop("decision"))

        def _parse_legal_basis(data: object) -> LegalBasis | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                legal_basis_type_0 = check_legal_basis(data)

                return legal_basis_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(LegalBasis | None | Unset, data)

        legal_basis = _parse_legal_basis(d.pop("legal_basis", UNSET))

        _event_type = d.pop("event_type", UNSET)
        event_type: ConsentEventType | Unset
        if isinstance(_event_type, Unset):
            event_type = UNSET
        else:
            event_type = check_consent_event_type(_event_type)

        _indication_method = d.pop("indication_method", UNSET)
        indication_method: IndicationMethod | Unset
        if isinstance(_indication_method, Unset):
            indication_method = UNSET
        else:
            indication_method = check_indication_method(_indication_method)

        _actor = d.pop("actor", UNSET)
        actor: ConsentActor | Unset
        if isinstance(_actor, Unset):
            actor = UNSET
        else:
            actor = check_consent_actor(_actor)

        def _parse_occurred_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                occurred_at_type_0 = datetime.datetime.fromisoformat(data)

                return occurred_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        occurred_at = _parse_occurred_at(d.pop("occurred_at", UNSET))

        def _parse_valid_until(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                valid_until_type_0 = datetime.datetime.fromisoformat(data)

                return valid_until_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        valid_until = _parse_valid_until(d.pop("valid_until", UNSET))

        def _parse_notice_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        notice_id = _parse_notice_id(d.pop("notice_id", UNSET))

        def _parse_address(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        address = _parse_address(d.pop("address", UNSET))

        def _parse_evidence(data: object) -> ConsentEvidence | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                evidence_type_0 = ConsentEvidence.from_dict(data)

                return evidence_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentEvidence | None | Unset, data)

        evidence = _parse_evidence(d.pop("evidence", UNSET))

        def _parse_provenance(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        provenance = _parse_provenance(d.pop("provenance", UNSET))

        def _parse_jurisdiction(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        jurisdiction = _parse_jurisdiction(d.pop("jurisdiction", UNSET))

        def _parse_source(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source = _parse_source(d.pop("source", UNSET))

        def _parse_message_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        message_id = _parse_message_id(d.pop("message_id", UNSET))

        consent_create = cls(
            customer=customer,
            purpose=purpose,
            channel=channel,
            decision=decision,
            legal_basis=legal_basis,
            event_type=event_type,
            indication_method=indication_method,
            actor=actor,
            occurred_at=occurred_at,
            valid_until=valid_until,
            notice_id=notice_id,
            address=address,
            evidence=evidence,
            provenance=provenance,
            jurisdiction=jurisdiction,
            source=source,
            message_id=message_id,
        )

        return consent_create

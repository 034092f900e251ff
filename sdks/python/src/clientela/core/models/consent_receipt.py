from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.consent_channel import ConsentChannel, check_consent_channel
from ..models.consent_state import ConsentState, check_consent_state
from ..models.receipt_status import ReceiptStatus, check_receipt_status
from ..models.recorded_decision_kind import (
    RecordedDecisionKind,
    check_recorded_decision_kind,
)

T = TypeVar("T", bound="ConsentReceipt")


@_attrs_define
class ConsentReceipt:
    """What became of a decision.

    Attributes:
        id (str): The decision's id.
        customer_id (str): Who decided.
        status (ReceiptStatus): What became of a message.
        purpose (str): What for.
        channel (ConsentChannel): Where she would be contacted, or what would be done with her data.
        decision (RecordedDecisionKind): What was decided; the last four are recorded by the service.
        occurred_at (datetime.datetime): When it counts from.
        received_at (datetime.datetime): When we received it.
        clock_corrected (bool): It claimed to be more than 5 minutes in the future; the time of receipt counts.
        state_before (ConsentState | None): What her decisions amounted to before; null for a publishable key.
        state_after (ConsentState | None): What they amount to now. A decision older than what decides changes nothing.
    """

    id: str
    customer_id: str
    status: ReceiptStatus
    purpose: str
    channel: ConsentChannel
    decision: RecordedDecisionKind
    occurred_at: datetime.datetime
    received_at: datetime.datetime
    clock_corrected: bool
    state_before: ConsentState | None
    state_after: ConsentState | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        customer_id = self.customer_id

        status: str = self.status

        purpose = self.purpose

        channel: str = self.channel

        decision: str = self.decision

        occurred_at = self.occurred_at.isoformat()

        received_at = self.received_at.isoformat()

        clock_corrected = self.clock_corrected

        state_before: None | str
        if isinstance(self.state_before, str):
            state_before = self.state_before
        else:
            state_before = self.state_before

        state_after: None | str
        if isinstance(self.state_after, str):
            state_after = self.state_after
        else:
            state_after = self.state_after

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "customer_id": customer_id,
                "status": status,
                "purpose": purpose,
                "channel": channel,
                "decision": decision,
                "occurred_at": occurred_at,
                "received_at": received_at,
                "clock_corrected": clock_corrected,
                "state_before": state_before,
                "state_after": state_after,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        customer_id = d.pop("customer_id")

        status = check_receipt_status(d.pop("status"))

        purpose = d.pop("purpose")

        channel = check_consent_channel(d.pop("channel"))

        decision = check_recorded_decision_kind(d.pop("decision"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        received_at = datetime.datetime.fromisoformat(d.pop("received_at"))

        clock_corrected = d.pop("clock_corrected")

        def _parse_state_before(data: object) -> ConsentState | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_before_type_0 = check_consent_state(data)

                return state_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentState | None, data)

        state_before = _parse_state_before(d.pop("state_before"))

        def _parse_state_after(data: object) -> ConsentState | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                state_after_type_0 = check_consent_state(data)

                return state_after_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ConsentState | None, data)

        state_after = _parse_state_after(d.pop("state_after"))

        consent_receipt = cls(
            id=id,
            customer_id=customer_id,
            status=status,
            purpose=purpose,
            channel=channel,
            decision=decision,
            occurred_at=occurred_at,
            received_at=received_at,
            clock_corrected=clock_corrected,
            state_before=state_before,
            state_after=state_after,
        )

        consent_receipt.additional_properties = d
        return consent_receipt

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

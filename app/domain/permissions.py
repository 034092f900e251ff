"""What is told about a consent, what is kept of it, and whether a person may be contacted now on one channel.

The machine of one (customer, purpose, channel) is `domain/consents.py`; here it meets the person's addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from app.domain.consents import (
    Actor,
    Channel,
    Current,
    Decision,
    EventType,
    IndicationMethod,
    LegalBasis,
    Permission,
    Reason,
    State,
    permits,
)  # fmt: skip
from app.domain.events import Reference
from app.domain.identity import Identifier, IdentifierKind

# Where a channel leads to; the others reach a device, a household or nobody.
ADDRESS_KINDS: Final[Mapping[Channel, IdentifierKind]] = MappingProxyType(
    {
        Channel.EMAIL: IdentifierKind.EMAIL,
        Channel.SMS: IdentifierKind.PHONE,
        Channel.WHATSAPP: IdentifierKind.PHONE,
        Channel.PHONE: IdentifierKind.PHONE,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """One decision as somebody tells it, normalised. `occurred_at` None is the time of receipt, `source` None the
    caller's own. `address` is the one it is about, where that is told; `evidence` and `provenance` will be sealed."""

    reference: Reference
    purpose: str
    channel: Channel
    decision: Decision
    legal_basis: LegalBasis | None = None
    event_type: EventType = EventType.EXPRESSED
    indication_method: IndicationMethod = IndicationMethod.API
    actor: Actor = Actor.SUBJECT
    occurred_at: datetime | None = None
    valid_until: datetime | None = None
    confirmation_required: bool = False
    evidence: Mapping[str, str] | None = None
    provenance: str | None = None
    jurisdiction: str | None = None
    address: Identifier | None = None
    source: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision as it is stored. `evidence` and `provenance` are None where they were not opened."""

    consent_event_id: UUID
    customer_id: UUID
    purpose: str
    channel: Channel
    decision: Decision
    legal_basis: LegalBasis | None
    event_type: EventType
    indication_method: IndicationMethod
    actor: Actor
    source_id: UUID | None
    message_id: str | None
    jurisdiction: str | None
    occurred_at: datetime
    received_at: datetime
    clamped: bool
    claimed_at: datetime | None
    valid_until: datetime | None
    state_before: State
    state: State
    has_evidence: bool
    source: str | None = None
    evidence: Mapping[str, Any] | None = None
    provenance: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """The current state of one customer for one purpose and channel."""

    purpose: str
    channel: Channel
    current: Current


@dataclass(frozen=True, slots=True)
class Standing:
    """All that a check needs of an active customer. `event_type` is that of the decisive event; `addresses` counts
    those of the channel's kind; `suppressed_at` is when one of them was erased, the last time, after a no."""

    current: Current
    event_type: EventType | None
    addresses: int
    suppressed_at: datetime | None


def may_contact(standing: Standing | None, now: datetime, *, channel: Channel, allow_imported: bool) -> Permission:
    """Whether this customer may be contacted at `now`; None is nobody we know. Fails closed.

    A suppressed address gives way only to what she says herself, later: neither to an import nor to a consent that
    is sent again from before (LGPD 18 §2, GDPR 21).
    """
    if standing is None:
        return Permission(False, Reason.UNKNOWN_CUSTOMER, None)
    if channel in ADDRESS_KINDS and not standing.addresses:
        return Permission(False, Reason.NO_ADDRESS, None)
    since, suppressed_at = standing.current.since, standing.suppressed_at
    if suppressed_at is not None:
        imported = standing.event_type in (None, EventType.IMPORTED)
        if imported or since is None or since <= suppressed_at:
            return Permission(False, Reason.SUPPRESSED, suppressed_at)
    return permits(standing.current, now, allow_imported=allow_imported)

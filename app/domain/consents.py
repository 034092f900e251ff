"""The consent machine of one (customer, purpose, channel): what the recorded decisions amount to at a moment, and
whether that permits contact. Storing, signing and naming the customer happen elsewhere.

UNKNOWN → REQUESTED → PENDING_CONFIRMATION → GIVEN → GIVEN (reconfirmed)
UNKNOWN | REQUESTED | PENDING → REFUSED     PENDING → EXPIRED (not confirmed)     GIVEN → EXPIRED (valid_until)
any → WITHDRAWN     any → INVALIDATED       ended → only a strictly later REQUESTED or GIVEN
An answer implies the question, so UNKNOWN and REQUESTED may go straight to GIVEN, PENDING or REFUSED.
Legitimate interest is a lane of its own, LI_ACTIVE → OBJECTED, which ends there: it never becomes consent and it
never permits. An objection also withdraws consent, so a no in either lane denies until a later yes to consent.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.domain.clocks import clamp
from app.errors import FieldError, Invalid


class State(StrEnum):
    UNKNOWN = "unknown"
    REQUESTED = "requested"
    PENDING_CONFIRMATION = "pending_confirmation"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    LI_ACTIVE = "li_active"
    OBJECTED = "objected"


class Decision(StrEnum):
    """What one event says. Only API_DECISIONS are taken from callers; the service records the others."""

    REQUESTED = "requested"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    INVALIDATED = "invalidated"
    OBJECTED = "objected"
    LI_ACTIVE = "li_active"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    PUSH = "push"
    PHONE = "phone"
    POSTAL = "postal"
    PROFILING = "profiling"
    SHARING = "sharing"


class LegalBasis(StrEnum):
    """The ten of LGPD art. 7 and the six of GDPR art. 6(1)."""

    LGPD_I = "lgpd.7.I"
    LGPD_II = "lgpd.7.II"
    LGPD_III = "lgpd.7.III"
    LGPD_IV = "lgpd.7.IV"
    LGPD_V = "lgpd.7.V"
    LGPD_VI = "lgpd.7.VI"
    LGPD_VII = "lgpd.7.VII"
    LGPD_VIII = "lgpd.7.VIII"
    LGPD_IX = "lgpd.7.IX"
    LGPD_X = "lgpd.7.X"
    GDPR_A = "gdpr.6.1.a"
    GDPR_B = "gdpr.6.1.b"
    GDPR_C = "gdpr.6.1.c"
    GDPR_D = "gdpr.6.1.d"
    GDPR_E = "gdpr.6.1.e"
    GDPR_F = "gdpr.6.1.f"


class EventType(StrEnum):
    EXPRESSED = "expressed"
    EXPLICIT = "explicit"
    PARENTAL = "parental"
    IMPORTED = "imported"


class IndicationMethod(StrEnum):
    CHECKBOX = "checkbox"
    BUTTON = "button"
    DOUBLE_OPT_IN = "double_opt_in"
    ONE_CLICK_UNSUBSCRIBE = "one_click_unsubscribe"
    GPC = "gpc"
    API = "api"
    SHOP_WEBHOOK = "shop_webhook"
    AGENT = "agent"
    IMPORT = "import"


class Actor(StrEnum):
    SUBJECT = "subject"
    GUARDIAN = "guardian"
    AGENT = "agent"
    SYSTEM = "system"


class Reason(StrEnum):
    """Why contact is or is not permitted; only GIVEN comes with permission."""

    GIVEN = "given"
    UNKNOWN = "unknown"
    REQUESTED = "requested"
    PENDING_CONFIRMATION = "pending_confirmation"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    INVALIDATED = "invalidated"
    OBJECTED = "objected"
    LEGITIMATE_INTEREST_ONLY = "legitimate_interest_only"
    OTHER_BASIS = "other_basis"
    IMPORTED_WITHOUT_EVIDENCE = "imported_without_evidence"
    # What no history tells: `domain/permissions.py` knows these.
    UNKNOWN_CUSTOMER = "unknown_customer"
    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"


API_DECISIONS: Final = frozenset({Decision.GIVEN, Decision.REFUSED, Decision.WITHDRAWN, Decision.REQUESTED})
CONSENT_BASES: Final = frozenset({LegalBasis.LGPD_I, LegalBasis.GDPR_A})
INTEREST_BASES: Final = frozenset({LegalBasis.LGPD_IX, LegalBasis.GDPR_F})
CONFIRM_WITHIN: Final = timedelta(days=7)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

# The later in this tuple, the later it is applied among events of one instant: the restrictive one has the last word.
_AT_ONE_INSTANT: Final = (
    Decision.LI_ACTIVE,
    Decision.REQUESTED,
    Decision.GIVEN,
    Decision.CONFIRMED,
    Decision.REFUSED,
    Decision.OBJECTED,
    Decision.WITHDRAWN,
    Decision.INVALIDATED,
)
_NO: Final = frozenset({Decision.REFUSED, Decision.WITHDRAWN, Decision.OBJECTED})
RESTRICTIVE: Final = _NO | {Decision.INVALIDATED}
_ENDED: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.EXPIRED, State.INVALIDATED})
_UNANSWERED: Final = frozenset({State.UNKNOWN, State.REQUESTED, State.PENDING_CONFIRMATION})
_ONLY_SAYS_NO: Final = frozenset({IndicationMethod.ONE_CLICK_UNSUBSCRIBE, IndicationMethod.GPC})


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One recorded decision; `id` is unique and never reused. Times carry an offset.

    `provenance` names where a record was collected (source, URL, form or list); `confirmation_required` makes a
    GIVEN wait for CONFIRMED (double opt-in).
    """

    id: UUID
    decision: Decision
    occurred_at: datetime
    received_at: datetime
    legal_basis: LegalBasis | None = None
    event_type: EventType = EventType.EXPRESSED
    indication_method: IndicationMethod = IndicationMethod.API
    has_evidence: bool = False
    provenance: str | None = None
    valid_until: datetime | None = None
    notice_id: UUID | None = None
    confirmation_required: bool = False


@dataclass(frozen=True, slots=True)
class Current:
    """What a history amounts to. `since` is the time of the event that decides (or of the expiry), `valid_until`
    the moment this state ends by itself, `imported` an import without evidence, `interest` the state of the lane of
    legitimate interest, `other_basis` the last basis claimed that is neither consent nor legitimate interest."""

    state: State = State.UNKNOWN
    since: datetime | None = None
    legal_basis: LegalBasis | None = None
    valid_until: datetime | None = None
    event_id: UUID | None = None
    notice_id: UUID | None = None
    imported: bool = False
    interest: State = State.UNKNOWN
    other_basis: LegalBasis | None = None

    @property
    def reason(self) -> Reason:
        return _reason(self)


@dataclass(frozen=True, slots=True)
class Permission:
    allowed: bool
    reason: Reason
    since: datetime | None


@dataclass(frozen=True, slots=True)
class _Lane:
    state: State = State.UNKNOWN
    since: datetime = _NEVER
    until: datetime | None = None
    event: ConsentEvent | None = None  # the decisive one; once confirmed, the GIVEN merged with its confirmation


def fold(history: Iterable[ConsentEvent], *, confirm_within: timedelta = CONFIRM_WITHIN) -> Current:
    """What a history, in any order and with any repetitions, amounts to, before any expiry after its last event.

    No clock is asked, so that this is what to store: the same history gives the same answer at any time. All events
    given count, also those a few minutes ahead: a withdrawal by a fast clock holds at once. For the state at a moment
    of the past, give the history as it was known then.
    """
    consent, interest, other = _Lane(), _Lane(), None
    for event in sorted(history, key=_order):
        at = _effective(event)
        consent = _consent_step(_expire(consent, at), event, at=at, confirm_within=confirm_within)
        interest = _interest_step(interest, event, at=at)
        if _claims_other_basis(event):
            other = event.legal_basis
    return _combine(consent, interest, other=other)


def as_of(folded: Current, now: datetime) -> Current:
    """The state at `now`: what was pending or given ends by itself at `valid_until`."""
    if folded.valid_until is None or folded.valid_until > now:
        return folded
    return replace(folded, state=State.EXPIRED, since=folded.valid_until, valid_until=None)


def current(history: Iterable[ConsentEvent], now: datetime, *, confirm_within: timedelta = CONFIRM_WITHIN) -> Current:
    """Fold a history into the state at `now`."""
    return as_of(fold(history, confirm_within=confirm_within), now)


def permits(current: Current, now: datetime, *, allow_imported: bool) -> Permission:
    """Whether `current`, perhaps kept since an earlier moment, permits contact at `now`. Anything but consent given
    and still valid denies; an import without evidence permits only where the tenant says so (`allow_imported`)."""
    current = as_of(current, now)
    reason = _reason(current)
    if reason is Reason.IMPORTED_WITHOUT_EVIDENCE and allow_imported:
        reason = Reason.GIVEN
    return Permission(reason is Reason.GIVEN, reason, current.since)


def validate(event: ConsentEvent) -> None:
    """Refuse a record that contradicts itself, all contradictions at once.

    A no (refused, withdrawn, objected, invalidated) is accepted whatever its other fields say: nothing may stand in
    the way of a withdrawal (LGPD 8 §5, GDPR 7(3)). Only a time without an offset is refused, as it has no place in
    the order of events. Raises Invalid with JSON pointers into the body of a consent.
    """
    times = {"occurred_at": event.occurred_at, "received_at": event.received_at, "valid_until": event.valid_until}
    found = [
        FieldError(f"/{name}", "offset_missing", "The time needs an offset from UTC")
        for name, value in times.items()
        if value is not None and value.utcoffset() is None
    ]
    if not found and event.decision not in RESTRICTIVE:
        found = _contradictions(event)
    if found:
        raise Invalid("The consent record contradicts itself", errors=tuple(found))


def _contradictions(event: ConsentEvent) -> list[FieldError]:
    found = []
    if event.valid_until is not None and event.valid_until <= event.occurred_at:
        found.append(FieldError("/valid_until", "before_occurred_at", "The end must be later than occurred_at"))
    if event.legal_basis is None and event.decision in (Decision.GIVEN, Decision.REQUESTED):
        found.append(FieldError("/legal_basis", "missing", "This decision needs a legal basis"))
    if event.legal_basis in INTEREST_BASES and event.decision in (Decision.REQUESTED, Decision.CONFIRMED):
        found.append(FieldError("/legal_basis", "not_consent", "Legitimate interest is not asked for"))
    if event.decision is Decision.LI_ACTIVE and event.legal_basis not in INTEREST_BASES:
        found.append(FieldError("/legal_basis", "not_interest", "This decision needs legitimate interest as its basis"))
    if event.indication_method in _ONLY_SAYS_NO:
        found.append(FieldError("/indication_method", "only_says_no", "This signal can only refuse or withdraw"))
    imported = event.event_type is EventType.IMPORTED
    if event.indication_method is IndicationMethod.IMPORT and not imported:
        found.append(FieldError("/event_type", "not_imported", "What comes by import has the type imported"))
    if imported and not (event.provenance or "").strip():
        found.append(FieldError("/provenance", "missing", "An imported consent must say where it was collected"))
    return found


def _effective(event: ConsentEvent) -> datetime:
    """The time an event counts from. A yes cannot have happened after it was received; a no keeps the benefit of the
    tolerated clock error, so that of two near ones the no wins."""
    if event.decision in RESTRICTIVE:
        return clamp(event.occurred_at, event.received_at)[0]
    return min(event.occurred_at, event.received_at)


def _order(event: ConsentEvent) -> tuple[datetime, int, UUID]:
    return _effective(event), _AT_ONE_INSTANT.index(event.decision), event.id


def _expire(lane: _Lane, at: datetime) -> _Lane:
    if lane.until is not None and lane.until <= at:
        return replace(lane, state=State.EXPIRED, since=lane.until, until=None)
    return lane


def _consent_step(lane: _Lane, event: ConsentEvent, *, at: datetime, confirm_within: timedelta) -> _Lane:
    """One event in the lane of consent; an event the machine has no arrow for leaves the lane as it was."""
    basis, state = event.legal_basis, lane.state
    match event.decision:
        case Decision.REQUESTED if basis in CONSENT_BASES and (state is State.UNKNOWN or _may_reopen(lane, at)):
            return _Lane(State.REQUESTED, at, None, event)
        case Decision.GIVEN if basis in CONSENT_BASES:
            return _give(lane, event, at=at, confirm_within=confirm_within)
        case Decision.CONFIRMED if state is State.PENDING_CONFIRMATION:
            return _confirm(lane, event, at=at)
        case Decision.REFUSED if state in _UNANSWERED:
            return _Lane(State.REFUSED, at, None, event)
        # Refusing what was no open question takes back what there was.
        case Decision.REFUSED if state not in (State.REFUSED, State.WITHDRAWN):
            return _Lane(State.WITHDRAWN, at, None, event)
        case Decision.WITHDRAWN | Decision.OBJECTED if state is not State.WITHDRAWN:
            return _Lane(State.WITHDRAWN, at, None, event)
        case Decision.INVALIDATED if basis not in INTEREST_BASES and state is not State.INVALIDATED:
            return _Lane(State.INVALIDATED, at, None, event)
    return lane


def _may_reopen(lane: _Lane, at: datetime) -> bool:
    return lane.state in _ENDED and at > lane.since


def _give(lane: _Lane, event: ConsentEvent, *, at: datetime, confirm_within: timedelta) -> _Lane:
    if lane.state in _ENDED and not _may_reopen(lane, at):
        return lane
    # Neither a form that anybody may have filled in nor a list without evidence replaces consent that stands.
    weaker = event.confirmation_required or (_unproven(event) and not _unproven(lane.event))
    if lane.state is State.GIVEN and weaker:
        return lane
    if event.confirmation_required:
        return _Lane(State.PENDING_CONFIRMATION, at, at + confirm_within, event)
    return _Lane(State.GIVEN, at, event.valid_until, event)


def _confirm(lane: _Lane, confirmation: ConsentEvent, *, at: datetime) -> _Lane:
    """The pending consent, now given: what was agreed stays, the confirmation is its evidence."""
    if lane.event is None:
        return lane
    until = confirmation.valid_until or lane.event.valid_until
    return _Lane(State.GIVEN, at, until, replace(lane.event, id=confirmation.id, has_evidence=True))


def _interest_step(lane: _Lane, event: ConsentEvent, *, at: datetime) -> _Lane:
    """One event in the lane of legitimate interest. OBJECTED is final here: the shop cannot claim its interest anew
    (LGPD 18 §2, GDPR 21(3))."""
    concerns = event.legal_basis in INTEREST_BASES
    active = lane.state is State.LI_ACTIVE
    if event.decision is Decision.LI_ACTIVE or (event.decision is Decision.GIVEN and concerns):
        return _Lane(State.LI_ACTIVE, at, None, event) if lane.state is State.UNKNOWN else lane
    # A no that names no lane is meant for both.
    general = event.legal_basis not in CONSENT_BASES and active
    if event.decision is Decision.INVALIDATED and general:
        return _Lane(State.INVALIDATED, at, None, event)
    objection = event.decision is Decision.OBJECTED or (event.decision in _NO and (concerns or general))
    if objection and lane.state is not State.OBJECTED:
        return _Lane(State.OBJECTED, at, None, event)
    return lane


def _combine(consent: _Lane, interest: _Lane, *, other: LegalBasis | None) -> Current:
    """One answer from two lanes: consent speaks where it has anything to say, except that the objection which ended
    it is called by its name."""
    lane = interest if consent.state is State.UNKNOWN else consent
    if interest.state is State.OBJECTED and interest.event == consent.event:
        lane = interest
    event = lane.event
    if event is None:
        return Current(other_basis=other)
    return Current(
        state=lane.state,
        since=lane.since,
        legal_basis=event.legal_basis,
        valid_until=lane.until,
        event_id=event.id,
        notice_id=event.notice_id,
        imported=_unproven(event),
        interest=interest.state,
        other_basis=other,
    )


def _claims_other_basis(event: ConsentEvent) -> bool:
    # Contract, legal duty and the like are kept on record, but they are no answer to "may I contact her?".
    basis = event.legal_basis
    known = basis is None or basis in CONSENT_BASES or basis in INTEREST_BASES
    return event.decision is Decision.GIVEN and not known


def _unproven(event: ConsentEvent | None) -> bool:
    return event is not None and event.event_type is EventType.IMPORTED and not event.has_evidence


def _reason(current: Current) -> Reason:
    if current.state is State.GIVEN:
        if current.legal_basis not in CONSENT_BASES:
            return Reason.OTHER_BASIS
        return Reason.IMPORTED_WITHOUT_EVIDENCE if current.imported else Reason.GIVEN
    if current.state is State.LI_ACTIVE:
        return Reason.LEGITIMATE_INTEREST_ONLY
    if current.state is State.UNKNOWN and current.other_basis is not None:
        return Reason.OTHER_BASIS
    return Reason(current.state.value)

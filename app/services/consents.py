"""Consents: record a decision and keep its proof, say where somebody stands, and whether she may be contacted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from app.db.ids import new_id
from app.db.queries import consents as query
from app.db.queries import identifiers as identifier_query
from app.db.queries import tenants
from app.db.queries.consents import NewDecision
from app.db.tx import Retry, Tx
from app.domain import consents as rules
from app.domain import normalize, permissions
from app.domain.api_keys import Caller
from app.domain.clocks import clamp
from app.domain.consents import Channel, ConsentEvent, Current, Decision, EventType, Permission
from app.domain.events import Reference
from app.domain.identity import Identifier
from app.domain.messages import MessageType
from app.domain.permissions import ADDRESS_KINDS, Kept, Recorded, Told
from app.errors import Conflict, FieldError, Invalid
from app.services import customers, events, outbox, sources

# Nothing of these may change what "the same message" is: they name the message, or are compared by themselves.
_NOT_SAID = frozenset({"reference", "source", "message_id"})


class UnknownNotice(Invalid):
    slug, title = "unknown-notice", "There is no such notice"


class ConsentConflict(Conflict):
    slug, title = "consent-conflict", "Another decision with this message_id is stored"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one decision; `stored` is False where the same message had brought it before."""

    recorded: Recorded
    stored: bool


def read(tx: Tx, raw: Mapping[str, Any]) -> Told:
    """Normalise what was sent (its shape has been checked). UnknownNotice; Invalid with every contradiction."""
    decision, channel = Decision(raw["decision"]), Channel(raw["channel"])
    # Nothing stands in the way of a no (LGPD 8 §5, GDPR 7(3)), not even a notice that is not known.
    if raw.get("notice_id") is not None and decision not in rules.RESTRICTIVE:
        error = FieldError("/notice_id", "unknown_notice", "There are no notices yet; leave it out.")
        raise UnknownNotice(error.message, errors=(error,))
    reference, named = events.reference(tx, raw["customer"], pointer="/customer")
    slug, message_id = raw.get("source"), raw.get("message_id")
    evidence = {name: text for name, text in (raw.get("evidence") or {}).items() if text and text.strip()}
    return Told(
        reference=reference,
        purpose=raw["purpose"],
        channel=channel,
        decision=decision,
        legal_basis=rules.LegalBasis(raw["legal_basis"]) if raw.get("legal_basis") else None,
        event_type=EventType(raw["event_type"]),
        indication_method=rules.IndicationMethod(raw["indication_method"]),
        actor=rules.Actor(raw["actor"]),
        occurred_at=_utc(raw.get("occurred_at")),
        valid_until=_utc(raw.get("valid_until")),
        evidence=evidence or None,
        provenance=(raw.get("provenance") or "").strip() or None,
        jurisdiction=raw["jurisdiction"].upper() if raw.get("jurisdiction") else None,
        address=_address(tx, raw.get("address"), channel=channel, decision=decision, reference=reference),
        source=normalize.source_slug(slug, pointer="/source") if slug is not None else named,
        message_id=normalize.message_id(message_id, pointer="/message_id") if message_id is not None else None,
    )


async def record(tx: Tx, told: Told, *, caller: Caller | None) -> Receipt:
    """Apply one decision and keep its proof (LGPD 8 §2, GDPR 7(1)).

    The same message twice has one effect; ConsentConflict if it says something else. UnknownCustomer for an id that
    is not an active customer's; an identifier that leads to nobody creates the customer. All decisions of a customer
    are taken one after the other, so that what is kept is always the fold of what is stored.
    """
    event = _event(tx, told)
    source_id = await _source_id(tx, told, caller=caller)
    body = _body(told)
    if told.message_id is not None and source_id is not None:
        known = await query.by_message(tx, source_id=source_id, message_id=told.message_id, body=body)
        if known is not None:
            return _repeated(*known)
    customer_id = await _lock_customer(tx, told.reference, caller=caller)
    address = await _which_address(tx, told, customer_id)
    earlier = await query.history(tx, customer_id, purpose=told.purpose, channel=told.channel)
    before = rules.as_of(rules.fold(earlier), tx.now)
    folded = rules.fold([*earlier, event])
    recorded = _recorded(told, event, customer_id, source_id, before=before, after=rules.as_of(folded, tx.now))
    private = {"evidence": told.evidence, "provenance": told.provenance}
    await query.append(
        tx,
        NewDecision(
            recorded=recorded,
            previous_event_id=before.event_id,
            confirmation_required=told.confirmation_required,
            address=address,
            private={name: value for name, value in private.items() if value},
            body=body,
        ),
    )
    decisive = next((e for e in (*earlier, event) if e.id == folded.event_id), None)
    await query.put_current(
        tx,
        customer_id,
        purpose=told.purpose,
        channel=told.channel,
        current=folded,
        event_type=decisive.event_type if decisive else None,
    )
    if recorded.state is not recorded.state_before:
        subject = {"customer_id": customer_id, "consent_event_id": recorded.consent_event_id}
        await outbox.tell(tx, MessageType.CONSENT_CHANGED, [subject])
    return Receipt(recorded, stored=True)


async def giver(tx: Tx, told: Told) -> UUID | None:
    """The source of the yes that stands for whom, purpose and channel of this decision; None where none stands."""
    customer_id = told.reference.customer_id
    if told.reference.identifier is not None:
        customer_id = (await identifier_query.owners(tx, [told.reference.identifier])).get(told.reference.identifier)
    if customer_id is None:
        return None
    return await query.giver(tx, customer_id, purpose=told.purpose, channel=told.channel)


async def of_customer(tx: Tx, customer_id: UUID) -> list[Kept]:
    """Where she stands now, per purpose and channel. UnknownCustomer also for one who was erased."""
    found = await query.kept(tx, customer_id)
    if found is None:
        raise customers.UnknownCustomer
    return [replace(kept, current=rules.as_of(kept.current, tx.now)) for kept in found]


async def history(
    tx: Tx, customer_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int, with_evidence: bool
) -> list[Recorded]:
    """Her decisions, the latest first, with the names of their sources."""
    rows = await query.history_of_customer(tx, customer_id, after=after, limit=limit, with_evidence=with_evidence)
    slugs = await tenants.source_slugs(tx, {row.source_id for row in rows if row.source_id is not None})
    return [replace(row, source=slugs.get(row.source_id)) if row.source_id is not None else row for row in rows]


def history_key(recorded: Recorded) -> tuple[datetime, UUID]:
    """Where a decision stands in the history, for the cursor."""
    return recorded.occurred_at, recorded.consent_event_id


async def check(
    tx: Tx, asked: Sequence[Mapping[str, Any]], *, purpose: str, channel: Channel
) -> list[tuple[UUID | None, Permission]]:
    """For each, in the order asked: the customer, if she is known, and whether she may be contacted now.

    `asked` are references as a body has them, each of one member. At most two statements for all of them; whoever is
    not known, or cannot be (an address that is none), may not be contacted.
    """
    references = [_reference(tx, raw) for raw in asked]
    named = {r.identifier for r in references if r is not None and r.identifier is not None}
    owners = await identifier_query.owners(tx, named) if named else {}
    ids = [_led_to(reference, owners) for reference in references]
    known = [customer_id for customer_id in ids if customer_id is not None]
    standings = await query.standings(tx, known, purpose=purpose, channel=channel) if known else {}
    return [
        (
            customer_id,
            permissions.may_contact(
                standings.get(customer_id) if customer_id is not None else None,
                tx.now,
                channel=channel,
                allow_imported=tx.tenant.allow_imported_consent,
            ),
        )
        for customer_id in ids
    ]


def _reference(tx: Tx, raw: Mapping[str, Any]) -> Reference | None:
    try:
        return events.reference(tx, raw, pointer="")[0]
    except Invalid:
        return None


def _led_to(reference: Reference | None, owners: Mapping[Identifier, UUID]) -> UUID | None:
    if reference is None or reference.identifier is None:
        return reference.customer_id if reference is not None else None
    return owners.get(reference.identifier)


def _address(
    tx: Tx, value: str | None, *, channel: Channel, decision: Decision, reference: Reference
) -> Identifier | None:
    """The address that is named, or the one by which the customer was named, where the channel leads to such."""
    kind = ADDRESS_KINDS.get(channel)
    if value is None:
        named = reference.identifier
        return named if named is not None and named.kind is kind else None
    if kind is None:
        if decision in rules.RESTRICTIVE:
            return None
        raise Invalid.at("/address", "no_address", "This channel leads to no address that is kept here.")
    try:
        return events.reference(tx, {kind.value: value}, pointer="")[0].identifier
    except Invalid as error:
        first = error.errors[0]
        raise Invalid.at("/address", first.code, first.message) from None


def _event(tx: Tx, told: Told) -> ConsentEvent:
    event = ConsentEvent(
        id=new_id(),
        decision=told.decision,
        occurred_at=told.occurred_at or tx.now,
        received_at=tx.now,
        legal_basis=told.legal_basis,
        event_type=told.event_type,
        indication_method=told.indication_method,
        has_evidence=bool(told.evidence),
        provenance=told.provenance,
        valid_until=told.valid_until,
        confirmation_required=told.confirmation_required,
    )
    rules.validate(event)
    return replace(event, occurred_at=clamp(event.occurred_at, tx.now)[0])


async def _source_id(tx: Tx, told: Told, *, caller: Caller | None) -> UUID | None:
    """The source named, or the caller's own; the default one only where a message must belong to one."""
    slug = told.source
    if slug is None:
        if caller is not None and caller.source_id is not None:
            return caller.source_id
        if told.message_id is None:
            return None
        slug = sources.DEFAULT_SLUG
    return (await sources.ids(tx, {slug}, caller=caller))[slug]


async def _lock_customer(tx: Tx, reference: Reference, *, caller: Caller | None) -> UUID:
    """Whom the decision is about, locked until it is stored."""
    if reference.identifier is None:
        assert reference.customer_id is not None
        if not await query.lock(tx, reference.customer_id):
            raise customers.UnknownCustomer
        return reference.customer_id
    named = {reference.identifier: dict(reference.given or {})}
    # The customer is what is locked here: with the device locked too, who stitches them would wait in a circle.
    found = await customers.resolve(tx, named, caller=caller, method="consent", locking=False)
    customer_id = found[reference.identifier]
    if not await query.lock(tx, customer_id):
        raise Retry  # she was erased between the two statements: now the identifier leads to nobody
    return customer_id


async def _which_address(tx: Tx, told: Told, customer_id: UUID) -> bytes | None:
    """The digest of the address meant: the one named, else her only one. A yes must be about an address of hers."""
    kind = ADDRESS_KINDS.get(told.channel)
    if kind is None:
        return None
    hers = await query.addresses(tx, customer_id, kind=kind)
    if told.address is None:
        return hers[0] if len(hers) == 1 else None
    meant = await query.address_digest(tx, told.address)
    if meant not in hers and told.decision not in rules.RESTRICTIVE:
        if told.address == told.reference.identifier:
            raise Retry  # it was taken from her between the two statements: now it leads to somebody else
        raise Invalid.at("/address", "unknown_address", "The customer does not have this address; add it first.")
    return meant


def _recorded(
    told: Told, event: ConsentEvent, customer_id: UUID, source_id: UUID | None, *, before: Current, after: Current
) -> Recorded:
    clamped = told.occurred_at is not None and event.occurred_at != told.occurred_at
    return Recorded(
        consent_event_id=event.id,
        customer_id=customer_id,
        purpose=told.purpose,
        channel=told.channel,
        decision=event.decision,
        legal_basis=event.legal_basis,
        event_type=event.event_type,
        indication_method=event.indication_method,
        actor=told.actor,
        source_id=source_id,
        message_id=told.message_id,
        jurisdiction=told.jurisdiction,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        clamped=clamped,
        claimed_at=told.occurred_at if clamped else None,
        valid_until=event.valid_until,
        state_before=before.state,
        state=after.state,
        has_evidence=event.has_evidence,
    )


def _repeated(recorded: Recorded, same: bool) -> Receipt:
    if not same:
        message = "A decision with this source and message_id and another content is stored."
        raise ConsentConflict(message, errors=(FieldError("/message_id", "message_conflict", message),))
    return Receipt(recorded, stored=False)


def _body(told: Told) -> str:
    """All that was said, to tell a message that comes again from another one."""
    said = {f.name: getattr(told, f.name) for f in fields(told) if f.name not in _NOT_SAID}
    said["customer"] = str(told.reference.customer_id or told.reference.identifier)
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS, default=str).decode()


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)

"""A visitor becomes somebody known: everything she left behind goes to her, in the transaction that finds it out."""

from uuid import UUID

from app.db.ids import new_id
from app.db.queries import consents as consent_query
from app.db.queries import stitching as query
from app.db.queries.consents import NewDecision
from app.db.queries.stitching import Into, Place
from app.db.tx import Tx
from app.domain import consents as rules
from app.domain.consents import Actor, ConsentEvent, Current, Decision
from app.domain.messages import MessageType
from app.domain.permissions import Recorded
from app.domain.stitching import must_withdraw
from app.services import outbox


async def absorb(tx: Tx, into: Into, *, backfill: bool = False) -> None:
    """What visitors have becomes their heirs' (`into`: visitor → heir, all locked, their devices moved already).

    Statements do not grow with the number of visitors or of their events, but for one round trip per 5,000 events;
    consents cost two more for each purpose and channel on which a visitor had decided. Subscribers are told who was
    merged, and where the heirs' consents have changed by it, unless this is a back-fill.
    """
    if not into:
        return
    before = await query.standing(tx, {*into, *into.values()})
    await query.move_facts(tx, into)
    touched = {(into[customer], purpose, channel) for customer, purpose, channel in before if customer in into}
    changed: list[dict[str, UUID]] = []
    if touched:
        histories = await query.histories(tx, {heir for heir, _, _ in touched})
        for place in sorted(touched):
            sides = [now for (who, *rest), now in before.items() if (into.get(who, who), *rest) == place]
            now = await _fold(tx, place, sides, histories.get(place, []))
            if now.state is not rules.as_of(before.get(place, Current()), tx.now).state and now.event_id is not None:
                changed.append({"customer_id": place[0], "consent_event_id": now.event_id})
    await query.end(tx, into)
    if not backfill:
        merged = ({"customer_id": follow(one, into), "merged_customer_id": one} for one in into)
        await outbox.tell(tx, MessageType.CUSTOMER_MERGED, merged)
        await outbox.tell(tx, MessageType.CONSENT_CHANGED, changed)


async def _fold(tx: Tx, place: Place, sides: list[Current], history: list[ConsentEvent]) -> Current:
    """What both sides' decisions amount to now, the stricter side's no holding until a later yes."""
    heir, purpose, channel = place
    together = rules.fold(history)
    if must_withdraw((rules.as_of(side, tx.now) for side in sides), rules.as_of(together, tx.now)):
        withdrawal = ConsentEvent(new_id(), Decision.WITHDRAWN, tx.now, tx.now)
        before, history = together, [*history, withdrawal]
        together = rules.fold(history)
        await consent_query.append(tx, _recorded(tx, place, withdrawal, before=before, after=together))
    decisive = next((event for event in history if event.id == together.event_id), None)
    await consent_query.put_current(
        tx,
        heir,
        purpose=purpose,
        channel=channel,
        current=together,
        event_type=decisive.event_type if decisive else None,
    )
    return rules.as_of(together, tx.now)


def _recorded(tx: Tx, place: Place, event: ConsentEvent, *, before: Current, after: Current) -> NewDecision:
    customer_id, purpose, channel = place
    recorded = Recorded(
        consent_event_id=event.id,
        customer_id=customer_id,
        purpose=purpose,
        channel=channel,
        decision=event.decision,
        legal_basis=None,
        event_type=event.event_type,
        indication_method=event.indication_method,
        actor=Actor.SYSTEM,
        source_id=None,
        message_id=None,
        jurisdiction=None,
        occurred_at=event.occurred_at,
        received_at=event.received_at,
        clamped=False,
        claimed_at=None,
        valid_until=None,
        state_before=before.state,
        state=after.state,
        has_evidence=False,
    )
    return NewDecision(recorded, before.event_id, False, None, {}, "")


def follow(customer_id: UUID, into: Into) -> UUID:
    """Who this customer is after the merges."""
    while customer_id in into:
        customer_id = into[customer_id]
    return customer_id

"""Deliveries: made of what was written to the outbox, claimed, settled after each attempt, listed and sent again.

Nothing is sent here: the worker claims in one transaction, sends outside of any, and settles in another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from app.db.ids import new_id
from app.db.queries import deliveries as query
from app.db.queries import webhook_endpoints as endpoint_query
from app.db.queries import work
from app.db.queries.deliveries import NewDelivery, Taken, Tried
from app.db.queries.work import Given
from app.db.tx import Tx
from app.domain import messages as rules
from app.domain import webhooks as domain
from app.domain.messages import MessageType
from app.domain.webhooks import Delivery, DeliveryState, DisabledFor, Endpoint, EndpointState, Try
from app.errors import Conflict, CryptoError, NotFound
from app.services import messages, webhook_endpoints
from app.services.messages import Wanted

LEASE = timedelta(seconds=60)
# Sealed data did not open: nothing was sent, and it is not the endpoint's fault.
UNREADABLE = "unreadable"
MOST_RESENT = 10_000
_DISPATCHED_AT_ONCE = 500
_OUTBOX_KEPT_FOR = timedelta(days=2)
_DELIVERIES_KEPT_FOR = timedelta(days=30)


class UnknownDelivery(NotFound):
    slug, title = "unknown-webhook-delivery", "There is no such delivery"


class EndpointDisabled(Conflict):
    slug, title = "webhook-endpoint-disabled", "Nothing is sent to this endpoint"


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery to be sent now, by this worker, before its lease ends."""

    taken: Taken
    endpoint: Endpoint


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. `error` is None where it has arrived; `asked`: wait at least so long."""

    claim: Claim
    tried: Try
    asked: timedelta | None = None


async def dispatch(tx: Tx) -> int:
    """A delivery of each message that is due to each endpoint that wants it, in this transaction; how many messages.

    Nothing leaves the database here, so that a crash undoes all of it and the next worker begins again.
    """
    told = await work.take(tx, query.OUTBOX, limit=_DISPATCHED_AT_ONCE, lease=LEASE)
    if not told:
        return 0
    endpoints = await endpoint_query.subscriptions(tx)
    new = [
        NewDelivery(endpoint_id, row["message_id"], row["type"], row["subject"], row["created_at"])
        for row in told
        for endpoint_id, types in endpoints
        if rules.wants(types, row["type"])
    ]
    await query.insert_many(tx, new)
    await work.give_back(tx, query.OUTBOX, [Given(row["message_id"], row["attempts"], "dispatched") for row in told])
    return len(told)


async def claim(tx: Tx, *, failing: bool, each: int, lease: timedelta = LEASE) -> list[Claim]:
    """Up to `each` deliveries of every endpoint: of those that fail, or of all others. Commit at once."""
    taken = await query.take(tx, failing=failing, each=each, lease=lease)
    if not taken:
        return []
    endpoints = await endpoint_query.open_many(tx, list({one.webhook_endpoint_id for one in taken}))
    return [Claim(one, endpoints[one.webhook_endpoint_id]) for one in taken]


async def render(tx: Tx, claims: Sequence[Claim]) -> list[bytes | None]:
    """What each says, as things are now; None for what cannot be opened, which must not keep the others."""
    wanted = [Wanted(c.taken.type, c.taken.happened_at, c.taken.subject, c.endpoint.fields) for c in claims]
    try:
        return list(await messages.render(tx, wanted))
    except CryptoError:
        return [await _render_one(tx, one) for one in wanted]


async def _render_one(tx: Tx, wanted: Wanted) -> bytes | None:
    try:
        return (await messages.render(tx, [wanted]))[0]
    except CryptoError:
        return None


async def settle(tx: Tx, outcomes: Sequence[Outcome], *, chance: Callable[[], float]) -> None:
    """What came of the attempts: arrived, due again, or given up; and what that says of their endpoints.

    Whoever was slower than its lease changes nothing. `chance` (0 to 1) spreads the next attempts.
    """
    await query.settle(tx, [_tried(outcome, tx.now, chance()) for outcome in outcomes])
    by_endpoint: dict[UUID, list[Outcome]] = {}
    for outcome in (one for one in outcomes if one.tried.error != UNREADABLE):
        by_endpoint.setdefault(outcome.claim.endpoint.webhook_endpoint_id, []).append(outcome)
    for endpoint_id in sorted(by_endpoint):
        await _judge(tx, by_endpoint[endpoint_id])


async def give_up(tx: Tx, claims: Iterable[Claim]) -> None:
    """Their endpoint takes nothing any more. They can be sent again once it does."""
    given = [
        Given(c.taken.delivery_id, c.taken.attempts, DeliveryState.DEAD.value, error_code="endpoint_disabled")
        for c in claims
    ]
    await work.give_back(tx, query.DELIVERIES, given)


async def put_back(tx: Tx, claims: Iterable[Claim]) -> None:
    """They were not tried: due at once, and no attempt is counted."""
    given = [Given(c.taken.delivery_id, c.taken.attempts, DeliveryState.WAITING.value, due_at=tx.now) for c in claims]
    await work.give_back(tx, query.DELIVERIES, given)


def _tried(outcome: Outcome, now: datetime, chance: float) -> Tried:
    taken, tried = outcome.claim.taken, outcome.tried
    state, due_at = DeliveryState.DELIVERED, None
    if tried.error is not None:
        if tried.error != DisabledFor.GONE:
            due_at = domain.next_try(taken.failed + 1, now, asked=outcome.asked, chance=chance)
        state = DeliveryState.WAITING if due_at is not None else DeliveryState.DEAD
    return Tried(
        taken.delivery_id, taken.attempts, state.value, due_at, tried.error, tried.status, tried.milliseconds,
        query.try_json(tried),
    )  # fmt: skip


async def _judge(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """What the attempts at one endpoint say of it."""
    endpoint = outcomes[0].claim.endpoint
    endpoint_id, since = endpoint.webhook_endpoint_id, endpoint.failing_since or tx.now
    if any(outcome.tried.error == DisabledFor.GONE for outcome in outcomes):
        await endpoint_query.failed(tx, endpoint_id, paused_until=tx.now, reason=DisabledFor.GONE)
    elif any(outcome.tried.error is None for outcome in outcomes):
        if endpoint.failing_since is not None:
            await endpoint_query.arrived(tx, endpoint_id)
    else:
        asked = max((outcome.asked for outcome in outcomes if outcome.asked is not None), default=None)
        await endpoint_query.failed(
            tx,
            endpoint_id,
            paused_until=domain.pause(since, tx.now, asked=asked),
            reason=DisabledFor.FAILING if domain.given_up(since, tx.now) else None,
        )


async def send_test(tx: Tx, endpoint_id: UUID) -> Delivery:
    """A ping to this endpoint alone, on the same way as everything else. EndpointDisabled where nothing is sent."""
    endpoint = await webhook_endpoints.get(tx, endpoint_id)
    _must_be_active(endpoint)
    subject = orjson.dumps({"webhook_endpoint_id": str(endpoint_id)}).decode()
    new = NewDelivery(endpoint_id, new_id(), MessageType.TEST_PING.value, subject, tx.now)
    (delivery_id,) = await query.insert_many(tx, [new])
    return await _get(tx, delivery_id)


async def list_page(tx: Tx, endpoint_id: UUID, *, before: UUID | None, limit: int) -> list[Delivery]:
    """The deliveries to an endpoint, the newest first, of the last 30 days."""
    await webhook_endpoints.get(tx, endpoint_id)
    return await query.page(tx, endpoint_id, before=before, limit=limit)


async def resend(tx: Tx, delivery_id: UUID) -> Delivery:
    """Send it (again) now, whatever became of it, with a new schedule and the same webhook-id."""
    found = await query.get(tx, delivery_id)
    if found is None:
        raise UnknownDelivery
    try:
        endpoint = await webhook_endpoints.get(tx, found.webhook_endpoint_id)
    except webhook_endpoints.UnknownEndpoint:
        raise UnknownDelivery from None
    _must_be_active(endpoint)
    await query.again(tx, delivery_id)
    return await _get(tx, delivery_id)


async def resend_failed(tx: Tx, endpoint_id: UUID) -> int:
    """Send everything that was given up, the oldest 10,000; how many."""
    _must_be_active(await webhook_endpoints.get(tx, endpoint_id))
    return await query.dead_again(tx, endpoint_id, limit=MOST_RESENT)


async def forget_old(tx: Tx) -> None:
    """Delete what is kept for a time only: messages that were dispatched, deliveries that ended, deleted endpoints."""
    await query.forget_old(tx, told_before=tx.now - _OUTBOX_KEPT_FOR, ended_before=tx.now - _DELIVERIES_KEPT_FOR)
    await endpoint_query.forget_deleted(tx, tx.now - _DELIVERIES_KEPT_FOR - timedelta(days=1))


def _must_be_active(endpoint: Endpoint) -> None:
    if endpoint.state is not EndpointState.ACTIVE:
        raise EndpointDisabled("Set its state to active first.")


async def _get(tx: Tx, delivery_id: UUID) -> Delivery:
    found = await query.get(tx, delivery_id)
    if found is None:
        raise UnknownDelivery
    return found

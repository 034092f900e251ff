"""The inbox: messages of shops are proved, stored and answered at once, and understood later.

Whatever is wrong with one never holds up another: it is tried again later, and parked where trying again cannot help.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from app.db.queries import inbox as query
from app.db.queries import work
from app.db.queries.connections import Receiver
from app.db.queries.inbox import Finished, Taken
from app.db.queries.work import Given
from app.db.tx import Tx, in_transaction
from app.domain.retries import WORK_WAITS, next_wait
from app.domain.shops import InboundMessage, MessageState
from app.domain.tenants import Tenant
from app.errors import AppError, FieldError, NotFound, Unauthenticated
from app.services import connections, shop_records
from app.services.shop_parts import Applied, Part, told
from app.shops.base import Delivery, Platform, Reply, Shop
from app.shops.registry import PLATFORMS

if TYPE_CHECKING:
    from app.db.engine import Database

AT_ONCE: Final = 100
LEASE: Final = timedelta(seconds=60)
# As for API keys: a changed secret counts everywhere within a second.
_BELIEVED_SECONDS: Final = 0.8
_MOST_REMEMBERED: Final = 10_000
_LONGEST_TOPIC: Final = 255
_UNREADABLE: Final = FieldError("", "unreadable", "It could not be understood; the log has more.")


class UnprovenMessage(Unauthenticated):
    slug, title = "unproven-message", "The message could not be proved"

    def __init__(self) -> None:
        super().__init__("No connected shop is proved by this message: check the URL, and the secret of its signature.")


class UnknownMessage(NotFound):
    slug, title = "unknown-message", "There is no such message"


class GoneMessage(NotFound):
    slug, title = "gone-message", "What the message said is no longer kept"


class Received(NamedTuple):
    """What the shop is answered, and how it is counted: stored, duplicate or ping."""

    reply: Reply
    outcome: str


class Inbox:
    """Takes messages in; one per process. Remembers for 0.8 s who is connected how."""

    def __init__(self, database: "Database", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._remembered: OrderedDict[UUID, tuple[float, Receiver]] = OrderedDict()

    async def receive(self, platform: str, source_id: UUID, delivery: Delivery, *, now: datetime) -> Received:
        """Stored, committed, or there already. UnprovenMessage for one that no connected shop of this platform has
        signed, in the same words whatever is missing; Invalid for one that is signed and names nothing."""
        receiver = await self._receiver(source_id, now=now)
        if receiver is None or receiver.platform != platform:
            raise UnprovenMessage
        adapter = PLATFORMS[platform]
        if adapter.is_ping(delivery):
            return Received(adapter.reply, "ping")
        if not adapter.verify(delivery, receiver.secrets, now):
            raise UnprovenMessage
        label = adapter.label(delivery)

        async def store(tx: Tx) -> UUID | None:
            return await query.store(
                tx,
                source_id,
                topic=label.topic[:_LONGEST_TOPIC],
                key=label.key,
                sent_at=label.sent_at,
                body=delivery.body,
            )

        stored = await in_transaction(self._database, receiver.tenant, store, now=now)
        return Received(adapter.reply, "duplicate" if stored is None else "stored")

    async def _receiver(self, source_id: UUID, *, now: datetime) -> Receiver | None:
        held = self._remembered.get(source_id)
        if held is not None and self._clock() - held[0] < _BELIEVED_SECONDS:
            return held[1]
        asked = self._clock()
        found = await connections.receiver(self._database, source_id, now=now)
        if found is None:
            self._remembered.pop(source_id, None)
            return None
        self._remembered[source_id] = (asked, found)
        self._remembered.move_to_end(source_id)
        if len(self._remembered) > _MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return found


async def take(tx: Tx) -> list[Taken]:
    """The messages that are due, so many at once, this worker's until the lease ends."""
    return await query.opened(tx, await work.take(tx, query.QUEUE, limit=AT_ONCE, lease=LEASE))


@dataclass(frozen=True, slots=True)
class Understood:
    """A message and what it means; or the error for which nothing can be made of it."""

    message: Taken
    part: Part | None
    error: Exception | None = None


async def understand(tx: Tx, messages: Sequence[Taken]) -> list[Understood]:
    """Read each with its shop's adapter."""
    shops: dict[UUID, tuple[Platform, Shop] | AppError] = {}
    for source_id in {message.source_id for message in messages}:
        try:
            shops[source_id] = await connections.shop_of(tx, source_id)
        except connections.UnknownConnection as error:
            shops[source_id] = error
    return [_understood(message, shops[message.source_id]) for message in messages]


def _understood(message: Taken, found: tuple[Platform, Shop] | AppError) -> Understood:
    if isinstance(found, AppError):
        return Understood(message, None, found)
    if message.body is None:
        return Understood(message, None, GoneMessage())
    platform, shop = found[0], replace(found[1], now=message.received_at)
    try:
        return Understood(message, Part(message.source_id, shop, platform.read(message.topic, message.body, shop)))
    except Exception as error:  # an adapter's mistake about one message must not hold up the others
        return Understood(message, None, error)


async def settle(tx: Tx, understood: Sequence[Understood]) -> None:
    """Do what the messages say, and finish them: all of it, or (when this raises) nothing."""
    good = [(one.message, one.part) for one in understood if one.part is not None]
    applied = await shop_records.apply_many(tx, [part for _, part in good])
    given = [_given(message, part, done) for (message, part), done in zip(good, applied, strict=True)]
    given += [_parked(one.message, one.error) for one in understood if one.error is not None]
    mine = await work.give_back(tx, query.QUEUE, given)
    finished = [
        Finished(message.message_id, frozenset(done.customer_ids), [_shown(note) for note in done.notes])
        for (message, _), done in zip(good, applied, strict=True)
        if message.message_id in mine
    ]
    await query.finish(tx, finished)


async def fail(tx: Tx, message: Taken, error: Exception, *, chance: float) -> None:
    """A message that could not be settled: later again, or parked after the last try."""
    if isinstance(error, AppError) and error.status < 500:
        given = _parked(message, error)
    else:
        wait = next_wait(WORK_WAITS, message.attempts, chance=chance)
        detail = error.title if isinstance(error, AppError) else "Something unforeseen; the log has more."
        state = MessageState.PARKED if wait is None else MessageState.WAITING
        due_at = None if wait is None else tx.now + wait
        given = Given(message.message_id, message.attempts, state.value, due_at, "failed", detail)
    await work.give_back(tx, query.QUEUE, [given])


async def due(database: "Database", now: datetime) -> list[Tenant]:
    """The tenants with messages that are due."""
    return await work.due_tenants(database, query.QUEUE, now)


async def page(
    tx: Tx, *, state: MessageState | None, source_id: UUID | None, after: UUID | None, limit: int
) -> list[InboundMessage]:
    """The newest first."""
    return await query.page(tx, state=state, source_id=source_id, after=after, limit=limit)


async def get(tx: Tx, message_id: UUID) -> tuple[InboundMessage, bytes | None]:
    """A message, and what it said where that is still kept. UnknownMessage."""
    found = await query.get(tx, message_id)
    if found is None:
        raise UnknownMessage
    return found


async def replay(tx: Tx, message_id: UUID) -> InboundMessage:
    """Deal with it again: repeatable, since nothing has two effects. UnknownMessage; GoneMessage."""
    await get(tx, message_id)
    if not await query.replay(tx, message_id=message_id):
        raise GoneMessage
    return (await get(tx, message_id))[0]


async def replay_parked(tx: Tx, *, source_id: UUID | None) -> int:
    """Deal with every parked message again; how many."""
    return await query.replay(tx, source_id=source_id)


def _given(message: Taken, part: Part, done: Applied) -> Given:
    if done.lost:
        first = done.notes[0]
        return Given(message.message_id, message.attempts, MessageState.PARKED.value, None, first.code, first.message)
    state = MessageState.DONE if part.records else MessageState.IGNORED
    return Given(message.message_id, message.attempts, state.value)


def _parked(message: Taken, error: Exception) -> Given:
    first = told(error)[0] if isinstance(error, AppError) else _UNREADABLE
    return Given(message.message_id, message.attempts, MessageState.PARKED.value, None, first.code, first.message)


def _shown(note: Any) -> Mapping[str, str]:
    return {"pointer": note.pointer, "code": note.code, "message": note.message}

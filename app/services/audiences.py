"""Audiences: rules that choose customers, kept and asked; how many, who, and why."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.db.ids import new_id
from app.db.queries import audience_snapshots as snapshots
from app.db.queries import audiences as query
from app.db.queries import customers as customer_query
from app.db.queries.audience_compiler import Facts, Segment
from app.db.queries.audiences import Preview
from app.db.tx import StatementTimeout, Tx
from app.domain import audience_rules as rules
from app.domain import audience_words, normalize
from app.domain import audiences as domain
from app.domain.audience_rules import MAX_CONDITIONS_TOGETHER, MAX_DEPTH, Condition, Rule
from app.domain.audiences import Change, Kept, Snapshot
from app.domain.consents import Channel
from app.domain.customers import Customer
from app.domain.rfm import PROSPECT, Scores
from app.errors import Conflict, Invalid, NotFound, Unavailable, VersionMismatch
from app.services import rfm_questions, segments
from app.services.customers import UnknownCustomer

SAMPLE = 10


class UnknownAudience(NotFound):
    slug, title = "unknown-audience", "There is no such audience"


class AudienceInUse(Conflict):
    slug, title = "audience-in-use", "The rule of another audience refers to this one"


class RuleTooSlow(Unavailable):
    slug, title = "rule-too-slow", "The rule takes too long to answer"


@dataclass(frozen=True, slots=True)
class Contact:
    """Leave only those who may be contacted now for a purpose on a channel."""

    purpose: str
    channel: Channel


@dataclass(frozen=True, slots=True)
class Choice:
    """A rule with all that it refers to, and what it means at this moment; `parts` are its conditions."""

    rule: Rule
    parts: tuple[Condition, ...]
    facts: Facts

    @property
    def mark(self) -> str:
        """Tells one rule from another, whatever the time is."""
        return hashlib.sha256(repr(self.rule).encode()).hexdigest()[:32]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(map(audience_words.words, self.parts))


@dataclass(frozen=True, slots=True)
class Reason:
    """One node of a rule, for one customer. `found` is what has decided, None for all, any and not."""

    pointer: str
    text: str
    holds: bool
    found: str | None


@dataclass(frozen=True, slots=True)
class Explained:
    customer_id: UUID
    member: bool
    reasons: tuple[Reason, ...]


async def create(tx: Tx, *, name: str, rule: Any, contact: Contact | None) -> Kept:
    """Keep a rule under a name. Invalid with every mistake in it; what it refers to must be there."""
    audience_id = new_id()
    stored = await _checked(tx, rule, audience_id)
    audience = Kept(
        audience_id=audience_id,
        name=normalize.line(name, pointer="/name", max_length=200, what="name"),
        rule=stored,
        purpose=contact.purpose if contact else None,
        channel=contact.channel if contact else None,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await query.add(tx, audience)
    return audience


async def update(tx: Tx, audience_id: UUID, changes: Mapping[str, Any]) -> Kept:
    """Change name, rule or contact (None: everybody). VersionMismatch where it is being changed by somebody else."""
    before = await get(tx, audience_id)
    after = replace(before, version=before.version + 1, updated_at=tx.now)
    if "name" in changes:
        name = normalize.line(changes["name"], pointer="/name", max_length=200, what="name")
        after = replace(after, name=name)
    if "rule" in changes:
        after = replace(after, rule=await _checked(tx, changes["rule"], audience_id))
    if "contact" in changes:
        contact = changes["contact"]
        after = replace(
            after, purpose=contact.purpose if contact else None, channel=contact.channel if contact else None
        )
    if not await query.change(tx, after, expected_version=before.version):
        raise VersionMismatch("The audience is being changed by another request; read it again.")
    return after


async def get(tx: Tx, audience_id: UUID) -> Kept:
    found = (await query.get_many(tx, [audience_id])).get(audience_id)
    if found is None:
        raise UnknownAudience
    return found


async def list_page(tx: Tx, *, after: tuple[Any, ...] | None, limit: int) -> list[Kept]:
    """The newest first."""
    return await query.page(tx, after=after, limit=limit)


def page_key(audience: Kept) -> tuple[Any, ...]:
    return audience.created_at, audience.audience_id


async def delete(tx: Tx, audience_id: UUID) -> None:
    """With its snapshots. AudienceInUse while another rule refers to it."""
    if await query.referring(tx, audience_id):
        raise AudienceInUse("Change the rules that refer to it first.")
    await snapshots.forget(tx, audience_id)
    if not await query.remove(tx, audience_id):
        raise UnknownAudience


async def preview(tx: Tx, raw: Any, contact: Contact | None, *, with_plan: bool = False) -> Preview:
    """How many a rule would choose, and some of them. RuleTooSlow where the database cannot say it in time."""
    rule = domain.parse(raw, country=tx.tenant.country)
    tx.read_widely()
    with _in_time():
        choice = await _choice(tx, rule, contact)
        return await query.preview(tx, choice.rule, choice.facts, sample=SAMPLE, with_plan=with_plan)


async def choose(tx: Tx, audience_id: UUID) -> Choice:
    """What a kept audience means at this moment."""
    audience = await get(tx, audience_id)
    contact = Contact(audience.purpose, audience.channel) if audience.purpose and audience.channel else None
    rule = domain.parse(audience.rule, country=tx.tenant.country)
    return await _choice(tx, rule, contact, path=(audience_id,))


async def members(tx: Tx, audience_id: UUID, *, after: UUID | None, limit: int) -> list[Customer]:
    """Who is in at this moment, in the order of ids."""
    with _in_time():
        choice = await choose(tx, audience_id)
        found = await query.members(tx, choice.rule, choice.facts, after=after, limit=limit)
        return await customers(tx, found)


async def members_in(tx: Tx, choice: Choice, span: tuple[UUID, UUID]) -> list[UUID]:
    """The ids of the members within one of `spans`."""
    with _in_time():
        return await query.members_in(tx, choice.rule, choice.facts, span)


async def spans(tx: Tx) -> list[tuple[UUID, UUID]]:
    """Stretches of ids, each small enough for one statement."""
    return await query.spans(tx)


async def customers(tx: Tx, ids: Sequence[UUID]) -> list[Customer]:
    """These customers in this order, without those who are gone meanwhile."""
    found = {customer.customer_id: customer for customer in await customer_query.get_many(tx, ids)}
    return [found[customer_id] for customer_id in ids if customer_id in found]


async def explain(tx: Tx, audience_id: UUID, customer_id: UUID) -> Explained:
    """Why she is in, or is not: every condition, and what has decided."""
    choice = await choose(tx, audience_id)
    with _in_time():
        answers = await query.explain(tx, choice.parts, choice.facts, customer_id)
    if answers is None:
        raise UnknownCustomer
    truth = {pointer: holds for pointer, (holds, _) in answers.items()}
    reasons = []
    for node in rules.nodes(choice.rule):
        found = None
        if node.pointer in answers and not isinstance(node, rules.Every | rules.Some | rules.Not | rules.Referred):
            found = audience_words.found(node, answers[node.pointer][1], choice.facts.timezone)
        reasons.append(Reason(node.pointer, audience_words.words(node), rules.holds(node, truth), found))
    return Explained(customer_id, rules.holds(choice.rule, truth), tuple(reasons))


async def take_snapshot(tx: Tx, audience_id: UUID) -> Snapshot:
    """Keep who is in now, and tell who came and went since the last time, and why."""
    if not await query.lock(tx, audience_id):
        raise UnknownAudience
    choice = await choose(tx, audience_id)
    last = await snapshots.last_snapshot(tx, audience_id)
    snapshot_id, entered, left = new_id(), 0, 0
    with _in_time():
        async for moves in snapshots.moved(tx, audience_id, choice.rule, choice.parts, choice.facts):
            told = [_told(move, choice.mark, last) for move in moves]
            await snapshots.store_moves(tx, audience_id, snapshot_id, mark=choice.mark, moves=told)
            entered += sum(move.inside for move in moves)
            left += sum(not move.inside for move in moves)
        size = await snapshots.stored_size(tx, audience_id)
    snapshot = Snapshot(snapshot_id, choice.mark, tx.now, size, entered, left, choice.words)
    await snapshots.add_snapshot(tx, audience_id, snapshot)
    return snapshot


async def history(
    tx: Tx, audience_id: UUID, *, customer_id: UUID | None, after: tuple[Any, ...] | None, limit: int
) -> list[Change]:
    """Who came and went between snapshots, the latest first."""
    await get(tx, audience_id)
    return await snapshots.history(tx, audience_id, customer_id=customer_id, after=after, limit=limit)


def history_key(change: Change) -> tuple[Any, ...]:
    return change.at, change.snapshot_id, change.customer_id


async def index_birthdays(tx: Tx) -> int:
    """Index the birthdays of customers who were here before the index, so many at a time."""
    return await customer_query.index_birthdays(tx, limit=5_000)


def _told(move: snapshots.Moved, mark: str, last: tuple[Any, str] | None) -> tuple[snapshots.Moved, str]:
    """A move and its reason; bits of another rule say nothing beside those of this one."""
    by_this_rule = move.mark == mark
    if not move.inside:
        reason = "gone" if not move.active else "conditions" if by_this_rule else "rule_changed"
        return (move if by_this_rule else replace(move, before=None)), reason
    if last is None:
        return move, "first_snapshot"
    if last[1] != mark:
        return move, "rule_changed"
    return move, "new_customer" if move.created_at > last[0] else "conditions"


async def _checked(tx: Tx, raw: Any, audience_id: UUID) -> Mapping[str, Any]:
    """A rule as it is stored: digests in the place of identifiers, so that nothing personal is kept."""
    rule = domain.parse(raw, country=tx.tenant.country)
    await _inlined(tx, rule, (audience_id,))
    digests = {
        part.pointer: [f"{version}:{digest.hex()}" for version, digest in await query.digests(tx, part)]
        for part in rules.conditions(rule)
        if isinstance(part, rules.Identified) and part.known is None
    }
    stored: Mapping[str, Any] = domain.with_digests(raw, digests)
    return stored


async def _choice(tx: Tx, rule: Rule, contact: Contact | None, *, path: tuple[UUID, ...] = ()) -> Choice:
    rule = await _inlined(tx, rule, path)
    if contact is not None:
        limit = rules.Consented("/contactable", contact.purpose, contact.channel)
        rule = rules.Every("", (rule, limit))
    parts = tuple(rules.conditions(rule))
    return Choice(rule, parts, await _facts(tx, parts))


async def _inlined(tx: Tx, rule: Rule, path: tuple[UUID, ...]) -> Rule:
    """The rule with those of the audiences it refers to. `path`: the audiences we are inside of."""
    asked = [part for part in rules.conditions(rule) if isinstance(part, rules.InAudience)]
    if not asked:
        return rule
    known = await query.get_many(tx, list({part.audience_id for part in asked}))
    inlined: dict[str, Rule] = {}
    for part in asked:
        way = (*path, part.audience_id)
        if part.audience_id in path:
            names = " → ".join(f"aud_{one.hex}" for one in way)
            raise Invalid.at(part.pointer, "audience_circle", f"The audience refers to itself: {names}.")
        if part.audience_id not in known:
            raise Invalid.at(f"{part.pointer}/id", "unknown_audience", "There is no such audience.")
        if len(way) > MAX_DEPTH:
            raise Invalid.at(part.pointer, "too_deep", f"Audiences refer to each other at most {MAX_DEPTH} deep.")
        inner = known[part.audience_id]
        place = f"{part.pointer}/rule"
        within = await _inlined(tx, domain.parse(inner.rule, country=tx.tenant.country, pointer=place), way)
        if inner.purpose and inner.channel:
            limit = rules.Consented(f"{part.pointer}/contactable", inner.purpose, inner.channel)
            within = rules.Every(f"{part.pointer}/members", (within, limit))
        inlined[part.pointer] = rules.Referred(part.pointer, inner.audience_id, inner.name, within)
    whole = rules.replaced(rule, lambda part: inlined.get(part.pointer, part))
    if len(rules.conditions(whole)) > MAX_CONDITIONS_TOGETHER:
        message = f"With the audiences it refers to, a rule has at most {MAX_CONDITIONS_TOGETHER} conditions."
        raise Invalid.at(rule.pointer, "too_many_conditions", message)
    return whole


async def _facts(tx: Tx, parts: Sequence[Condition]) -> Facts:
    timezone = ZoneInfo(tx.tenant.timezone)
    today = tx.now.astimezone(timezone).date()
    found: dict[str, dict[str, Any]] = {"segments": {}, "digests": {}, "birthdays": {}}
    for part in parts:
        match part:
            case rules.Identified(known=None):
                found["digests"][part.pointer] = await query.digests(tx, part)
            case rules.Birthday():
                found["birthdays"][part.pointer] = await query.birthday_digests(tx, part.within_days, today)
            case rules.InSegment():
                found["segments"][part.pointer] = await _segment(tx, part)
    return Facts(tx.tenant_id, tx.now, timezone, tx.tenant.allow_imported_consent, **found)


async def _segment(tx: Tx, part: rules.InSegment) -> Segment:
    """Thresholds and codes of an RFM condition, as of now, over all orders."""
    prospects = PROSPECT in part.segments and not part.scores
    if part.segments == (PROSPECT,):
        return Segment(None, (), prospects)
    question = rfm_questions.read(tx, {"preset": part.map, "all_time": True})
    found = await segments.scoring(tx, question, _wanted(part))
    return Segment(found.cuts, found.codes, prospects)


def _wanted(part: rules.InSegment) -> Callable[[str, Scores], bool]:
    def wanted(segment: str, scores: Scores) -> bool:
        named = not part.segments or segment in part.segments
        return named and all(rules.passes(tests, getattr(scores, letter)) for letter, tests in part.scores)

    return wanted


@contextmanager
def _in_time() -> Any:
    try:
        yield
    except StatementTimeout:
        message = "The database did not answer in 5 s. Ask for a shorter time, or for fewer conditions on events."
        raise RuleTooSlow(message, retry_after=5) from None

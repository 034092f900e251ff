"""Customers as shops tell of them: the newest version counts, what is not valid is left out, and nobody is lost because
an address of hers belongs to somebody else."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.db.queries import identifiers as identifier_query
from app.db.queries import shop_objects
from app.db.tx import Tx
from app.domain.customers import Record
from app.domain.fitting import record_that_fits
from app.domain.identity import Identifier, IdentifierKind
from app.errors import AppError, FieldError, Invalid
from app.services import customers
from app.services.shop_parts import METHOD, Applied, Part, told
from app.shops.base import Merged, Person

# What she is recognised by, the strongest first.
_BY_STRENGTH: Final = ("external_ids", "document", "emails", "phones", "anonymous_ids")
_CONFLICT: Final = FieldError(
    "", "identifier_conflict", "Some of what she is recognised by belongs to another customer; the strongest counts."
)
_OBJECT: Final = "customer"


async def identify(
    tx: Tx, parts: Sequence[Part], done: Sequence[Applied], people: Sequence[tuple[int, Person]]
) -> None:
    """Create and update people, each with the index of her part; what of them is new or was left out goes to `done`."""
    fresh = await _newest(tx, parts, people)
    backfill = all(part.backfill for part in parts)
    left = await _upsert(tx, done, [(index, person.raw) for index, person in fresh], backfill=backfill)
    for index, _ in left:
        done[index].note("/customer", [_CONFLICT])
    for index, _ in await _upsert(tx, done, [(index, _strongest(raw)) for index, raw in left], backfill=backfill):
        done[index].note("/customer", [_CONFLICT], lost=True)


async def join(tx: Tx, part: Part, done: Applied, merged: Merged) -> None:
    """Two accounts of the shop are one by now. Where one of them is not known, its id is another one of the other's."""
    kept, gone = (Identifier(IdentifierKind.EXTERNAL_ID, key, part.shop.source) for key in (merged.kept, merged.gone))
    owners = await identifier_query.owners(tx, [kept, gone])
    if kept in owners and gone in owners:
        if await customers.join(tx, owners[gone], into=owners[kept], method=METHOD):
            done.customer_ids.add(owners[kept])
        return
    ids = [{"source": part.shop.source, "id": key} for key in (merged.kept, merged.gone)]
    await _upsert(tx, {0: done}, [(0, {"external_ids": ids})], backfill=part.backfill)


async def _newest(tx: Tx, parts: Sequence[Part], people: Sequence[tuple[int, Person]]) -> list[tuple[int, Person]]:
    """Those whose object has not been seen in a newer version, also within the call."""
    keys = {
        id(person): (parts[index].source_id, _OBJECT, person.object_id)
        for index, person in people
        if person.object_id is not None and person.version is not None
    }
    if not keys:
        return list(people)
    seen = await shop_objects.lock_versions(tx, list(keys.values()))
    fresh, newest = [], {}
    for index, person in people:
        key = keys.get(id(person))
        if key is not None and person.version is not None:
            if person.version < seen[key]:
                continue
            seen[key] = newest[key] = person.version
        fresh.append((index, person))
    await shop_objects.put_versions(tx, newest)
    return fresh


async def _upsert(
    tx: Tx,
    done: "Sequence[Applied] | Mapping[int, Applied]",
    given: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    backfill: bool,
) -> list[tuple[int, Mapping[str, Any]]]:
    """Those whose identifiers lead to several customers; all others are stored, or noted."""
    records: list[tuple[int, Mapping[str, Any], Record]] = []
    for index, raw in given:
        try:
            found, errors = record_that_fits(raw, today=tx.now.date(), country=tx.tenant.country)
        except Invalid as error:
            done[index].note("/customer", error.errors, lost=True)
            continue
        done[index].note("/customer", errors)
        records.append((index, raw, found))
    if not records:
        return []
    people = [found for *_, found in records]
    outcomes = await customers.upsert_many(tx, people, caller=None, method=METHOD, backfill=backfill)
    conflicts = []
    for (index, raw, _), outcome in zip(records, outcomes, strict=True):
        if isinstance(outcome, customers.IdentifierConflict):
            conflicts.append((index, raw))
        elif isinstance(outcome, AppError):
            done[index].note("/customer", told(outcome), lost=not isinstance(outcome, customers.IdentifierRequired))
        else:
            done[index].customer_ids.add(outcome.customer.customer_id)
            done[index].people += outcome.created
    return conflicts


def _strongest(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same without all but the strongest kind of what she is recognised by."""
    kept = next((name for name in _BY_STRENGTH if raw.get(name)), None)
    return {name: value for name, value in raw.items() if name == kept or name not in _BY_STRENGTH}

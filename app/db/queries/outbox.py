"""Statements about what subscribers are to be told."""

from collections.abc import Sequence
from typing import Any, cast

import orjson
from sqlalchemy import ARRAY, Boolean, DateTime, String, Uuid, bindparam, exists, func, literal, literal_column, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert

from app.db import bulk
from app.db.ids import new_id
from app.db.models.outbox import OutboxMessage as Table
from app.db.models.outbox import WebhookEndpoint
from app.db.statements import Statement
from app.db.tx import Tx

Told = tuple[str, dict[str, str]]  # type, subject: ids by name


async def add(tx: Tx, told: Sequence[Told]) -> None:
    """Write down what subscribers are to be told, with the transaction that did it; nothing where there are none."""
    if not told:
        return
    rows = [(new_id(), kind, orjson.dumps(subject).decode(), tx.now, tx.now, "waiting") for kind, subject in told]
    if tx.database.bulk != "unnest":  # a distributed database takes no INSERT … SELECT under row-level security
        if await tx.one(_ANYBODY):
            await bulk.insert(tx, cast("Any", Table.__table__), _COLUMNS, rows)
        return
    ids, kinds, subjects, *_ = zip(*rows, strict=True)
    await tx.run(_ADD, ids=list(ids), types=list(kinds), subjects=list(subjects), now=tx.now)


def has_subscribers(tenant: Any) -> Any:
    """Whether anybody would be told."""
    return exists().where(WebhookEndpoint.tenant_id == tenant, WebhookEndpoint.state == "active")


def telling(stored: Any, orders: Any) -> Any:
    """The messages about orders among the events just stored, as one more part of the statement that stores them.

    `stored` has `event_id`, `customer_id` and `type`; `orders` has `event_id`, `source_id` and `external_id`.
    Parameters: `received_at`, and `backfill`, of which nobody is told. The message has the event's own id. Not for a
    distributed database, which takes no INSERT … SELECT under row-level security.
    """
    tenant, now = bindparam("tenant_id", type_=Uuid), bindparam("received_at", type_=DateTime(timezone=True))
    subject = func.jsonb_build_object(
        "customer_id", stored.c.customer_id, "source_id", orders.c.source_id, "order_id", orders.c.external_id,
        "event_id", stored.c.event_id,
    )  # fmt: skip
    rows = (
        select(tenant, stored.c.event_id, stored.c.type, subject, now, now, literal("waiting"))
        .join_from(stored, orders, orders.c.event_id == stored.c.event_id)
        .where(
            stored.c.type.startswith("order."),
            ~bindparam("backfill", type_=Boolean),
            has_subscribers(tenant),
        )
    )
    told = pg_insert(Table).from_select(["tenant_id", *_COLUMNS], rows)
    return told.returning(literal_column("1")).cte("told")


def _add() -> Any:
    tenant, now = bindparam("tenant_id", type_=Uuid), bindparam("now", type_=DateTime(timezone=True))
    given = (
        func.unnest(
            bindparam("ids", type_=ARRAY(Uuid)),
            bindparam("types", type_=ARRAY(String)),
            bindparam("subjects", type_=ARRAY(String)),
        )
        .table_valued("id", "type", "subject")
        .render_derived(name="given")
    )
    rows = select(
        tenant, given.c.id, given.c.type, sql_cast(given.c.subject, JSONB), now, now, literal("waiting")
    ).where(has_subscribers(tenant))
    return pg_insert(Table).from_select(["tenant_id", *_COLUMNS], rows)


_COLUMNS = ("message_id", "type", "subject", "due_at", "created_at", "state")
_ADD = Statement(_add)
_ANYBODY = Statement(lambda: select(literal(1)).where(has_subscribers(bindparam("tenant_id", type_=Uuid))))

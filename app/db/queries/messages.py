"""What messages to subscribers say of customers, consents and privacy requests, read when they are sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, select

from app.db.models.consents import Consent, ConsentEvent
from app.db.models.customers import Customer
from app.db.models.shops import PrivacyRequest
from app.db.queries import consents
from app.db.statements import Statement, any_of
from app.db.tx import Tx
from app.domain.consents import Current
from app.domain.customers import Status


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is now; `heir` is whom she was merged into, in the end."""

    status: Status
    heir: UUID | None = None


async def people(tx: Tx, customer_ids: Collection[UUID]) -> dict[UUID, Person]:
    """Who these are now. A statement more for each generation of merges."""
    found: dict[UUID, Person] = {}
    wanted = set(customer_ids)
    merged: dict[UUID, UUID] = {}
    while wanted:
        rows = await tx.all(_PEOPLE, ids=list(wanted))
        for row in rows:
            found[row["customer_id"]] = Person(Status(row["status"]))
            if row["merged_into"] is not None:
                merged[row["customer_id"]] = row["merged_into"]
        wanted = set(merged.values()) - found.keys() - wanted
    for customer_id, heir in merged.items():
        while heir in merged:
            heir = merged[heir]
        # Whoever she became may have been erased since: then there is nothing to be told of either.
        if heir in found:
            found[customer_id] = Person(found[heir].status, heir)
    return found


async def decisions(tx: Tx, event_ids: Collection[UUID]) -> dict[UUID, tuple[str, str, Current]]:
    """For each decision its purpose and channel, and where the customer stands there now."""
    if not event_ids:
        return {}
    rows = await tx.all(_DECISIONS, ids=list(event_ids))
    return {row["decision_id"]: (row["purpose"], row["channel"], consents.current(row)) for row in rows}


async def privacy_requests(tx: Tx, request_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    if not request_ids:
        return {}
    rows = await tx.all(_REQUESTS, ids=list(request_ids))
    return {row["privacy_request_id"]: dict(row) for row in rows}


_PEOPLE = Statement(
    lambda: select(Customer.customer_id, Customer.status, Customer.merged_into).where(
        Customer.tenant_id == bindparam("tenant_id"), Customer.customer_id == any_of("ids", Uuid)
    )
)
_DECISIONS = Statement(
    lambda: (
        select(
            ConsentEvent.consent_event_id.label("decision_id"), ConsentEvent.purpose, ConsentEvent.channel,
            *consents.KEPT,
        )
        .join(
            Consent,
            and_(
                Consent.tenant_id == ConsentEvent.tenant_id,
                Consent.customer_id == ConsentEvent.customer_id,
                Consent.purpose == ConsentEvent.purpose,
                Consent.channel == ConsentEvent.channel,
            ),
        )
        .where(
            ConsentEvent.tenant_id == bindparam("tenant_id"), ConsentEvent.consent_event_id == any_of("ids", Uuid)
        )
    )
)  # fmt: skip
_REQUESTS = Statement(
    lambda: select(
        PrivacyRequest.privacy_request_id, PrivacyRequest.kind, PrivacyRequest.state, PrivacyRequest.received_at,
        PrivacyRequest.deadline,
    ).where(
        PrivacyRequest.tenant_id == bindparam("tenant_id"), PrivacyRequest.privacy_request_id == any_of("ids", Uuid)
    )
)  # fmt: skip

"""Privacy requests: what data subjects ask for, with the time by which it must be answered."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.db.ids import new_id
from app.db.queries import identifiers as identifier_query
from app.db.queries import privacy_requests as query
from app.db.tx import Tx
from app.domain.customers import identifier
from app.domain.identity import Identifier
from app.domain.messages import MessageType
from app.domain.privacy_requests import PrivacyRequest, RequestKind
from app.errors import Invalid
from app.services import outbox

MOST_ORDERS = 1_000


async def receive(
    tx: Tx,
    source_id: UUID,
    *,
    source: str,
    kind: RequestKind,
    told: Mapping[str, str],
    order_ids: tuple[str, ...],
    reference: str | None,
    due_days: int,
) -> PrivacyRequest | None:
    """Write down what a shop's platform asks for; None where it is there already.

    `told` is what the platform says of her (external_id, email, phone, document); it is kept sealed. Days are counted
    from now (LGPD 19, GDPR 12(3): the platforms' own terms are shorter or the same).
    """
    request = PrivacyRequest(
        privacy_request_id=new_id(),
        kind=kind,
        source_id=source_id,
        source=source,
        customer_id=await _customer(tx, source, told),
        reference=reference,
        order_ids=order_ids[:MOST_ORDERS],
        received_at=tx.now,
        deadline=tx.now + timedelta(days=due_days),
    )
    if not await query.insert(tx, request, subject=dict(told)):
        return None
    await outbox.tell(tx, MessageType.PRIVACY_REQUEST_RECEIVED, [{"privacy_request_id": request.privacy_request_id}])
    return request


async def page(tx: Tx, *, after: UUID | None, limit: int) -> list[PrivacyRequest]:
    """The newest first."""
    return await query.page(tx, after=after, limit=limit)


async def _customer(tx: Tx, source: str, told: Mapping[str, str]) -> UUID | None:
    """Whom the strongest of what is told leads to; not a document, of which platforms do not say what kind it is."""
    wanted = [found for name in ("external_id", "email", "phone") if (found := _named(tx, source, name, told))]
    owners = await identifier_query.owners(tx, wanted) if wanted else {}
    return next((owners[one] for one in wanted if one in owners), None)


def _named(tx: Tx, source: str, name: str, told: Mapping[str, str]) -> Identifier | None:
    value: Any = told.get(name)
    if not value:
        return None
    if name == "external_id":
        value = {"source": source, "id": value}
    try:
        return identifier(name, value, pointer="", country=tx.tenant.country)
    except Invalid:
        return None

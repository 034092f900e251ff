"""Routes of audiences."""

from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from app.api import render, tables
from app.api.access import TenantRoute, allow
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.problems import problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY, page
from app.api.schemas import audiences as schemas
from app.api.schemas.base import AudienceId, CustomerId
from app.api.schemas.customers import CustomerPage
from app.db.tx import Tx, in_transaction
from app.domain.api_keys import Scope
from app.domain.audiences import Change, Kept
from app.domain.consents import Channel
from app.domain.customers import Customer
from app.errors import Invalid, NotAllowed, VersionMismatch
from app.services import audiences as service
from app.services.audiences import AudienceInUse, Choice, Contact, RuleTooSlow, UnknownAudience
from app.services.customers import UnknownCustomer

router = APIRouter(prefix="/v1/audiences", tags=["audiences"], route_class=TenantRoute)
Format = Annotated[Literal["jsonl", "csv"], Query(description="JSON Lines, or CSV for a spreadsheet.")]
T = TypeVar("T")
_AT_ONCE = 500
_MEDIA_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One member a line; as text/csv for a spreadsheet.",
        "content": {
            "application/x-ndjson": {
                "schema": {
                    "type": "string",
                    "description": "Each line is one.",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": "#/components/schemas/Customer"},
                }
            }
        },
    }
}


@router.post(
    "",
    status_code=201,
    summary="Create an audience",
    response_description="Created.",
    response_model=schemas.Audience,
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.SEGMENTS_WRITE)
async def create_audience(body: schemas.AudienceCreate, call: Call) -> Any:
    """Keep a rule under a name: whoever fits it when asked is a member. Identifiers in it are kept as digests."""
    contact = _contact(body.contactable)
    return _shown(await service.create(call.tx, name=body.name, rule=body.rule, contact=contact))


@router.get("", summary="List audiences", response_description="One page.", responses=problems(*ALWAYS))
@allow(Scope.SEGMENTS_READ, reads=True)
async def list_audiences(call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None) -> schemas.AudiencePage:
    """Every audience, the newest first."""
    rows = await service.list_page(call.tx, after=call.read_cursor(cursor), limit=limit + 1)
    found = call.page(rows, limit, service.page_key)
    return schemas.AudiencePage(
        data=[schemas.Audience(**_shown(row)) for row in found["rows"]],
        has_more=found["has_more"],
        next_cursor=found["next_cursor"],
    )


@router.post(
    "/preview",
    summary="Preview an audience",
    response_description="How many, and some of them.",
    response_model=schemas.AudiencePreview,
    responses=problems(*ALWAYS, *WITH_BODY, RuleTooSlow),
)
@allow(Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ, reads=True)
async def preview_audience(
    body: schemas.AudiencePreviewRequest,
    call: Call,
    include: Annotated[
        Literal["plan"] | None, Query(description="`plan`: how the database found them; needs the scope admin.")
    ] = None,
) -> Any:
    """Try a rule before it is kept. A rule that takes longer than five seconds is refused with 503."""
    if include is not None and Scope.ADMIN not in call.caller.scopes:
        raise NotAllowed(f"The plan needs the scope {Scope.ADMIN} too.")
    contact = _contact(body.contactable)
    with call.app.state.parts.wide_gate:
        found = await service.preview(call.tx, body.rule, contact, with_plan=include is not None)
    return {"size": found.size, "sample": list(found.sample), "plan": list(found.plan) if include else None}


@router.get(
    "/{audience_id}",
    summary="Read an audience",
    response_description="The audience.",
    response_model=schemas.Audience,
    responses=problems(*ALWAYS, UnknownAudience),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_audience(audience_id: AudienceId, call: Call) -> Any:
    """Its rule and its name; how many are in is asked by a preview, or told by a snapshot."""
    return _shown(await service.get(call.tx, audience_id))


@router.patch(
    "/{audience_id}",
    summary="Change an audience",
    response_description="The audience as it is now.",
    response_model=schemas.Audience,
    responses=problems(*ALWAYS, *WITH_BODY, UnknownAudience, VersionMismatch),
)
@allow(Scope.SEGMENTS_WRITE)
async def update_audience(audience_id: AudienceId, body: schemas.AudienceUpdate, call: Call) -> Any:
    """JSON Merge Patch (RFC 7396). A rule that leads back to this audience is refused."""
    sent = body.model_fields_set
    changes: dict[str, Any] = {name: getattr(body, name) for name in ("name", "rule") if name in sent}
    for name, value in changes.items():
        if value is None:
            raise Invalid.at(f"/{name}", "required", f"An audience has a {name}.")
    if "contactable" in sent:
        changes["contact"] = _contact(body.contactable)
    return _shown(await service.update(call.tx, audience_id, changes))


@router.delete(
    "/{audience_id}",
    status_code=204,
    summary="Delete an audience",
    response_description="Deleted.",
    responses=problems(*ALWAYS, UnknownAudience, AudienceInUse),
)
@allow(Scope.SEGMENTS_WRITE)
async def delete_audience(audience_id: AudienceId, call: Call) -> None:
    """With its snapshots and their history. Refused while the rule of another audience refers to it."""
    await service.delete(call.tx, audience_id)


@router.get(
    "/{audience_id}/members",
    summary="List the members of an audience",
    response_description="One page.",
    response_model=CustomerPage,
    responses=problems(*ALWAYS, UnknownAudience, RuleTooSlow),
)
@allow(Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ, reads=True)
async def list_audience_members(
    audience_id: AudienceId, call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None
) -> Any:
    """Who is in at this moment, the oldest customer first. Personal values are masked unless the key has pii:read."""
    place = call.read_cursor(cursor)
    rows = await service.members(call.tx, audience_id, after=place[0] if place else None, limit=limit + 1)
    found = call.page(rows, limit, lambda customer: (customer.customer_id,))
    return page(found, [_customer(row, call) for row in found["rows"]])


@router.get(
    "/{audience_id}/members/{customer_id}",
    summary="Explain a member",
    response_description="Every condition, and what has decided.",
    response_model=schemas.AudienceMembership,
    responses=problems(*ALWAYS, UnknownAudience, UnknownCustomer, RuleTooSlow),
)
@allow(Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ, reads=True)
async def explain_audience_member(audience_id: AudienceId, customer_id: CustomerId, call: Call) -> Any:
    """Why she is in, or is not (LGPD art. 20, GDPR art. 22): each condition true or false, with the value behind it."""
    found = await service.explain(call.tx, audience_id, customer_id)
    return {"customer_id": found.customer_id, "member": found.member, "why": found.reasons}


@router.post(
    "/{audience_id}/snapshots",
    status_code=201,
    summary="Take a snapshot of an audience",
    response_description="Taken.",
    response_model=schemas.AudienceSnapshot,
    responses=problems(*ALWAYS, *ONCE, UnknownAudience, RuleTooSlow),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.SEGMENTS_WRITE)
async def take_audience_snapshot(audience_id: AudienceId, call: Call) -> Any:
    """Keep who is in now. The history tells who came and went since the snapshot before, and why."""
    with call.app.state.parts.wide_gate:
        found = await service.take_snapshot(call.tx, audience_id)
    return {
        "id": found.snapshot_id,
        "taken_at": found.taken_at,
        "size": found.size,
        "entered": found.entered,
        "left": found.left,
    }


@router.get(
    "/{audience_id}/history",
    summary="List who came and went",
    response_description="One page.",
    response_model=schemas.AudienceHistoryPage,
    responses=problems(*ALWAYS, UnknownAudience),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def list_audience_history(
    audience_id: AudienceId,
    call: Call,
    customer_id: Annotated[CustomerId | None, Query(description="Only this customer.")] = None,
    limit: Limit = DEFAULT_PAGE,
    cursor: Cursor = None,
) -> Any:
    """Entries and exits as the snapshots noticed them, the latest first, each with its reason."""
    after = call.read_cursor(cursor)
    rows = await service.history(call.tx, audience_id, customer_id=customer_id, after=after, limit=limit + 1)
    found = call.page(rows, limit, service.history_key)
    return {
        "data": [_change(row) for row in found["rows"]],
        "has_more": found["has_more"],
        "next_cursor": found["next_cursor"],
    }


@router.get(
    "/{audience_id}/export",
    summary="Export an audience",
    response_class=Response,
    responses={**problems(*ALWAYS, UnknownAudience, RuleTooSlow), **_FILE},
)
@allow(Scope.EXPORTS_READ, Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ, reads=True)
async def export_audience(audience_id: AudienceId, call: Call, format: Format = "jsonl") -> Any:
    """Every member at this moment, sent while it is read. Personal values are masked unless the key has pii:read."""
    choice = await service.choose(call.tx, audience_id)
    spans = await service.spans(call.tx)
    body = _lines(call, choice, spans, format)
    head = await anext(body)
    first = await anext(body, b"")  # what goes wrong at once is answered, and does not end a file in its middle
    name = f"aud_{audience_id.hex}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_with(head + first, body), media_type=_MEDIA_TYPES[format], headers=headers)


async def _lines(call: Call, choice: Choice, spans: list[Any], format: str) -> AsyncIterator[bytes]:
    """The file, some customers at a time, each time in a transaction of its own: ours ends as the answer begins, and
    whoever reads slowly holds no connection."""
    write = tables.csv_lines if format == "csv" else tables.json_lines
    yield tables.csv_head() if format == "csv" else b""
    for span in spans:
        ids = await _apart(call, partial(service.members_in, choice=choice, span=span))
        for start in range(0, len(ids), _AT_ONCE):
            rows = await _apart(call, partial(service.customers, ids=ids[start : start + _AT_ONCE]))
            yield write(_customer(row, call) for row in rows)


async def _apart(call: Call, work: Callable[[Tx], Coroutine[Any, Any, T]]) -> T:
    database, tenant = call.app.state.parts.database, call.caller.tenant
    return await in_transaction(database, tenant, work, now=datetime.now(UTC), read_only=True)


async def _with(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part


def _contact(given: schemas.AudienceContact | None) -> Contact | None:
    return None if given is None else Contact(given.purpose, Channel(given.channel))


def _customer(customer: Customer, call: Call) -> dict[str, Any]:
    return render.customer(customer, sees_personal_data=call.sees_personal_data)


def _shown(audience: Kept) -> dict[str, Any]:
    contact = {"purpose": audience.purpose, "channel": audience.channel} if audience.purpose else None
    return {
        "id": audience.audience_id,
        "name": audience.name,
        "rule": audience.rule,
        "contactable": contact,
        "version": audience.version,
        "created_at": audience.created_at,
        "updated_at": audience.updated_at,
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "snapshot_id": change.snapshot_id,
        "customer_id": change.customer_id,
        "at": change.at,
        "kind": change.kind,
        "reason": change.reason,
        "conditions": [{"text": words, "holds": holds} for words, holds in change.turned],
    }

"""Routes of customers."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from pydantic import TypeAdapter, ValidationError

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.answer_headers import header
from app.api.bodies import BATCH_LIMIT
from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.api.examples import like_the_schema
from app.api.problems import item_error, problems
from app.api.responses import ALWAYS, IDEMPOTENT, ONCE, WITH_BODY, Json, page
from app.api.schemas import customers as schemas
from app.api.schemas.base import CustomerId
from app.api.schemas.events import Order, OrderPage
from app.db.tx import Tx
from app.domain.api_keys import Scope
from app.domain.customers import Customer, Record
from app.errors import AppError, Invalid, NotAllowed, VersionMismatch
from app.services import customers as service
from app.services import orders, rfm_questions, segments, sources
from app.services.customers import IdentifierConflict, IdentifierRequired, UnknownCustomer, Upserted

router = APIRouter(prefix="/v1/customers", tags=["customers"], route_class=TenantRoute)
_ITEM: TypeAdapter[schemas.CustomerCreate] = TypeAdapter(schemas.CustomerCreate)
_WITH_ETAG: dict[str, Any] = {"headers": header("ETag")}
Include = Annotated[
    Literal["provenance"] | None, Query(description="`provenance`: also where each field's value came from.")
]


# First, because routes are tried in their order and this one is asked for most.
@router.get(
    "/{customer_id}",
    summary="Read a customer",
    response_description="The customer.",
    response_model=schemas.Customer,
    responses={**problems(*ALWAYS, UnknownCustomer), 200: _WITH_ETAG},
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def get_customer(customer_id: CustomerId, call: Call, include: Include = None) -> Any:
    """The whole record. Personal values are masked unless the key has the scope pii:read.

    The id of an anonymous visitor who turned out to be somebody known gives her; no other route follows it.
    """
    found = await service.get(call.tx, customer_id, with_provenance=include is not None)
    return Json(_shown(found, call, with_provenance=include is not None), headers={"ETag": service.etag(found)})


@router.post(
    "",
    status_code=201,
    summary="Create or update a customer",
    response_model=schemas.Customer,
    responses={
        **problems(*ALWAYS, *WITH_BODY, *ONCE, IdentifierConflict, IdentifierRequired),
        200: {"model": schemas.Customer, "description": "She was known; the record was updated.", **_WITH_ETAG},
        201: {"description": "She is new.", **_WITH_ETAG, **like_the_schema(version=1)},
    },
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.CUSTOMERS_WRITE)
async def create_customer(body: schemas.CustomerCreate, call: Call) -> Any:
    """Upsert by identifiers: an e-mail, phone, document, external or anonymous id that is known leads to that customer.

    What is sent wins, what is not sent stays, lists grow. Fifty requests for one new person make one customer. An
    anonymous visitor whose device is named together with somebody becomes her, with events, orders and consents.
    """
    record = service.read(call.tx, body.model_dump(exclude_none=True))
    upserted = await service.upsert(call.tx, record, caller=call.caller)
    return _answer(upserted.customer, call, status=201 if upserted.created else 200)


@router.post(
    "/batch",
    summary="Create or update many customers",
    response_description="What became of each.",
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
    openapi_extra=IDEMPOTENT,
)
@allow(Scope.CUSTOMERS_WRITE, body_limit=BATCH_LIMIT)
async def upsert_customers(body: schemas.CustomerBatch, call: Call) -> schemas.CustomerBatchResult:
    """Up to 1,000 customers in one transaction. An item that is refused never fails the others; the answer says why."""
    read = [_read_item(call.tx, raw, f"/customers/{index}") for index, raw in enumerate(body.customers)]
    stored = iter(
        await service.upsert_many(call.tx, [item for item in read if isinstance(item, Record)], caller=call.caller)
    )
    outcomes = [next(stored) if isinstance(item, Record) else item for item in read]
    results = [(i, o) for i, o in enumerate(outcomes) if isinstance(o, Upserted)]
    return schemas.CustomerBatchResult(
        received=len(outcomes),
        created=sum(1 for _, o in results if o.created),
        matched=sum(1 for _, o in results if not o.created),
        results=[schemas.UpsertedItem(index=i, id=o.customer.customer_id, created=o.created) for i, o in results],
        rejected=[_rejected(i, o) for i, o in enumerate(outcomes) if isinstance(o, AppError)],
    )


@router.get(
    "",
    summary="List customers",
    response_description="One page.",
    response_model=schemas.CustomerPage,
    responses=problems(*ALWAYS),
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def list_customers(call: Call, filters: Annotated[schemas.CustomerFilters, Query()]) -> Any:
    """Newest first, or by the time of the last change where `updated_since` is given (oldest change first)."""
    members = None
    if filters.segment is not None:
        if Scope.SEGMENTS_READ not in call.caller.scopes:
            raise NotAllowed(f"The filter by segment needs the scope {Scope.SEGMENTS_READ} too.")
        members = await segments.members(call.tx, rfm_questions.read(call.tx, {}), filters.segment)
    chosen = filters.chosen()
    after = call.read_cursor(filters.cursor)
    rows = await service.list_page(call.tx, chosen, after=after, limit=filters.limit + 1, members=members)
    found = call.page(rows, filters.limit, service.page_key(chosen))
    return page(found, [_shown(customer, call) for customer in found["rows"]])


@router.post(
    "/search",
    summary="Find a customer by an identifier",
    response_description="The customer, or nobody.",
    response_model=schemas.CustomerPage,
    responses=problems(*ALWAYS, *WITH_BODY),
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def search_customers(body: schemas.CustomerSearch, call: Call) -> Any:
    """By exact e-mail, phone, document, external or anonymous id: in the body, so that no URL holds personal data."""
    if body.only() is None:
        raise Invalid.at("", "exactly_one", "Give exactly one identifier.")
    found = await service.find(call.tx, body.model_dump(exclude_unset=True))
    return page({"has_more": False, "next_cursor": None}, [_shown(customer, call) for customer in found])


@router.patch(
    "/{customer_id}",
    summary="Change a customer",
    response_description="The customer as she is now.",
    response_model=schemas.Customer,
    responses={
        **problems(*ALWAYS, *WITH_BODY, UnknownCustomer, IdentifierConflict, IdentifierRequired, VersionMismatch),
        200: _WITH_ETAG,
    },
)
@allow(Scope.CUSTOMERS_WRITE)
async def update_customer(
    customer_id: CustomerId,
    body: schemas.CustomerUpdate,
    call: Call,
    if_match: Annotated[
        str | None, Header(max_length=64, description="The ETag that was read; 412 if she has changed since.")
    ] = None,
) -> Any:
    """JSON Merge Patch (RFC 7396): null removes a field, a list replaces the one stored, the rest stays."""
    version = _version(if_match)
    # The raw body: the patch of a nested object may hold nulls, which say "remove".
    patch = {name: value for name, value in call.parsed.items() if name in body.model_fields_set}
    if "registered_at" in body.model_fields_set:
        patch["registered_at"] = body.registered_at
    changed = await service.update(call.tx, customer_id, patch, expected_version=version, caller=call.caller)
    return _answer(changed, call)


@router.delete(
    "/{customer_id}",
    status_code=204,
    summary="Erase a customer",
    response_description="Erased.",
    responses=problems(*ALWAYS, UnknownCustomer),
)
@allow(Scope.PRIVACY_WRITE)
async def erase_customer(customer_id: CustomerId, call: Call) -> None:
    """Crypto-shredding (LGPD art. 18 VI, GDPR art. 17): her key is destroyed and with it everything personal, also in
    backups. Orders and events keep amounts and dates under an id that leads to nobody."""
    await service.erase(call.tx, customer_id)


@router.get(
    "/{customer_id}/orders",
    summary="List a customer's orders",
    response_description="One page.",
    responses=problems(*ALWAYS, UnknownCustomer),
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def list_customer_orders(
    customer_id: CustomerId, call: Call, limit: Limit = DEFAULT_PAGE, cursor: Cursor = None
) -> OrderPage:
    """Newest first, with items and refunds."""
    rows = await orders.list_for_customer(call.tx, customer_id, before=call.read_cursor(cursor), limit=limit + 1)
    found = call.page(rows, limit, orders.page_key)
    slugs = await sources.slugs(call.tx, {row.source_id for row in found["rows"]})
    return OrderPage(
        data=[Order(**render.order(row, source=slugs[row.source_id])) for row in found["rows"]],
        has_more=found["has_more"],
        next_cursor=found["next_cursor"],
    )


def _answer(customer: Customer, call: Call, *, status: int = 200) -> Json:
    call.state.answer_about = customer.customer_id
    return Json(_shown(customer, call), status, {"ETag": service.etag(customer)})


def _shown(customer: Customer, call: Call, *, with_provenance: bool = False) -> dict[str, Any]:
    return render.customer(customer, sees_personal_data=call.sees_personal_data, with_provenance=with_provenance)


def _read_item(tx: Tx, raw: dict[str, Any], pointer: str) -> Record | AppError:
    try:
        return service.read(tx, _ITEM.validate_python(raw).model_dump(exclude_none=True), pointer=pointer)
    except ValidationError as error:
        return item_error(error, raw, pointer)
    except AppError as error:
        return error


def _rejected(index: int, error: AppError) -> schemas.RejectedItem:
    if error.errors:
        first = error.errors[0]
        place = first.pointer or f"/customers/{index}"
        return schemas.RejectedItem(index=index, code=first.code, message=first.message, pointer=place)
    code = error.slug.replace("-", "_")
    return schemas.RejectedItem(index=index, code=code, message=error.detail, pointer=f"/customers/{index}")


def _version(if_match: str | None) -> int | None:
    """The version that an ETag of ours names; one that cannot be ours has certainly changed."""
    if if_match is None or if_match.strip() == "*":
        return None
    # If-Match compares strongly (RFC 9110 section 13.1.1): a weak validator never matches.
    tag = if_match.strip().strip('"')
    if not tag.isdecimal() or len(tag) > 10:
        raise VersionMismatch("If-Match takes the ETag of an answer, as it is.")
    return int(tag)

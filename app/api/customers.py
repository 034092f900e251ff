"""Routes of customers."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import TypeAdapter, ValidationError

from app.api import render
from app.api.access import TenantRoute, allow
from app.api.bodies import BATCH_LIMIT
from app.api.deps import CallerDep, CursorsDep, TxDep
from app.api.problems import problems, validation_errors
from app.api.responses import ALWAYS, ONCE, WITH_BODY
from app.api.schemas import customers as schemas
from app.api.schemas.base import CustomerId
from app.domain.api_keys import Caller, Scope
from app.domain.customers import Customer, Record
from app.errors import AppError, FieldError, Invalid, NotAllowed, VersionMismatch
from app.services import customers as service
from app.services import segments
from app.services.customers import IdentifierConflict, IdentifierRequired, UnknownCustomer, Upserted

router = APIRouter(prefix="/v1/customers", tags=["customers"], route_class=TenantRoute)
_ITEM: TypeAdapter[schemas.CustomerCreate] = TypeAdapter(schemas.CustomerCreate)
_WITH_ETAG: dict[str, Any] = {
    "headers": {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
}
Include = Annotated[
    Literal["provenance"] | None, Query(description="`provenance`: also where each field's value came from.")
]


@router.post(
    "",
    status_code=201,
    summary="Create or update a customer",
    response_model=schemas.Customer,
    responses={
        **problems(*ALWAYS, *WITH_BODY, *ONCE, IdentifierConflict, IdentifierRequired),
        200: {"model": schemas.Customer, "description": "She was known; the record was updated."},
        201: _WITH_ETAG,
    },
)
@allow(Scope.CUSTOMERS_WRITE)
async def create_customer(
    body: schemas.CustomerCreate, tx: TxDep, caller: CallerDep, request: Request, response: Response
) -> Any:
    """Upsert by identifiers: an e-mail, phone, document, external or anonymous id that is known leads to that customer.

    What is sent wins, what is not sent stays, lists grow. Fifty requests for one new person make one customer.
    """
    upserted = await service.upsert(tx, service.read(tx, body.model_dump(exclude_none=True)), caller=caller)
    response.status_code = 201 if upserted.created else 200
    return _answer(upserted.customer, caller, request, response)


@router.post(
    "/batch",
    summary="Create or update many customers",
    responses=problems(*ALWAYS, *WITH_BODY, *ONCE),
)
@allow(Scope.CUSTOMERS_WRITE, body_limit=BATCH_LIMIT)
async def upsert_customers(body: schemas.CustomerBatch, tx: TxDep, caller: CallerDep) -> schemas.CustomerBatchResult:
    """Up to 1,000 customers in one transaction. An item that is refused never fails the others; the answer says why."""
    read = [_read_item(tx, raw, f"/customers/{index}") for index, raw in enumerate(body.customers)]
    stored = iter(await service.upsert_many(tx, [item for item in read if isinstance(item, Record)], caller=caller))
    outcomes = [next(stored) if isinstance(item, Record) else item for item in read]
    results = [(i, o) for i, o in enumerate(outcomes) if isinstance(o, Upserted)]
    return schemas.CustomerBatchResult(
        received=len(outcomes),
        created=sum(1 for _, o in results if o.created),
        matched=sum(1 for _, o in results if not o.created),
        results=[schemas.UpsertedItem(index=i, id=o.customer.customer_id, created=o.created) for i, o in results],
        rejected=[_rejected(i, o) for i, o in enumerate(outcomes) if isinstance(o, AppError)],
    )


@router.get("", summary="List customers", responses=problems(*ALWAYS))
@allow(Scope.CUSTOMERS_READ, reads=True)
async def list_customers(
    tx: TxDep,
    caller: CallerDep,
    cursors: CursorsDep,
    filters: Annotated[schemas.CustomerFilters, Query()],
) -> schemas.CustomerPage:
    """Newest first, or by the time of the last change where `updated_since` is given (oldest change first)."""
    members = None
    if filters.segment is not None:
        if Scope.SEGMENTS_READ not in caller.scopes:
            raise NotAllowed(f"The filter by segment needs the scope {Scope.SEGMENTS_READ} too.")
        members = await segments.members(tx, segments.read(tx, {}), filters.segment)
    after = cursors.read(filters.cursor)
    page = await service.list_page(tx, filters.chosen(), after=after, limit=filters.limit + 1, members=members)
    shown = cursors.page(page, filters.limit, service.page_key(filters.chosen()))
    return schemas.CustomerPage(
        data=[_shown(customer, caller) for customer in shown["rows"]],
        has_more=shown["has_more"],
        next_cursor=shown["next_cursor"],
    )


@router.post("/search", summary="Find a customer by an identifier", responses=problems(*ALWAYS, *WITH_BODY))
@allow(Scope.CUSTOMERS_READ, reads=True)
async def search_customers(body: schemas.CustomerSearch, tx: TxDep, caller: CallerDep) -> schemas.CustomerPage:
    """By exact e-mail, phone, document, external or anonymous id: in the body, so that no URL holds personal data."""
    given = body.model_dump(exclude_none=True)
    if len(given) != 1:
        raise Invalid.at("", "exactly_one", "Give exactly one identifier.")
    found = await service.find(tx, given)
    return schemas.CustomerPage(data=[_shown(c, caller) for c in found], has_more=False, next_cursor=None)


@router.get(
    "/{customer_id}",
    summary="Read a customer",
    response_model=schemas.Customer,
    responses={**problems(*ALWAYS, UnknownCustomer), 200: _WITH_ETAG},
)
@allow(Scope.CUSTOMERS_READ, reads=True)
async def get_customer(
    customer_id: CustomerId, tx: TxDep, caller: CallerDep, response: Response, include: Include = None
) -> Any:
    """The whole record. Personal values are masked unless the key has the scope pii:read."""
    found = await service.get(tx, customer_id)
    response.headers["ETag"] = service.etag(found)
    return _shown(found, caller, with_provenance=include is not None)


@router.patch(
    "/{customer_id}",
    summary="Change a customer",
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
    tx: TxDep,
    caller: CallerDep,
    request: Request,
    response: Response,
    if_match: Annotated[
        str | None, Header(max_length=64, description="The ETag that was read; 412 if she has changed since.")
    ] = None,
) -> Any:
    """JSON Merge Patch (RFC 7396): null removes a field, a list replaces the one stored, the rest stays."""
    version = _version(if_match)
    # The raw body: the patch of a nested object may hold nulls, which say "remove".
    patch = {name: value for name, value in (await request.json()).items() if name in body.model_fields_set}
    if "registered_at" in body.model_fields_set:
        patch["registered_at"] = body.registered_at
    changed = await service.update(tx, customer_id, patch, expected_version=version, caller=caller)
    return _answer(changed, caller, request, response)


@router.delete(
    "/{customer_id}", status_code=204, summary="Erase a customer", responses=problems(*ALWAYS, UnknownCustomer)
)
@allow(Scope.PRIVACY_WRITE)
async def erase_customer(customer_id: CustomerId, tx: TxDep) -> None:
    """Crypto-shredding (LGPD art. 18 VI, GDPR art. 17): her key is destroyed and with it everything personal, also in
    backups. Orders and events keep amounts and dates under an id that leads to nobody."""
    await service.erase(tx, customer_id)


def _answer(customer: Customer, caller: Caller, request: Request, response: Response) -> dict[str, Any]:
    response.headers["ETag"] = service.etag(customer)
    request.state.answer_about = customer.customer_id
    return _shown(customer, caller)


def _shown(customer: Customer, caller: Caller, *, with_provenance: bool = False) -> dict[str, Any]:
    return render.customer(customer, sees_personal_data=caller.sees_personal_data, with_provenance=with_provenance)


def _read_item(tx: TxDep, raw: dict[str, Any], pointer: str) -> Record | AppError:
    try:
        return service.read(tx, _ITEM.validate_python(raw).model_dump(exclude_none=True), pointer=pointer)
    except ValidationError as error:
        found = validation_errors([{**e, "loc": ("body", *e["loc"])} for e in error.errors(include_url=False)], raw)
        return Invalid(errors=tuple(FieldError(pointer + e.pointer, e.code, e.message) for e in found))
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
    tag = if_match.strip().removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > 10:
        raise VersionMismatch("If-Match takes the ETag of an answer, as it is.")
    return int(tag)

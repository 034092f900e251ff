"""Routes of RFM."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.api import pictures, render
from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.pictures import Svg
from app.api.problems import problems
from app.api.responses import ALWAYS, Json, page
from app.api.schemas import segments as schemas
from app.api.schemas.base import CustomerId, amount_text
from app.api.schemas.customers import CustomerPage
from app.api.schemas.statistics import RfmPictureQuery
from app.domain.api_keys import Scope
from app.domain.codes import smallest_amount
from app.domain.customers import Filters
from app.domain.rfm_steps import Step, StepKind
from app.services import customers as customer_service
from app.services import segments as service
from app.services.customers import UnknownCustomer
from app.services.segments import Explained, Summary, Tally

router = APIRouter(prefix="/v1", tags=["segments"], route_class=TenantRoute)


@router.get(
    "/customers/{customer_id}/rfm",
    summary="Read a customer's RFM",
    response_description="Her scores, and why.",
    response_model=schemas.CustomerRfm,
    responses=problems(*ALWAYS, UnknownCustomer),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_customer_rfm(customer_id: CustomerId, call: Call, asked: Annotated[schemas.RfmQuery, Query()]) -> Any:
    """Raw values, scores, segment, thresholds, and what would move her up.

    Her own values are of this moment; the thresholds are at most a minute old, and say how old.
    """
    question = service.read(call.tx, asked.model_dump(exclude_none=True))
    return Json(_explained(await service.explain(call.tx, customer_id, question), call.tx.tenant.currency))


@router.get(
    "/segments/rfm",
    summary="Summarize segments",
    response_description="Segments, matrix and thresholds.",
    response_model=schemas.RfmSummary,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_summary(call: Call, asked: Annotated[schemas.RfmQuery, Query()]) -> Any:
    """How many customers are in each segment and what they bring, the matrix of recency and frequency, the thresholds.

    Customers who were erased count: their orders are kept under an id that leads to nobody.
    """
    question = service.read(call.tx, asked.model_dump(exclude_none=True))
    return _summary(await service.summarize(call.tx, question), call.tx.tenant.currency)


@router.get(
    "/segments/rfm/matrix.svg",
    summary="Draw the RFM matrix",
    response_description="The picture.",
    response_class=Svg,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_matrix_svg(call: Call, asked: Annotated[RfmPictureQuery, Query()]) -> Any:
    """Recency by frequency with the customers of every cell, and the segments; its figures are in it as text too."""
    question = service.read(call.tx, asked.model_dump(exclude_none=True, exclude={"lang", "theme"}))
    found = await service.summarize(call.tx, question)
    return pictures.matrix(found, call.tx.tenant.currency, pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/segments/rfm/{segment}/customers",
    summary="List the customers of a segment",
    response_description="One page.",
    response_model=CustomerPage,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ, reads=True)
async def list_segment_customers(
    segment: Annotated[str, Path(max_length=64, description="A segment of the map, or `prospect`.")],
    call: Call,
    asked: Annotated[schemas.SegmentMembersQuery, Query()],
) -> Any:
    """Who is in a segment, the newest customer first. Needs the scope customers:read too."""
    question = service.read(call.tx, asked.model_dump(exclude_none=True))
    members = await service.members(call.tx, question, segment)
    after = call.read_cursor(asked.cursor)
    rows = await customer_service.list_page(call.tx, Filters(), after=after, limit=asked.limit + 1, members=members)
    found = call.page(rows, asked.limit, customer_service.page_key(Filters()))
    return page(found, [render.customer(row, sees_personal_data=call.sees_personal_data) for row in found["rows"]])


def _explained(found: Explained, currency: str) -> dict[str, Any]:
    buyer, scores, fall = found.buyer, found.scores, found.fall
    return {
        **render.rfm_basis(found.yardstick),
        "customer_id": f"cus_{found.customer_id.hex}",
        "r": {"days": buyer.days, "score": scores.r} if buyer and scores else None,
        "f": {"orders": buyer.orders, "score": scores.f} if buyer and scores else None,
        "m": {"net": _money(buyer.net, currency), "score": scores.m} if buyer and scores else None,
        "code": scores.code if scores else None,
        "segment": found.segment,
        "next": [_step(step, currency) for step in found.steps],
        "losing_in_days": fall.in_days if fall else None,
        "falls_to": {"code": fall.code, "segment": fall.segment} if fall else None,
        "without_rate": found.without_rate,
    }


def _summary(found: Summary, currency: str) -> dict[str, Any]:
    everyone = found.everyone
    return {
        **render.rfm_basis(found.yardstick),
        "segments": [_segment(name, tally, everyone, currency) for name, tally in found.segments.items()],
        "matrix": [
            {"r": r, "f": f, "customers": tally.customers, "net": _money(tally.net, currency)}
            for (r, f), tally in found.cells.items()
        ],
        "orders": everyone.orders,
        "net": _money(everyone.net, currency),
        "prospects": found.prospects,
        "without_rate": found.without_rate,
    }


def _segment(name: str, tally: Tally, everyone: Tally, currency: str) -> dict[str, Any]:
    count = tally.customers
    average = (tally.net / count).quantize(smallest_amount(currency), ROUND_HALF_UP) if count else None
    return {
        "segment": name,
        "customers": count,
        "customer_share": round(count / everyone.customers, 6) if everyone.customers else None,
        "orders": tally.orders,
        "net": _money(tally.net, currency),
        "revenue_share": round(float(tally.net / everyone.net), 6) if everyone.net else None,
        "average_net": _money(average, currency) if average is not None else None,
        "average_orders": round(tally.orders / count, 2) if count else None,
    }


def _step(step: Step, currency: str) -> dict[str, Any]:
    return {
        "kind": step.kind.value,
        "orders": step.orders,
        "net": _money(step.net, currency),
        "net_at_least": _money(step.net_at_least, currency),
        "within_days": step.within_days,
        "code": step.code,
        "segment": step.segment,
        "text": _sentence(step, currency),
    }


def _sentence(step: Step, currency: str) -> str:
    """As in "2 more orders of at least 40.00 BRL together within 12 days → loyal"."""
    words = [f"{step.orders} more {'order' if step.orders == 1 else 'orders'}"]
    if step.net_at_least:
        words.append(f"of at least {step.net_at_least:f} {currency}{'' if step.orders == 1 else ' together'}")
    if step.within_days is not None:
        words.append("today" if step.within_days == 0 else f"within {step.within_days} days")
    stays = "stays " if step.kind is StepKind.KEEP else ""
    return f"{' '.join(words)} → {stays}{step.segment}"


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"amount": amount_text(amount), "currency": currency}

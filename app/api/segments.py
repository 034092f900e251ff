"""Routes of RFM."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from app.api import pictures, render, rfm_answers
from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.pictures import DRAWN, Svg
from app.api.problems import problems
from app.api.responses import ALWAYS, WITH_BODY, Json, page
from app.api.schemas import rfm_settings as settings_schemas
from app.api.schemas import segments as schemas
from app.api.schemas.base import CustomerId
from app.api.schemas.customers import CustomerPage
from app.api.schemas.statistics import RfmMigrationPictureQuery, RfmPictureQuery
from app.domain import rfm_settings
from app.domain.api_keys import Scope
from app.domain.customers import Filters
from app.services import customers as customer_service
from app.services import rfm_questions
from app.services import segments as service
from app.services.customers import UnknownCustomer

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

    Her own values are of this moment; the thresholds are at most a minute old, and say how old. Who has opted out of
    profiling (LGPD 20, GDPR 21) is answered with nulls.
    """
    question = rfm_questions.read(call.tx, asked.given())
    return Json(rfm_answers.explained(await service.explain(call.tx, customer_id, question), call.tx.tenant))


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
    question = rfm_questions.read(call.tx, asked.given())
    return rfm_answers.summary(await service.summarize(call.tx, question), call.tx.tenant)


@router.get(
    "/segments/rfm/migration",
    summary="Tell who moved between two dates",
    response_description="Who moved from which segment to which.",
    response_model=schemas.RfmMigration,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_migration(call: Call, asked: Annotated[schemas.RfmMigrationQuery, Query()]) -> Any:
    """How many customers were in which segment then, and in which later, by the same method, map and window at both.

    Each moment has its own thresholds, as it would have been answered then. `prospect` stands for having no counted
    order; who had none at either moment is not counted.
    """
    before, after = rfm_questions.read_both(call.tx, asked.given())
    return rfm_answers.migration(await service.migrate(call.tx, before, after), call.tx.tenant)


@router.get(
    "/segments/rfm/settings",
    summary="Read the settings of RFM",
    response_description="The settings.",
    response_model=settings_schemas.RfmSettings,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_settings(call: Call) -> Any:
    """What every question about RFM is answered by where it does not say otherwise."""
    return rfm_answers.settings(call.tx.tenant)


@router.put(
    "/segments/rfm/settings",
    summary="Set the settings of RFM",
    response_description="The settings as they are now.",
    response_model=settings_schemas.RfmSettings,
    responses=problems(*ALWAYS, *WITH_BODY),
)
@allow(Scope.ADMIN)
async def set_rfm_settings(body: settings_schemas.RfmSettingsSet, call: Call) -> Any:
    """All of them: what is left out is the default again. Every process knows them within a second."""
    settings = rfm_settings.settings(body.model_dump(exclude_none=True))
    await service.configure(call.tx, settings)
    return rfm_answers.settings(replace(call.tx.tenant, rfm=settings))


@router.get(
    "/segments/rfm/migration.svg",
    summary="Draw who moved between two dates",
    response_description="The picture.",
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_migration_svg(call: Call, asked: Annotated[RfmMigrationPictureQuery, Query()]) -> Any:
    """The same as SVG, with its figures as text for who cannot see it."""
    before, after = rfm_questions.read_both(call.tx, asked.given())
    found = await service.migrate(call.tx, before, after)
    return pictures.migration(found, pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/segments/rfm/matrix.svg",
    summary="Draw the RFM matrix",
    response_description="The picture.",
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_rfm_matrix_svg(call: Call, asked: Annotated[RfmPictureQuery, Query()]) -> Any:
    """Recency by frequency with the customers of every cell, and the segments; its figures are in it as text too."""
    question = rfm_questions.read(call.tx, asked.given())
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
    question = rfm_questions.read(call.tx, asked.given())
    members = await service.members(call.tx, question, segment)
    after = call.read_cursor(asked.cursor)
    rows = await customer_service.list_page(call.tx, Filters(), after=after, limit=asked.limit + 1, members=members)
    found = call.page(rows, asked.limit, customer_service.page_key(Filters()))
    return page(found, [render.customer(row, sees_personal_data=call.sees_personal_data) for row in found["rows"]])

"""Routes of statistics: figures as JSON, and four of them as pictures."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api import pictures, rfm_answers
from app.api.access import TenantRoute, allow
from app.api.call import Call
from app.api.pictures import DRAWN, Svg
from app.api.problems import problems
from app.api.responses import ALWAYS
from app.api.schemas import statistics as schemas
from app.api.schemas.segments import RfmQuery
from app.domain.api_keys import Scope
from app.domain.orders import amount_text
from app.domain.periods import Interval, Period, Periods
from app.services import rfm_questions
from app.services import segments as segment_service
from app.services import statistics as service
from app.services.statistics import Cohort, Consents, Growth, Repeat

router = APIRouter(prefix="/v1/statistics", tags=["statistics"], route_class=TenantRoute)
PICTURE = "The picture."


@router.get(
    "/growth",
    summary="Growth of the base",
    response_description="Every period.",
    response_model=schemas.Growth,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_growth(call: Call, asked: Annotated[schemas.IntervalQuery, Query()]) -> Any:
    """Who came, who bought for the first time and who was erased in each period, and how many were there at its end."""
    periods = service.read(call.tx, asked.since, asked.until, asked.interval)
    grown = await service.growth(call.tx, periods)
    return {**_basis(periods), "periods": [_growth(one) for one in grown]}


@router.get(
    "/growth.svg",
    summary="Draw the growth of the base",
    response_description=PICTURE,
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_growth_svg(call: Call, asked: Annotated[schemas.IntervalPictureQuery, Query()]) -> Any:
    """The same as SVG, with its figures as text for who cannot see it."""
    periods = service.read(call.tx, asked.since, asked.until, asked.interval)
    grown = await service.growth(call.tx, periods)
    return pictures.growth(grown, periods, pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/sources",
    summary="Where customers and orders come from",
    response_description="Every source.",
    response_model=schemas.SourceStatisticsList,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_source_statistics(call: Call, asked: Annotated[schemas.PeriodQuery, Query()]) -> Any:
    """For each source the customers it knows now, and the orders placed there in these days."""
    periods = service.read(call.tx, asked.since, asked.until, Interval.YEAR)
    found = await service.sources(call.tx, periods)
    currency = call.tx.tenant.currency
    data = [{**one._asdict(), "id": f"src_{one.source_id.hex}", "net": _money(one.net, currency)} for one in found]
    return {**_span(Period(periods.since, periods.until)), "data": data}


@router.get(
    "/consents",
    summary="Consents by channel",
    response_description="Every purpose and channel.",
    response_model=schemas.ConsentStatisticsList,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_consent_statistics(call: Call) -> Any:
    """How many active customers have said what, as of now. May a person be contacted? That is `POST
    /v1/consents/check`, which looks at addresses too."""
    return {"data": [_consents(one) for one in await service.consents(call.tx)]}


@router.get(
    "/consents.svg",
    summary="Draw consents by channel",
    response_description=PICTURE,
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_consent_statistics_svg(call: Call, asked: Annotated[schemas.LookQuery, Query()]) -> Any:
    """The same as SVG, with its figures as text for who cannot see it."""
    found = await service.consents(call.tx)
    return pictures.consents(found, pictures.today(call), pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/retention",
    summary="Retention by month of the first order",
    response_description="Every cohort.",
    response_model=schemas.Retention,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_retention(call: Call, asked: Annotated[schemas.PeriodQuery, Query()]) -> Any:
    """Of those whose first order was in one month, how many bought in each month after it. At most 36 months."""
    periods = service.read(call.tx, asked.since, asked.until, most=service.MOST_COHORTS)
    found = await service.retention(call.tx, periods)
    return {"timezone": str(periods.timezone), "cohorts": [_cohort(one) for one in found]}


@router.get(
    "/retention.svg",
    summary="Draw retention",
    response_description=PICTURE,
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_retention_svg(call: Call, asked: Annotated[schemas.PeriodPictureQuery, Query()]) -> Any:
    """The same as SVG, with its figures as text for who cannot see it. At most 25 months."""
    periods = service.read(call.tx, asked.since, asked.until, most=pictures.MOST_COHORTS)
    found = await service.retention(call.tx, periods)
    return pictures.retention(found, pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/repeat-rate",
    summary="How many buy again",
    response_description="All days, and every period.",
    response_model=schemas.RepeatRate,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_repeat_rate(call: Call, asked: Annotated[schemas.IntervalQuery, Query()]) -> Any:
    """Of those who bought in a period, how many had bought before it or bought more than once in it."""
    periods = service.read(call.tx, asked.since, asked.until, asked.interval)
    total, each = await service.repeat_rate(call.tx, periods)
    return {**_basis(periods), "total": _repeat(total), "periods": [_repeat(one) for one in each]}


@router.get(
    "/revenue-by-segment",
    summary="Revenue by segment",
    response_description="Every segment.",
    response_model=schemas.RevenueBySegment,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_revenue_by_segment(call: Call, asked: Annotated[RfmQuery, Query()]) -> Any:
    """What each RFM segment brings: over all time or a window, as of now or then."""
    question = rfm_questions.read(call.tx, asked.given())
    found = await segment_service.summarize(call.tx, question)
    currency = call.tx.tenant.currency
    segments = [
        {
            "segment": name,
            "customers": tally.customers,
            "orders": tally.orders,
            "net": _money(tally.net, currency),
            "share": _share(tally.net, found.total.net),
        }
        for name, tally in found.segments.items()
    ]
    return {
        **rfm_answers.basis(found.yardstick, call.tx.tenant),
        "segments": segments,
        "opted_out": _money(found.opted_out.net, currency),
        "net": _money(found.total.net, currency),
        "without_rate": found.without_rate,
    }


@router.get(
    "/revenue-by-segment.svg",
    summary="Draw revenue by segment",
    response_description=PICTURE,
    response_class=Svg,
    responses={**problems(*ALWAYS), **DRAWN},
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_revenue_by_segment_svg(call: Call, asked: Annotated[schemas.RfmPictureQuery, Query()]) -> Any:
    """The same as SVG, with its figures as text for who cannot see it."""
    question = rfm_questions.read(call.tx, asked.given())
    found = await segment_service.summarize(call.tx, question)
    return pictures.revenue(found, call.tx.tenant.currency, pictures.look(call, asked.lang, asked.theme))


@router.get(
    "/campaigns",
    summary="Results of campaigns",
    response_description="The campaigns with the most messages.",
    response_model=schemas.CampaignStatisticsList,
    responses=problems(*ALWAYS),
)
@allow(Scope.SEGMENTS_READ, reads=True)
async def get_campaigns(call: Call, asked: Annotated[schemas.PeriodQuery, Query()]) -> Any:
    """What the mailers told of their messages in these days (events message.*), by their property `campaign`."""
    periods = service.read(call.tx, asked.since, asked.until, Interval.YEAR)
    found, has_more = await service.campaigns(call.tx, periods)
    data = [one._asdict() for one in found]
    return {**_span(Period(periods.since, periods.until)), "data": data, "has_more": has_more}


def _basis(periods: Periods) -> dict[str, Any]:
    return {"timezone": str(periods.timezone), "interval": periods.interval.value}


def _span(period: Period) -> dict[str, Any]:
    return {"begins": period.begins, "ends": period.ends}


def _growth(one: Growth) -> dict[str, Any]:
    return {
        **_span(one.period),
        "new_customers": one.new_customers,
        "first_orders": one.first_orders,
        "erased": one.erased,
        "customers": one.customers,
    }


def _consents(one: Consents) -> dict[str, Any]:
    counts = {"given": one.given, "waiting": one.waiting, "no": one.no, "ended": one.ended}
    share = _share(one.given, sum(counts.values()))
    return {"purpose": one.purpose, "channel": one.channel, **counts, "given_share": share}


def _cohort(one: Cohort) -> dict[str, Any]:
    months = [
        {"month": month, "customers": count, "share": _share(count, one.customers)}
        for month, count in enumerate(one.bought)
    ]
    return {**_span(one.period), "customers": one.customers, "months": months, "under_way": one.under_way}


def _repeat(one: Repeat) -> dict[str, Any]:
    return {
        **_span(one.period),
        "buyers": one.buyers,
        "repeat_buyers": one.repeat_buyers,
        "orders": one.orders,
        "repeat_rate": _share(one.repeat_buyers, one.buyers),
    }


def _share(part: int | Decimal, whole: int | Decimal) -> float | None:
    return round(float(part / whole), 6) if whole else None


def _money(amount: Decimal, currency: str) -> dict[str, Any]:
    return {"amount": amount_text(amount), "currency": currency}

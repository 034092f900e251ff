"""Requests and answers of statistics, and how pictures are asked for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas.base import Day, Input, Money, Output, SourceId
from app.api.schemas.segments import RfmBasis, RfmMigrationQuery, RfmQuery
from app.api.schemas.tenants import SourceKind

StatisticsInterval = TypeAliasType(
    "StatisticsInterval",
    Annotated[Literal["day", "week", "month", "year"], Field(description="How days are put together.")],
)
PictureLanguage = TypeAliasType(
    "PictureLanguage", Annotated[Literal["en", "es", "pt-BR"], Field(description="A language of pictures.")]
)
PictureTheme = TypeAliasType(
    "PictureTheme",
    Annotated[Literal["auto", "light", "dark"], Field(description="`auto` follows the reader's system.")],
)
_NET = {"amount": "51230.00", "currency": "BRL"}
Count = Annotated[int, Field(ge=0, examples=[120])]
Rate = Annotated[float | None, Field(description="A share of 1; null where there is nobody.", examples=[0.273])]
_FIRST = Field(None, alias="from", description="The first day, in the tenant's time zone.", examples=["2026-01-01"])


class PeriodQuery(Input):
    """Which days. Without any of it: the last twelve months and this one."""

    since: Day | None = _FIRST
    until: Day | None = Field(
        None, alias="to", description="The last day, itself included; today.", examples=["2026-11-25"]
    )


class IntervalQuery(PeriodQuery):
    """Which days, and how they are put together; at most 400 periods."""

    interval: StatisticsInterval = Field(
        "month", description="Weeks begin on Monday. The first and the last period may be cut.", examples=["month"]
    )


class LookQuery(Input):
    """For whom a picture is drawn."""

    lang: PictureLanguage | None = Field(
        None, description="Its language; without it the best of Accept-Language, else English.", examples=["pt-BR"]
    )
    theme: PictureTheme = Field("auto", description="Light, dark, or as the reader's system.", examples=["auto"])


class IntervalPictureQuery(IntervalQuery, LookQuery):
    """Which periods, and for whom."""


class PeriodPictureQuery(PeriodQuery, LookQuery):
    """Which days, and for whom."""


class RfmPictureQuery(RfmQuery, LookQuery):
    """What RFM is asked with, and for whom."""


class RfmMigrationPictureQuery(RfmMigrationQuery, LookQuery):
    """Two moments, what RFM is asked with at both, and for whom."""


class Span(Output):
    """Some days."""

    begins: date = Field(description="The first day.", examples=["2026-11-01"])
    ends: date = Field(description="The last day.", examples=["2026-11-30"])


class GrowthPeriod(Span):
    """One period of the base."""

    new_customers: Count = Field(
        description="Registered in it; where nobody said when, first known in it.", examples=[120]
    )
    first_orders: Count = Field(description="Customers whose first counted order was placed in it.", examples=[84])
    erased: Count = Field(description="Customers erased in it.", examples=[2])
    customers: Count = Field(description="Customers at its end.", examples=[1234])


class Growth(Output):
    """The base over time."""

    timezone: str = Field(description="Whose days these are.", examples=["America/Sao_Paulo"])
    interval: StatisticsInterval = Field(description="As asked for.", examples=["month"])
    periods: list[GrowthPeriod] = Field(description="In the order of time.")


class SourceStatistics(Output):
    """One source: whom it knows, and what was bought there."""

    id: SourceId
    slug: str = Field(description="Its short name.", examples=["main-shop"])
    kind: SourceKind = Field(description="What it is.", examples=["shop"])
    name: str = Field(description="Its name for people.", examples=["Main shop"])
    customers: Count = Field(description="Customers it knows now; some are known to several.", examples=[1034])
    orders: Count = Field(description="Counted orders placed in these days.", examples=[412])
    net: Money = Field(description="Their net in the reporting currency.", examples=[_NET])
    without_rate: Count = Field(description="Orders left out of `net`: no rate for their currency.", examples=[0])


class SourceStatisticsList(Span):
    """Every source."""

    data: list[SourceStatistics] = Field(description="In alphabetical order.")


class ConsentStatistics(Output):
    """Active customers with a decision for one purpose and channel, by what it amounts to now."""

    purpose: str = Field(description="The purpose.", examples=["marketing"])
    channel: str = Field(description="The channel.", examples=["email"])
    given: Count = Field(description="Consent given and valid.", examples=[650])
    waiting: Count = Field(description="Asked, or not yet confirmed.", examples=[40])
    no: Count = Field(description="Refused, withdrawn or objected.", examples=[270])
    ended: Count = Field(description="Expired or invalidated.", examples=[40])
    given_share: Rate = Field(description="Given, of all four; null without any.", examples=[0.65])


class ConsentStatisticsList(Output):
    """Every purpose and channel with a decision."""

    data: list[ConsentStatistics] = Field(description="In alphabetical order.")


class RetentionMonth(Output):
    """One month of a cohort."""

    month: int = Field(ge=0, description="Months since that of the first order, which is 0.", examples=[1])
    customers: Count = Field(description="Of the cohort, those who bought in it.", examples=[33])
    share: Rate = Field(description="Of the whole cohort; null where it is empty.", examples=[0.273])


class RetentionCohort(Span):
    """Customers whose first order was in one month."""

    customers: Count = Field(description="How many they are.", examples=[121])
    months: list[RetentionMonth] = Field(description="From its own month to the last of the days asked for.")
    under_way: bool = Field(description="Whether the last of the months is not over.", examples=[True])


class Retention(Output):
    """Cohorts by the month of the first order."""

    timezone: str = Field(description="Whose months these are.", examples=["America/Sao_Paulo"])
    cohorts: list[RetentionCohort] = Field(description="In the order of time.")


class RepeatPeriod(Span):
    """Who bought in some days."""

    buyers: Count = Field(description="Customers with a counted order in them.", examples=[300])
    repeat_buyers: Count = Field(
        description="Those who had bought before, or bought more than once in them.", examples=[96]
    )
    orders: Count = Field(description="Counted orders in them.", examples=[412])
    repeat_rate: Rate = Field(description="Repeat buyers, of all buyers; null without any.", examples=[0.32])


class RepeatRate(Output):
    """How many come back."""

    timezone: str = Field(description="Whose days these are.", examples=["America/Sao_Paulo"])
    interval: StatisticsInterval = Field(description="As asked for.", examples=["month"])
    total: RepeatPeriod = Field(description="All days as one period.")
    periods: list[RepeatPeriod] = Field(description="In the order of time.")


class SegmentRevenue(Output):
    """What one segment brings."""

    segment: str = Field(description="Its name in the map.", examples=["champions"])
    customers: Count = Field(description="Its buyers.", examples=[120])
    orders: Count = Field(description="Their counted orders.", examples=[640])
    net: Money = Field(description="Their net in the reporting currency.", examples=[_NET])
    share: Rate = Field(description="Of the net of all buyers.", examples=[0.4121])


class RevenueBySegment(RfmBasis):
    """Revenue by segment, best segment first, with what segments are measured by."""

    segments: list[SegmentRevenue] = Field(description="Every segment of the map.")
    opted_out: Money = Field(
        description="Net of those who have opted out of profiling.",
        examples=[{"amount": "812.40", "currency": "BRL"}],
    )
    net: Money = Field(description="Net of all buyers.", examples=[{"amount": "124314.49", "currency": "BRL"}])
    without_rate: Count = Field(description="Orders left out of money: no rate for their currency.", examples=[0])


class CampaignStatistics(Output):
    """What became of one campaign's messages, as the mailers tell it."""

    campaign: str | None = Field(
        description="The events' property `campaign`; null: messages without one.", examples=["spring"]
    )
    sent: Count = Field(description="Events message.sent.", examples=[1000])
    delivered: Count = Field(description="Events message.delivered.", examples=[980])
    opened: Count = Field(description="Events message.opened; one message may be opened often.", examples=[410])
    clicked: Count = Field(description="Events message.clicked.", examples=[95])
    bounced: Count = Field(description="Events message.bounced.", examples=[20])
    complained: Count = Field(description="Events message.complained.", examples=[1])
    people_opened: Count = Field(description="Customers who opened any.", examples=[350])
    people_clicked: Count = Field(description="Customers who clicked in any.", examples=[90])


class CampaignStatisticsList(Span):
    """Campaigns by their messages of these days."""

    data: list[CampaignStatistics] = Field(description="Those with the most messages first, at most 200.")
    has_more: bool = Field(description="Whether there are more than these.", examples=[False])

"""Requests and answers about RFM."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field
from typing_extensions import TypeAliasType

from app.api.call import DEFAULT_PAGE, Cursor, Limit
from app.api.schemas import texts
from app.api.schemas.base import Amount, CustomerId, Input, Moment, Money, Output, Text
from app.api.schemas.rfm_settings import RfmHeld, RfmMethod, RfmPreset

RfmMoneyBasis = TypeAliasType(
    "RfmMoneyBasis",
    Annotated[
        Literal["quantiles", "median_multiples", "own"],
        Field(description="What the edges of M are made of."),
    ],
)
RfmStepKind = TypeAliasType(
    "RfmStepKind",
    Annotated[
        Literal["rise", "keep"],
        Field(description="What an order would do for her."),
    ],
)
RfmTier = TypeAliasType(
    "RfmTier",
    Annotated[
        Literal["vip", "regular", "ordinary"],
        Field(description="VIP by the tenant's rule; regular: two orders or more; else ordinary."),
    ],
)
Score = Annotated[int, Field(ge=1, le=5, description="1 is the worst; the best is the map's scale.", examples=[5])]
_NET = {"amount": "512.30", "currency": "BRL"}
_MOVE = {"from": "loyal", "to": "at_risk", "customers": 17, "share": 0.0138}
_STEP = {
    "kind": "rise",
    "orders": 1,
    "net": {"amount": "128.08", "currency": "BRL"},
    "net_at_least": {"amount": "40.00", "currency": "BRL"},
    "within_days": 12,
    "code": "545",
    "segment": "champions",
    "text": "1 more order of at least 40.00 BRL within 12 days → champions",
}


class RfmScales(Input):
    """What scores are made by. Without any of it: the tenant's settings."""

    preset: RfmPreset | None = Field(
        None, description="The segment map, with the method that goes with it.", examples=["rfm125"]
    )
    map: RfmPreset | None = Field(None, description="Another name of `preset`.", examples=["rfm125"])
    method: RfmMethod | None = Field(
        None,
        description="`quantile`: edges from the population (below 100 buyers fixed ones). `fixed`: your own, or ours.",
        examples=["quantile"],
    )
    r_days: texts.WholeNumbers | None = Field(
        None, description="With `fixed`: edges of R in days, ascending, with commas.", examples=["30,90,180,365"]
    )
    f_orders: texts.WholeNumbers | None = Field(
        None, description="With `fixed`: edges of F in orders, ascending, with commas.", examples=["1,2,4,8"]
    )
    m_net: texts.Amounts | None = Field(
        None,
        description="With `fixed`: edges of M in the reporting currency; else multiples of the median net.",
        examples=["50,100,200,400"],
    )
    window_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="Only orders of so many days, the last of which is that of the question.",
        examples=[365],
    )
    all_time: bool = Field(False, description="All orders, where the settings have a window.", examples=[False])
    category: Text | None = Field(
        None,
        description="Only orders with an item of this category of products, and of their net the share of these items: "
        "by price × quantity, or by quantity where one has no price.",
        examples=["shoes"],
    )
    fresh: bool = Field(False, description="Take new edges even if the last ones are recent.", examples=[False])

    def given(self) -> dict[str, Any]:
        """By the names of the parameters."""
        return self.model_dump(exclude_none=True, by_alias=True)


class RfmQuery(RfmScales):
    """What RFM is asked with. Without any of it: by the tenant's settings, now."""

    as_of: texts.DayOrTime | None = Field(
        None,
        description="A time (RFC 3339) or a date (its end, in the tenant's time zone): as things stood then. Orders, "
        "refunds and cancellations of later have not happened. Not in the future.",
        examples=["2026-06-30"],
    )


class RfmMigrationQuery(RfmScales):
    """Two moments, and what RFM is asked with at both."""

    from_: texts.DayOrTime = Field(
        alias="from",
        description="A time (RFC 3339) or a date (its end, in the tenant's time zone).",
        examples=["2026-06-30"],
    )
    to: texts.DayOrTime | None = Field(None, description="The same, later; by default now.", examples=["2026-09-30"])


class SegmentMembersQuery(RfmQuery):
    """What RFM is asked with, and the page."""

    limit: Limit = DEFAULT_PAGE
    cursor: Cursor = None


class Recency(Output):
    """R."""

    days: int = Field(description="Days since the last order, in the tenant's time zone.", examples=[12])
    score: Score


class Frequency(Output):
    """F."""

    orders: int = Field(description="Orders that count: known amount, not cancelled.", examples=[4])
    score: Score


class Monetary(Output):
    """M."""

    net: Money = Field(description="Net of refunds, in the reporting currency.", examples=[_NET])
    score: Score


class SegmentMapId(Output):
    """A segment map: an exact partition of all codes."""

    id: RfmPreset = Field(description="The map's id.", examples=["rfm125"])
    version: int = Field(description="Its version.", examples=[1])


class RfmThresholds(Output):
    """Edges, ascending: a value above one has passed it, an equal one has not."""

    r_days: list[int] = Field(description="Each edge passed costs a score.", examples=[[30, 90, 180, 365]])
    f_orders: list[int] = Field(description="Each edge passed is worth a score.", examples=[[1, 2, 4, 8]])
    m_net: list[Amount] = Field(
        description="Each edge passed is worth a score; in the reporting currency.",
        examples=[["50.00", "100.00", "200.00", "400.00"]],
    )


class RfmStep(Output):
    """Orders that would raise her, or keep what waiting would lose."""

    kind: RfmStepKind = Field(description="To a better segment, or staying in it.", examples=["rise"])
    orders: int = Field(description="How many more orders.", examples=[1])
    net: Money = Field(description="What they would add at her average.", examples=[_STEP["net"]])
    net_at_least: Money = Field(description="The least total that is enough.", examples=[_STEP["net_at_least"]])
    within_days: int | None = Field(
        description="The last day, from today (0), on which her present segment still holds; null: it does not fall.",
        examples=[12],
    )
    code: str = Field(description="The code that they bring.", examples=["545"])
    segment: str = Field(description="The segment that they bring.", examples=["champions"])
    text: str = Field(description="The same, for people.", examples=[_STEP["text"]])


class RfmFall(Output):
    """Where R falls to by waiting."""

    code: str = Field(description="The code then.", examples=["444"])
    segment: str = Field(description="The segment then; it may be the present one.", examples=["loyal"])


class RfmBasis(RfmHeld):
    """What scores are measured by, and the settings that held."""

    map: SegmentMapId = Field(description="Which map gave the names.", examples=[{"id": "rfm125", "version": 1}])
    method: RfmMethod = Field(description="The method that was applied.", examples=["quantile"])
    money_basis: RfmMoneyBasis = Field(description="Where the edges of M come from.", examples=["quantiles"])
    as_of: Moment = Field(description="As of when, in the tenant's time zone.", examples=["2026-11-01T12:00:00-03:00"])
    window_days: int | None = Field(description="Over how many days; null: all time.", examples=[None])
    category: str | None = Field(description="Only items of this category; null: of all.", examples=[None])
    population: int = Field(
        description="Customers with at least one counted order who have not opted out of profiling.", examples=[1234]
    )
    thresholds: RfmThresholds = Field(
        description="The edges of the scores.",
        examples=[
            {"r_days": [30, 90, 180, 365], "f_orders": [1, 2, 4, 8], "m_net": ["50.00", "100.00", "200.00", "400.00"]}
        ],
    )
    thresholds_age_seconds: int = Field(description="How long ago the population was looked at.", examples=[3])


class CustomerRfm(RfmBasis):
    """A customer's RFM with its explanation. R, F, M and the code are null for a `prospect`, who has bought nothing;
    these and the segment for who has opted out of profiling."""

    customer_id: CustomerId = Field(description="The customer.")
    r: Recency | None = Field(description="Recency.", examples=[{"days": 12, "score": 5}])
    f: Frequency | None = Field(description="Frequency.", examples=[{"orders": 4, "score": 4}])
    m: Monetary | None = Field(description="Money.", examples=[{"net": _NET, "score": 4}])
    code: str | None = Field(description="The scores R, F and M side by side.", examples=["544"])
    segment: str | None = Field(
        description="The segment's name in the map, or `prospect`; null after an opt-out.", examples=["champions"]
    )
    tier: RfmTier | None = Field(description="VIP, regular or ordinary; null after an opt-out.", examples=["vip"])
    weighted_score: float | None = Field(
        description="(r·R + f·F + m·M) / (r + f + m) with the tenant's `weights`: from 1 to the map's scale.",
        examples=[4.25],
    )
    profiling_opt_out: bool = Field(
        description="She has said no on the channel `profiling` and is given no segment (LGPD 20, GDPR 21).",
        examples=[False],
    )
    next: list[RfmStep] = Field(description="What would move her up, nearest first.", examples=[[_STEP]])
    losing_in_days: int | None = Field(
        description="In how many days without an order R falls; null: it is at its lowest.", examples=[13]
    )
    falls_to: RfmFall | None = Field(description="What she is then.", examples=[{"code": "444", "segment": "loyal"}])
    without_rate: int = Field(
        description="Her orders in currencies without a rate: counted in F, left out of M.", examples=[0]
    )


class RfmSegment(Output):
    """One segment."""

    segment: str = Field(description="Its name.", examples=["champions"])
    customers: int = Field(description="How many buyers.", examples=[120])
    customer_share: float | None = Field(description="Of all buyers, from 0 to 1.", examples=[0.0972])
    orders: int = Field(description="Their orders.", examples=[640])
    net: Money = Field(description="Their net.", examples=[{"amount": "61476.00", "currency": "BRL"}])
    revenue_share: float | None = Field(
        description="Of all net (theirs too who opted out), from 0 to 1; null where there is none.", examples=[0.4121]
    )
    average_net: Money | None = Field(description="Net per buyer.", examples=[_NET])
    average_orders: float | None = Field(description="Orders per buyer.", examples=[5.33])


class RfmCell(Output):
    """One cell of the matrix."""

    r: Score
    f: Score
    customers: int = Field(description="How many buyers.", examples=[88])
    net: Money = Field(description="Their net.", examples=[{"amount": "45082.40", "currency": "BRL"}])


class RfmTally(Output):
    """Some buyers together."""

    customers: int = Field(description="How many.", examples=[12])
    orders: int = Field(description="Their orders.", examples=[31])
    net: Money = Field(description="Their net.", examples=[_NET])


class RfmSummary(RfmBasis):
    """The tenant's RFM."""

    segments: list[RfmSegment] = Field(
        description="Every segment of the map, best first.",
        examples=[
            [
                {
                    "segment": "champions",
                    "customers": 120,
                    "customer_share": 0.0972,
                    "orders": 640,
                    "net": {"amount": "61476.00", "currency": "BRL"},
                    "revenue_share": 0.4121,
                    "average_net": _NET,
                    "average_orders": 5.33,
                }
            ]
        ],
    )
    matrix: list[RfmCell] = Field(
        description="Every cell of R × F, best R first.",
        examples=[[{"r": 5, "f": 5, "customers": 88, "net": {"amount": "45082.40", "currency": "BRL"}}]],
    )
    orders: int = Field(description="All counted orders, theirs too who opted out.", examples=[4321])
    net: Money = Field(
        description="All net, theirs too who opted out.", examples=[{"amount": "149178.00", "currency": "BRL"}]
    )
    opted_out: RfmTally = Field(
        description="Buyers who have opted out of profiling: in no segment, in no cell, and in no threshold.",
        examples=[{"customers": 12, "orders": 31, "net": _NET}],
    )
    prospects: int = Field(
        description="Active customers without a counted order who have not opted out of profiling.", examples=[310]
    )
    without_rate: int = Field(
        description="Orders in currencies without a rate: counted in F, left out of M.", examples=[0]
    )


class RfmMove(Output):
    """Customers who were in one segment, and are in another or the same."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True)

    from_: str = Field(alias="from", description="Their segment then; `prospect`: no buyers.", examples=["loyal"])
    to: str = Field(description="Their segment later; `prospect`: no buyers any more.", examples=["at_risk"])
    customers: int = Field(description="How many.", examples=[17])
    share: float = Field(description="Of all customers here, from 0 to 1.", examples=[0.0138])


class RfmMigration(Output):
    """Who moved from where to where, among all who were buyers at either moment."""

    model_config = ConfigDict(from_attributes=True, validate_by_name=True)

    from_: RfmBasis = Field(alias="from", description="What scores were measured by then.")
    to: RfmBasis = Field(description="What they are measured by later.")
    segments: list[str] = Field(description="Every segment of the map, best first.", examples=[["champions", "loyal"]])
    moves: list[RfmMove] = Field(
        description="Every pair of segments with anybody in it, best first, `prospect` last.", examples=[[_MOVE]]
    )
    customers: int = Field(description="All of them.", examples=[1234])
    stayed: int = Field(description="In the same segment.", examples=[800])
    risen: int = Field(description="Into a better one.", examples=[120])
    fallen: int = Field(description="Into a worse one.", examples=[214])
    new: int = Field(description="No buyers then (of the window).", examples=[90])
    lost: int = Field(description="Buyers then and not later: cancelled, or out of the window.", examples=[10])

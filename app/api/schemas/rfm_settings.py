"""Requests and answers about the settings of RFM."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from app.api.schemas import texts
from app.api.schemas.base import WHOLE, Amount, Input, Output

RfmPreset = TypeAliasType(
    "RfmPreset",
    Annotated[
        Literal["rfm125", "rf25", "r_fm", "pymc4", "edrone4"],
        Field(description="A segment map, with the method that goes with it."),
    ],
)
RfmMethod = TypeAliasType(
    "RfmMethod",
    Annotated[
        Literal["quantile", "fixed"],
        Field(description="How thresholds arise: from the population, or given."),
    ],
)
Weight = Annotated[int, Field(strict=True, ge=0, le=100), WHOLE]
Orders = Annotated[int, Field(strict=True, ge=1, le=1_000_000), WHOLE]
Days = Annotated[int, Field(strict=True, ge=1, le=36_500), WHOLE]
Edge = Annotated[int, Field(strict=True, ge=0, le=1_000_000), WHOLE]
Edges = Annotated[list[Edge], Field(max_length=4)]
_WEIGHTS = {"r": 1, "f": 1, "m": 2}
_VIP = {"segments": [], "orders_at_least": 5, "net_at_least": "1000.00"}


class RfmWeights(Output):
    """What each score weighs in `weighted_score`."""

    r: int = Field(description="Of recency.", examples=[1])
    f: int = Field(description="Of frequency.", examples=[1])
    m: int = Field(description="Of money.", examples=[2])


class RfmVipRule(Output):
    """Who is VIP: in one of the segments; or at least so many orders and so much net; else in the top segment."""

    segments: list[str] = Field(description="Names of segments of the default map.", examples=[["champions"]])
    orders_at_least: int | None = Field(description="So many orders.", examples=[5])
    net_at_least: Amount | None = Field(description="So much net, in the reporting currency.", examples=[None])


class RfmHeld(Output):
    """Settings that hold for every answer."""

    weights: RfmWeights = Field(description="What the scores weigh.", examples=[_WEIGHTS])
    vip: RfmVipRule = Field(description="Who is VIP.", examples=[_VIP])
    includes_shipping_and_tax: bool = Field(description="Shipping and tax count for M; fixed.", examples=[False])


class RfmWeightsSet(Input):
    """What each score weighs in `weighted_score`; not all 0."""

    r: Weight = Field(1, description="Of recency.", examples=[1])
    f: Weight = Field(1, description="Of frequency.", examples=[1])
    m: Weight = Field(1, description="Of money.", examples=[2])


class RfmVipRuleSet(Input):
    """Who is VIP: either in one of the segments, or with what is reached at least. Neither: the top segment."""

    segments: list[texts.Segment] | None = Field(
        None, max_length=125, description="Names of segments of the preset.", examples=[["champions", "loyal"]]
    )
    orders_at_least: Orders | None = Field(None, description="So many orders.", examples=[5])
    net_at_least: texts.AmountText | None = Field(
        None, description="So much net, in the reporting currency; both must hold.", examples=["1000.00"]
    )


class RfmSettings(RfmHeld):
    """What every question about RFM is answered by where it does not say otherwise."""

    preset: RfmPreset = Field(description="The segment map, with the method that goes with it.", examples=["rfm125"])
    method: RfmMethod = Field(description="How thresholds arise.", examples=["quantile"])
    window_days: int | None = Field(description="Over how many days; null: all time.", examples=[None])
    r_days: list[int] | None = Field(description="Own edges of R, with `fixed`; null: ours.", examples=[None])
    f_orders: list[int] | None = Field(description="Own edges of F, with `fixed`; null: ours.", examples=[None])
    m_net: list[Amount] | None = Field(
        description="Own edges of M, with `fixed`; null: multiples of the median net.", examples=[None]
    )


class RfmSettingsSet(Input):
    """The settings; what is left out is the default."""

    preset: RfmPreset = Field("rfm125", description="The segment map, with the method.", examples=["rfm125"])
    method: RfmMethod = Field("quantile", description="`fixed`: your own edges, or ours.", examples=["fixed"])
    window_days: Days | None = Field(None, description="Over how many days.", examples=[365])
    r_days: Edges | None = Field(
        None, description="With `fixed`: one edge less than the map's scale, ascending.", examples=[[30, 90, 180, 365]]
    )
    f_orders: Edges | None = Field(None, description="With `fixed`: the same, from 1.", examples=[[1, 2, 4, 8]])
    m_net: list[texts.SignedAmount] | None = Field(
        None,
        max_length=4,
        description="With `fixed`: the same, amounts in the reporting currency.",
        examples=[["50.00", "100.00", "200.00", "400.00"]],
    )
    weights: RfmWeightsSet | None = Field(None, description="What the scores weigh.", examples=[_WEIGHTS])
    vip: RfmVipRuleSet | None = Field(None, description="Who is VIP.", examples=[{"segments": ["champions"]}])

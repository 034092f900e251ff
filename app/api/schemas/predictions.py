"""Answers about predicted value."""

from typing import Annotated

from pydantic import Field

from app.api.schemas.base import CustomerId, Moment, Money, Output


class PredictionBasis(Output):
    """What a prediction is made by."""

    purchases: str = Field(description="The model of purchases.", examples=["BG/NBD"])
    spend: str | None = Field(
        description="The model of amounts; null: too few orders have one, or all are alike.", examples=["Gamma-Gamma"]
    )
    fitted_at: Moment = Field(description="When it was fitted.", examples=["2026-11-22T03:00:00Z"])
    sample: int = Field(description="Buyers it was fitted on.", examples=[10000])
    repeat_sample: int = Field(description="Those of them who had bought again.", examples=[4200])


class PredictedValue(Output):
    """What a customer is expected to buy in the next 12 months. All null for who has bought nothing, and for who has
    opted out of profiling."""

    customer_id: CustomerId = Field(description="The customer.")
    days_ahead: int = Field(description="How far the prediction reaches.", examples=[365])
    probability_alive: Annotated[float, Field(ge=0, le=1)] | None = Field(
        description="How likely she still buys; who bought once has, in this model, not left: 1.", examples=[0.83]
    )
    expected_orders: float | None = Field(
        description="Days with an order to be expected; orders of one day are one.", examples=[2.4]
    )
    expected_value: Money | None = Field(
        description="Net to be expected, in the reporting currency; null also where the model knows no amounts.",
        examples=[{"amount": "310.20", "currency": "BRL"}],
    )
    days_bought: int | None = Field(description="Days with an order so far.", examples=[4])
    profiling_opt_out: bool = Field(description="Whether she is not to be profiled.", examples=[False])
    model: PredictionBasis = Field(description="What it is made by.")

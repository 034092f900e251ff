from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.prediction_basis import PredictionBasis


T = TypeVar("T", bound="PredictedValue")


@_attrs_define
class PredictedValue:
    """What a customer is expected to buy in the next 12 months. All null for who has bought nothing, and for who has
    opted out of profiling.

        Attributes:
            customer_id (str): The customer.
            days_ahead (int): How far the prediction reaches.
            probability_alive (float | None): How likely she still buys; who bought once has, in this model, not left: 1.
            expected_orders (float | None): Days with an order to be expected; orders of one day are one.
            expected_value (Money | None): Net to be expected, in the reporting currency; null also where the model knows no
                amounts.
            days_bought (int | None): Days with an order so far.
            profiling_opt_out (bool): Whether she is not to be profiled.
            model (PredictionBasis): What a prediction is made by.
    """

    customer_id: str
    days_ahead: int
    probability_alive: float | None
    expected_orders: float | None
    expected_value: Money | None
    days_bought: int | None
    profiling_opt_out: bool
    model: PredictionBasis
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        customer_id = self.customer_id

        days_ahead = self.days_ahead

        probability_alive: float | None
        probability_alive = self.probability_alive

        expected_orders: float | None
        expected_orders = self.expected_orders

        expected_value: dict[str, Any] | None
        if isinstance(self.expected_value, Money):
            expected_value = self.expected_value.to_dict()
        else:
            expected_value = self.expected_value

        days_bought: int | None
        days_bought = self.days_bought

        profiling_opt_out = self.profiling_opt_out

        model = self.model.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "customer_id": customer_id,
                "days_ahead": days_ahead,
                "probability_alive": probability_alive,
                "expected_orders": expected_orders,
                "expected_value": expected_value,
                "days_bought": days_bought,
                "profiling_opt_out": profiling_opt_out,
                "model": model,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.prediction_basis import PredictionBasis  # noqa: PLC0415

        d = dict(src_dict)
        customer_id = d.pop("customer_id")

        days_ahead = d.pop("days_ahead")

        def _parse_probability_alive(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        probability_alive = _parse_probability_alive(d.pop("probability_alive"))

        def _parse_expected_orders(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        expected_orders = _parse_expected_orders(d.pop("expected_orders"))

        def _parse_expected_value(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                expected_value_type_0 = Money.from_dict(data)

                return expected_value_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        expected_value = _parse_expected_value(d.pop("expected_value"))

        def _parse_days_bought(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        days_bought = _parse_days_bought(d.pop("days_bought"))

        profiling_opt_out = d.pop("profiling_opt_out")

        model = PredictionBasis.from_dict(d.pop("model"))

        predicted_value = cls(
            customer_id=customer_id,
            days_ahead=days_ahead,
            probability_alive=probability_alive,
            expected_orders=expected_orders,
            expected_value=expected_value,
            days_bought=days_bought,
            profiling_opt_out=profiling_opt_out,
            model=model,
        )

        predicted_value.additional_properties = d
        return predicted_value

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PredictionBasis")


@_attrs_define
class PredictionBasis:
    """What a prediction is made by.

    Attributes:
        purchases (str): The model of purchases.
        spend (None | str): The model of amounts; null: too few orders have one, or all are alike.
        fitted_at (datetime.datetime): When it was fitted.
        sample (int): Buyers it was fitted on.
        repeat_sample (int): Those of them who had bought again.
    """

    purchases: str
    spend: None | str
    fitted_at: datetime.datetime
    sample: int
    repeat_sample: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        purchases = self.purchases

        spend: None | str
        spend = self.spend

        fitted_at = self.fitted_at.isoformat()

        sample = self.sample

        repeat_sample = self.repeat_sample

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "purchases": purchases,
                "spend": spend,
                "fitted_at": fitted_at,
                "sample": sample,
                "repeat_sample": repeat_sample,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        purchases = d.pop("purchases")

        def _parse_spend(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        spend = _parse_spend(d.pop("spend"))

        fitted_at = datetime.datetime.fromisoformat(d.pop("fitted_at"))

        sample = d.pop("sample")

        repeat_sample = d.pop("repeat_sample")

        prediction_basis = cls(
            purchases=purchases,
            spend=spend,
            fitted_at=fitted_at,
            sample=sample,
            repeat_sample=repeat_sample,
        )

        prediction_basis.additional_properties = d
        return prediction_basis

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

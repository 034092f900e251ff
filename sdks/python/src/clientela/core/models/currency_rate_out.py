from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CurrencyRateOut")


@_attrs_define
class CurrencyRateOut:
    """What one unit of a currency is worth in the reporting currency.

    Attributes:
        currency (str): ISO 4217.
        valid_from (datetime.date): From this day on, until the next rate.
        rate (str): In the reporting currency, as a decimal string.
    """

    currency: str
    valid_from: datetime.date
    rate: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        valid_from = self.valid_from.isoformat()

        rate = self.rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "currency": currency,
                "valid_from": valid_from,
                "rate": rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        currency = d.pop("currency")

        valid_from = datetime.date.fromisoformat(d.pop("valid_from"))

        rate = d.pop("rate")

        currency_rate_out = cls(
            currency=currency,
            valid_from=valid_from,
            rate=rate,
        )

        currency_rate_out.additional_properties = d
        return currency_rate_out

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

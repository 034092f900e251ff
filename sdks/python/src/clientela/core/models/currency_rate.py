from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="CurrencyRate")


@_attrs_define
class CurrencyRate:
    """What one unit of a currency is worth in the reporting currency.

    Attributes:
        currency (str): ISO 4217.
        valid_from (datetime.date): From this day on, until the next rate.
        rate (str): Decimal string with up to 10 decimals.
    """

    currency: str
    valid_from: datetime.date
    rate: str

    def to_dict(self) -> dict[str, Any]:
        currency = self.currency

        valid_from = self.valid_from.isoformat()

        rate = self.rate

        field_dict: dict[str, Any] = {}

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

        currency_rate = cls(
            currency=currency,
            valid_from=valid_from,
            rate=rate,
        )

        return currency_rate

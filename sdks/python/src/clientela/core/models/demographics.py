from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Demographics")


@_attrs_define
class Demographics:
    """What is known of the person's situation.

    Attributes:
        occupation (None | str | Unset): Occupation.
        income_band (None | str | Unset): Income band, in the tenant's own words.
    """

    occupation: None | str | Unset = UNSET
    income_band: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        occupation: None | str | Unset
        if isinstance(self.occupation, Unset):
            occupation = UNSET
        else:
            occupation = self.occupation

        income_band: None | str | Unset
        if isinstance(self.income_band, Unset):
            income_band = UNSET
        else:
            income_band = self.income_band

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if occupation is not UNSET:
            field_dict["occupation"] = occupation
        if income_band is not UNSET:
            field_dict["income_band"] = income_band

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_occupation(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        occupation = _parse_occupation(d.pop("occupation", UNSET))

        def _parse_income_band(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        income_band = _parse_income_band(d.pop("income_band", UNSET))

        demographics = cls(
            occupation=occupation,
            income_band=income_band,
        )

        return demographics

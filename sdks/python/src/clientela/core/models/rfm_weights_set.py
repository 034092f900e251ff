from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="RfmWeightsSet")


@_attrs_define
class RfmWeightsSet:
    """What each score weighs in `weighted_score`; not all 0.

    Attributes:
        r (int | Unset): Of recency. Default: 1.
        f (int | Unset): Of frequency. Default: 1.
        m (int | Unset): Of money. Default: 1.
    """

    r: int | Unset = 1
    f: int | Unset = 1
    m: int | Unset = 1

    def to_dict(self) -> dict[str, Any]:
        r = self.r

        f = self.f

        m = self.m

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if r is not UNSET:
            field_dict["r"] = r
        if f is not UNSET:
            field_dict["f"] = f
        if m is not UNSET:
            field_dict["m"] = m

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        r = d.pop("r", UNSET)

        f = d.pop("f", UNSET)

        m = d.pop("m", UNSET)

        rfm_weights_set = cls(
            r=r,
            f=f,
            m=m,
        )

        return rfm_weights_set

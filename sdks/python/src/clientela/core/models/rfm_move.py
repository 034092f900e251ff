from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RfmMove")


@_attrs_define
class RfmMove:
    """Customers who were in one segment, and are in another or the same.

    Attributes:
        from_ (str): Their segment then; `prospect`: no buyers.
        to (str): Their segment later; `prospect`: no buyers any more.
        customers (int): How many.
        share (float): Of all customers here, from 0 to 1.
    """

    from_: str
    to: str
    customers: int
    share: float
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_

        to = self.to

        customers = self.customers

        share = self.share

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "from": from_,
                "to": to,
                "customers": customers,
                "share": share,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        from_ = d.pop("from")

        to = d.pop("to")

        customers = d.pop("customers")

        share = d.pop("share")

        rfm_move = cls(
            from_=from_,
            to=to,
            customers=customers,
            share=share,
        )

        rfm_move.additional_properties = d
        return rfm_move

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

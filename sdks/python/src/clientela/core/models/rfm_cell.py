from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="RfmCell")


@_attrs_define
class RfmCell:
    """One cell of the matrix.

    Attributes:
        r (int): 1 is the worst; the best is the map's scale.
        f (int): 1 is the worst; the best is the map's scale.
        customers (int): How many buyers.
        net (Money): An amount with its currency.
    """

    r: int
    f: int
    customers: int
    net: Money
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        r = self.r

        f = self.f

        customers = self.customers

        net = self.net.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "r": r,
                "f": f,
                "customers": customers,
                "net": net,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        r = d.pop("r")

        f = d.pop("f")

        customers = d.pop("customers")

        net = Money.from_dict(d.pop("net"))

        rfm_cell = cls(
            r=r,
            f=f,
            customers=customers,
            net=net,
        )

        rfm_cell.additional_properties = d
        return rfm_cell

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

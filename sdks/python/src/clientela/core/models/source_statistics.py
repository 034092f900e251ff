from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.source_kind import SourceKind, check_source_kind

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="SourceStatistics")


@_attrs_define
class SourceStatistics:
    """One source: whom it knows, and what was bought there.

    Attributes:
        id (str): The id of a source.
        slug (str): Its short name.
        kind (SourceKind): What a source is.
        name (str): Its name for people.
        customers (int): Customers it knows now; some are known to several.
        orders (int): Counted orders placed in these days.
        net (Money): An amount with its currency.
        without_rate (int): Orders left out of `net`: no rate for their currency.
    """

    id: str
    slug: str
    kind: SourceKind
    name: str
    customers: int
    orders: int
    net: Money
    without_rate: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        slug = self.slug

        kind: str = self.kind

        name = self.name

        customers = self.customers

        orders = self.orders

        net = self.net.to_dict()

        without_rate = self.without_rate

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "slug": slug,
                "kind": kind,
                "name": name,
                "customers": customers,
                "orders": orders,
                "net": net,
                "without_rate": without_rate,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        slug = d.pop("slug")

        kind = check_source_kind(d.pop("kind"))

        name = d.pop("name")

        customers = d.pop("customers")

        orders = d.pop("orders")

        net = Money.from_dict(d.pop("net"))

        without_rate = d.pop("without_rate")

        source_statistics = cls(
            id=id,
            slug=slug,
            kind=kind,
            name=name,
            customers=customers,
            orders=orders,
            net=net,
            without_rate=without_rate,
        )

        source_statistics.additional_properties = d
        return source_statistics

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

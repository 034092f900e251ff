from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.rfm_step_kind import RfmStepKind, check_rfm_step_kind

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="RfmStep")


@_attrs_define
class RfmStep:
    """Orders that would raise her, or keep what waiting would lose.

    Attributes:
        kind (RfmStepKind): What an order would do for her.
        orders (int): How many more orders.
        net (Money): An amount with its currency.
        net_at_least (Money): An amount with its currency.
        within_days (int | None): The last day, from today (0), on which her present segment still holds; null: it does
            not fall.
        code (str): The code that they bring.
        segment (str): The segment that they bring.
        text (str): The same, for people.
    """

    kind: RfmStepKind
    orders: int
    net: Money
    net_at_least: Money
    within_days: int | None
    code: str
    segment: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        orders = self.orders

        net = self.net.to_dict()

        net_at_least = self.net_at_least.to_dict()

        within_days: int | None
        within_days = self.within_days

        code = self.code

        segment = self.segment

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "orders": orders,
                "net": net,
                "net_at_least": net_at_least,
                "within_days": within_days,
                "code": code,
                "segment": segment,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_rfm_step_kind(d.pop("kind"))

        orders = d.pop("orders")

        net = Money.from_dict(d.pop("net"))

        net_at_least = Money.from_dict(d.pop("net_at_least"))

        def _parse_within_days(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        within_days = _parse_within_days(d.pop("within_days"))

        code = d.pop("code")

        segment = d.pop("segment")

        text = d.pop("text")

        rfm_step = cls(
            kind=kind,
            orders=orders,
            net=net,
            net_at_least=net_at_least,
            within_days=within_days,
            code=code,
            segment=segment,
            text=text,
        )

        rfm_step.additional_properties = d
        return rfm_step

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

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="OrderRefund")


@_attrs_define
class OrderRefund:
    """Money given back.

    Attributes:
        refund_id (str): The shop's id of the refund.
        amount (str): How much.
        refunded_at (datetime.datetime): When.
    """

    refund_id: str
    amount: str
    refunded_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        refund_id = self.refund_id

        amount = self.amount

        refunded_at = self.refunded_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "refund_id": refund_id,
                "amount": amount,
                "refunded_at": refunded_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        refund_id = d.pop("refund_id")

        amount = d.pop("amount")

        refunded_at = datetime.datetime.fromisoformat(d.pop("refunded_at"))

        order_refund = cls(
            refund_id=refund_id,
            amount=amount,
            refunded_at=refunded_at,
        )

        order_refund.additional_properties = d
        return order_refund

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

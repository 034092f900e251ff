from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_status import OrderStatus, check_order_status

if TYPE_CHECKING:
    from ..models.order_item import OrderItem
    from ..models.order_refund import OrderRefund


T = TypeVar("T", bound="Order")


@_attrs_define
class Order:
    """The money side of an order's events. Amounts are null until an event has told them.

    Attributes:
        source (str): The slug of the source.
        order_id (str): The shop's id of the order.
        customer_id (str): Who bought.
        status (OrderStatus): Where an order stands; `announced`: only a refund or a cancellation has been heard of.
        currency (None | str): ISO 4217.
        total (None | str): What the buyer pays, with tax and shipping.
        discount (None | str): Taken off before.
        tax (None | str): Tax in the total.
        shipping (None | str): Shipping in the total.
        refunded (str): Given back so far.
        net (None | str): What counts for RFM, in the order's currency.
        reporting_net (None | str): The same in the reporting currency; null without a rate.
        placed_at (datetime.datetime | None): When it was placed.
        cancelled_at (datetime.datetime | None): When it was cancelled.
        items (list[OrderItem]): What was bought.
        refunds (list[OrderRefund]): Refunds, the first one first.
    """

    source: str
    order_id: str
    customer_id: str
    status: OrderStatus
    currency: None | str
    total: None | str
    discount: None | str
    tax: None | str
    shipping: None | str
    refunded: str
    net: None | str
    reporting_net: None | str
    placed_at: datetime.datetime | None
    cancelled_at: datetime.datetime | None
    items: list[OrderItem]
    refunds: list[OrderRefund]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        source = self.source

        order_id = self.order_id

        customer_id = self.customer_id

        status: str = self.status

        currency: None | str
        currency = self.currency

        total: None | str
        total = self.total

        discount: None | str
        discount = self.discount

        tax: None | str
        tax = self.tax

        shipping: None | str
        shipping = self.shipping

        refunded = self.refunded

        net: None | str
        net = self.net

        reporting_net: None | str
        reporting_net = self.reporting_net

        placed_at: None | str
        if isinstance(self.placed_at, datetime.datetime):
            placed_at = self.placed_at.isoformat()
        else:
            placed_at = self.placed_at

        cancelled_at: None | str
        if isinstance(self.cancelled_at, datetime.datetime):
            cancelled_at = self.cancelled_at.isoformat()
        else:
            cancelled_at = self.cancelled_at

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        refunds = []
        for refunds_item_data in self.refunds:
            refunds_item = refunds_item_data.to_dict()
            refunds.append(refunds_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "source": source,
                "order_id": order_id,
                "customer_id": customer_id,
                "status": status,
                "currency": currency,
                "total": total,
                "discount": discount,
                "tax": tax,
                "shipping": shipping,
                "refunded": refunded,
                "net": net,
                "reporting_net": reporting_net,
                "placed_at": placed_at,
                "cancelled_at": cancelled_at,
                "items": items,
                "refunds": refunds,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_item import OrderItem  # noqa: PLC0415
        from ..models.order_refund import OrderRefund  # noqa: PLC0415

        d = dict(src_dict)
        source = d.pop("source")

        order_id = d.pop("order_id")

        customer_id = d.pop("customer_id")

        status = check_order_status(d.pop("status"))

        def _parse_currency(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        currency = _parse_currency(d.pop("currency"))

        def _parse_total(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        total = _parse_total(d.pop("total"))

        def _parse_discount(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        discount = _parse_discount(d.pop("discount"))

        def _parse_tax(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        tax = _parse_tax(d.pop("tax"))

        def _parse_shipping(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        shipping = _parse_shipping(d.pop("shipping"))

        refunded = d.pop("refunded")

        def _parse_net(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        net = _parse_net(d.pop("net"))

        def _parse_reporting_net(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reporting_net = _parse_reporting_net(d.pop("reporting_net"))

        def _parse_placed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                placed_at_type_0 = datetime.datetime.fromisoformat(data)

                return placed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        placed_at = _parse_placed_at(d.pop("placed_at"))

        def _parse_cancelled_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                cancelled_at_type_0 = datetime.datetime.fromisoformat(data)

                return cancelled_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        cancelled_at = _parse_cancelled_at(d.pop("cancelled_at"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = OrderItem.from_dict(items_item_data)

            items.append(items_item)

        refunds = []
        _refunds = d.pop("refunds")
        for refunds_item_data in _refunds:
            refunds_item = OrderRefund.from_dict(refunds_item_data)

            refunds.append(refunds_item)

        order = cls(
            source=source,
            order_id=order_id,
            customer_id=customer_id,
            status=status,
            currency=currency,
            total=total,
            discount=discount,
            tax=tax,
            shipping=shipping,
            refunded=refunded,
            net=net,
            reporting_net=reporting_net,
            placed_at=placed_at,
            cancelled_at=cancelled_at,
            items=items,
            refunds=refunds,
        )

        order.additional_properties = d
        return order

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

"""A shop of Magento Open Source: the REST API with search criteria, amounts as numbers, a module's thin webhooks."""

import re
from datetime import UTC, datetime
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_FILTER = re.compile(r"searchCriteria\[filter_groups]\[(\d+)]\[filters]\[0]\[(field|condition_type|value)]")


class Magento(FakeShop):
    platform = "magento"
    history = (5, 103)

    def credentials(self) -> dict[str, str]:
        return {"access_token": "fake-integration-token"}

    @property
    def api_url(self) -> str:
        return f"{self.server.url}/rest"

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == "Bearer fake-integration-token"

    def answer(self, request: Request) -> Reply:
        match request.path.removeprefix("/rest/V1/").split("/"):
            case ["orders"]:
                return _search(request, [_order(one) for one in self.catalogue.orders.values()], "entity_id")
            case ["orders", number] if order := self.catalogue.orders.get(int(number)):
                return reply(_order(order))
            case ["customers", "search"]:
                return _search(request, [_customer(one) for one in self.catalogue.buyers.values()], "id")
            case ["customers", number] if buyer := self.catalogue.buyers.get(int(number)):
                return reply(_customer(buyer))
            case ["creditmemos"]:
                memos = [
                    _memo(order, place)
                    for order in self.catalogue.orders.values()
                    for place in range(len(order.refunds))
                ]
                return _search(request, memos, "entity_id")
        return reply({"message": "The entity that was requested doesn't exist."}, 404)

    def message(self, order: Order) -> Message:
        """Not signed: the shop's module sends a token in the address."""
        value = {"entity_id": str(order.id), "grand_total": f"{order.total}00"}
        body = encoded({"event": {"data": {"value": value}}})
        return Message(
            body, {"content-type": "application/json"}, f"/observer.sales_order_save_after?token={self.secret}"
        )


def _search(request: Request, rows: list[dict[str, Any]], name: str) -> Reply:
    wanted: dict[str, dict[str, str]] = {}
    for key, value in request.query.items():
        if match := _FILTER.fullmatch(key):
            wanted.setdefault(match[1], {})[match[2]] = value
    found = rows
    for one in wanted.values():
        field = name if one["field"] == "entity_id" else one["field"]
        found = [row for row in found if _holds(row[field], one["condition_type"], one["value"])]
    found = sorted(found, key=lambda row: int(row[name]))
    size = int(request.query.get("searchCriteria[pageSize]", "20"))
    return reply({"items": found[:size], "search_criteria": {}, "total_count": len(found)})


def _holds(value: Any, condition: str, wanted: str) -> bool:
    other = type(value)(wanted)
    return bool({"eq": value == other, "gt": value > other, "gteq": value >= other}[condition])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "firstname": buyer.first_name,
        "lastname": buyer.last_name,
        "created_at": _stamp(buyer.created_at),
        "updated_at": _stamp(buyer.updated_at),
        "addresses": [],
        "extension_attributes": {"is_subscribed": buyer.subscribed},
    }


def _order(order: Order) -> dict[str, Any]:
    buyer = order.buyer
    return {
        "entity_id": order.id,
        "increment_id": f"{order.id:09}",
        "state": "canceled" if order.cancelled else "processing",
        "status": "canceled" if order.cancelled else "processing",
        "created_at": _stamp(order.placed_at),
        "updated_at": _stamp(order.updated_at),
        "grand_total": order.total,
        "base_grand_total": order.total,
        "total_paid": order.total,
        "total_refunded": order.refunded,
        "tax_amount": order.tax,
        "shipping_amount": order.shipping,
        "discount_amount": -order.discount,
        "order_currency_code": "BRL",
        "customer_is_guest": 0 if buyer else 1,
        **({"customer_id": buyer.id} if buyer else {}),
        "customer_email": order.email,
        "billing_address": {"email": order.email, "firstname": "Maria", "lastname": "Silva", "country_id": "BR"},
        "items": [
            {
                "item_id": order.id * 100 + place,
                "product_id": 12,
                "sku": line.sku,
                "name": line.name,
                "qty_ordered": line.quantity,
                "price": line.price,
                "price_incl_tax": line.price,
            }
            for place, line in enumerate(order.lines)
        ],
    }


def _memo(order: Order, place: int) -> dict[str, Any]:
    refund = order.refunds[place]
    return {
        "entity_id": refund.id,
        "order_id": order.id,
        "state": 2,
        "grand_total": refund.amount,
        "created_at": _stamp(refund.at),
    }

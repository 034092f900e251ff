"""A shop of InSales: lists in the order of change, whole objects in webhooks that only their address tells apart."""

from datetime import datetime
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message, basic
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply


class InSales(FakeShop):
    platform = "insales"
    history = (4, 103)
    whole_refunds = True
    secret = "token-in-the-address"

    def options(self) -> dict[str, str]:
        return {"shop": "fake-shop.myinsales.ru"}

    def credentials(self) -> dict[str, str]:
        return {"api_key": "fake-key", "password": "fake-password"}

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == basic("fake-key", "fake-password")

    def answer(self, request: Request) -> Reply:
        match request.path.removeprefix("/admin/").removesuffix(".json").split("/"):
            case ["orders"]:
                return _page(request, [_order(one) for one in self.catalogue.orders.values()])
            case ["clients"]:
                return _page(request, [_client(one) for one in self.catalogue.buyers.values()])
            case ["orders", number] if order := self.catalogue.orders.get(int(number)):
                return reply(_order(order))
            case ["clients", number] if buyer := self.catalogue.buyers.get(int(number)):
                return reply(_client(buyer))
        return Reply(404)

    def message(self, order: Order) -> Message:
        path = f"/orders-update?token={self.secret}"
        return Message(encoded(_order(order)), {"content-type": "application/json"}, path)

    def who(self, order: Order, source: str) -> dict[str, Any]:
        number = order.buyer.id if order.buyer else _guest(order)["id"]
        return {"external_id": {"source": source, "id": str(number)}}


def _page(request: Request, rows: list[dict[str, Any]]) -> Reply:
    """Those after the last one seen: by when they changed, and by id among those that changed together."""
    query = request.query
    after = (datetime.fromisoformat(query["updated_since"]), int(query.get("from_id", "0")))
    found = sorted(rows, key=lambda row: (row["updated_at"], row["id"]))
    return reply([row for row in found if (row["updated_at"], row["id"]) > after][: int(query["per_page"])])


def _client(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "name": buyer.first_name,
        "surname": buyer.last_name,
        "phone": None,
        "subscribe": buyer.subscribed,
        "created_at": buyer.created_at,
        "updated_at": buyer.updated_at,
    }


def _guest(order: Order) -> dict[str, Any]:
    """Guests are clients too."""
    return {
        "id": 800_000 + order.id,
        "email": order.email,
        "name": "Maria",
        "surname": "Silva",
        "created_at": order.placed_at,
        "updated_at": order.placed_at,
    }


def _order(order: Order) -> dict[str, Any]:
    status = "declined" if order.cancelled else "returned" if order.refunds else "accepted"
    return {
        "id": order.id,
        "number": order.id - 70000,
        "created_at": order.placed_at,
        "updated_at": order.updated_at,
        "total_price": order.total,
        "full_delivery_price": order.shipping,
        "currency_code": "BRL",
        "financial_status": "paid",
        "paid_at": order.placed_at,
        "fulfillment_status": status,
        "discounts": [{"amount": order.discount, "full_amount": order.discount}],
        "order_lines": [
            {
                "id": order.id * 10 + place,
                "product_id": 1,
                "variant_id": 2,
                "sku": line.sku,
                "title": line.name,
                "quantity": line.quantity,
                "full_sale_price": line.price,
            }
            for place, line in enumerate(order.lines)
        ],
        "shipping_address": {},
        "client": _client(order.buyer) if order.buyer else _guest(order),
    }

"""A shop of BigCommerce: orders by V2, whose empty lists have no body, customers by V3, signed thin webhooks."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from app.domain import signatures
from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST_CUSTOMERS = 3


class BigCommerce(FakeShop):
    platform = "bigcommerce"
    history = (5, 253)

    def options(self) -> dict[str, str]:
        return {"store_hash": "fakestore"}

    def credentials(self) -> dict[str, str]:
        return {"access_token": "fake-token"}

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("x-auth-token") == "fake-token"

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/stores/fakestore")
        if path == "/v2/orders":
            return self._orders(request)
        if path == "/v3/customers":
            return self._customers(request)
        if path == "/v3/customers/subscribers":
            return _page(request, [])
        parts = path.split("/")
        order = self.catalogue.orders.get(int(parts[3])) if parts[2] == "orders" else None
        if order is None:
            return Reply(404)
        match parts[4:]:
            case []:
                return reply(_order(order))
            case ["products"]:
                return reply([_product(order, place) for place in range(len(order.lines))])
            case ["shipping_addresses"]:
                return Reply(204)
            case ["payment_actions", "refunds"]:
                return reply({"data": [_refund(order, place) for place in range(len(order.refunds))], "meta": {}})
        return Reply(404)

    def message(self, order: Order) -> Message:
        now = int(datetime.now(UTC).timestamp())
        scope, data = "store/order/updated", {"type": "order", "id": order.id}
        told = hashlib.sha1(f"{scope}{data}{order.updated_at}".encode()).hexdigest()
        body = encoded(
            {
                "scope": scope,
                "store_id": "1025646",
                "data": data,
                "hash": told,
                "created_at": int(order.updated_at.timestamp()),
                "producer": "stores/fakestore",
            }
        )
        signature = signatures.sign(self.secret.encode(), message_id=told, timestamp=now, body=body)
        headers = {"webhook-id": told, "webhook-timestamp": str(now), "webhook-signature": signature}
        return Message(body, headers)

    def _orders(self, request: Request) -> Reply:
        query = request.query
        since = datetime.fromisoformat(query["min_date_modified"]) if "min_date_modified" in query else None
        found = [one for one in self.catalogue.orders_since(since) if one.id >= int(query.get("min_id", "0"))]
        page = found[: min(250, int(query["limit"]))]
        return reply([_order(one) for one in page]) if page else Reply(204)

    def _customers(self, request: Request) -> Reply:
        query = request.query
        since = datetime.fromisoformat(query["date_modified:min"]) if "date_modified:min" in query else None
        wanted = query.get("id:in")
        found = [
            one for one in self.catalogue.buyers_since(since) if wanted is None or str(one.id) in wanted.split(",")
        ]
        return _page(request, [_customer(one) for one in found])


def _page(request: Request, found: list[Any]) -> Reply:
    page = int(request.query.get("page", "1"))
    pages = max(1, -(-len(found) // _MOST_CUSTOMERS))
    meta = {"pagination": {"total": len(found), "current_page": page, "total_pages": pages}}
    return reply({"data": found[(page - 1) * _MOST_CUSTOMERS : page * _MOST_CUSTOMERS], "meta": meta})


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "phone": "",
        "date_created": buyer.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date_modified": buyer.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "addresses": [],
        "form_fields": [],
    }


def _order(order: Order) -> dict[str, Any]:
    status = 5 if order.cancelled else 14 if order.refunds else 11
    return {
        "id": order.id,
        "customer_id": order.buyer.id if order.buyer else 0,
        "date_created": format_datetime(order.placed_at),
        "date_modified": format_datetime(order.updated_at),
        "date_shipped": "",
        "status_id": status,
        "payment_status": "",
        "total_inc_tax": f"{order.total}00",
        "total_tax": f"{order.tax}00",
        "shipping_cost_ex_tax": f"{order.shipping}00",
        "discount_amount": f"{order.discount}00",
        "coupon_discount": "0.0000",
        "refunded_amount": f"{order.refunded:.2f}00",
        "currency_code": "BRL",
        "payment_method": "Manual",
        "billing_address": {
            "first_name": "Maria",
            "last_name": "Silva",
            "email": order.email,
            "phone": "",
            "country_iso2": "BR",
        },
    }


def _product(order: Order, place: int) -> dict[str, Any]:
    line = order.lines[place]
    return {
        "id": order.id * 100 + place,
        "product_id": 77,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "price_inc_tax": f"{line.price}00",
    }


def _refund(order: Order, place: int) -> dict[str, Any]:
    refund = order.refunds[place]
    return {
        "id": refund.id,
        "order_id": order.id,
        "created": refund.at.isoformat(),
        "total_amount": refund.amount,
        "reason": "",
    }

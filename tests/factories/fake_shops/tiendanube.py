"""A shop of Tiendanube: pages by the header Link, a list of nothing that is answered 404, thin webhooks in hex."""

import hmac
from datetime import UTC, datetime
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST = 5
_LEFT = {"x_rate_limit_limit": "40", "x_rate_limit_remaining": "39", "x_rate_limit_reset": "500"}


class Tiendanube(FakeShop):
    platform = "tiendanube"
    whole_refunds = True

    def options(self) -> dict[str, str]:
        return {"store_id": "4321"}

    def credentials(self) -> dict[str, str]:
        return {"access_token": "fake-token"}

    @property
    def api_url(self) -> str:
        return f"{self.server.url}/v1"

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authentication") == "bearer fake-token" and "user-agent" in request.headers

    def answer(self, request: Request) -> Reply:
        given = request.query.get("updated_at_min")
        since = datetime.fromisoformat(given) if given else None
        match request.path.removeprefix("/v1/4321/").split("/"):
            case ["orders"]:
                return self._page(request, [_order(one) for one in self.catalogue.orders_since(since)])
            case ["customers"]:
                return self._page(request, [_customer(one) for one in self.catalogue.buyers_since(since)])
            case ["checkouts"]:
                return self._page(request, [])
            case ["orders", number] if order := self.catalogue.orders.get(int(number)):
                return reply(_order(order), **_LEFT)
            case ["customers", number] if buyer := self.catalogue.buyers.get(int(number)):
                return reply(_customer(buyer), **_LEFT)
        return reply({"code": 404, "message": "Not Found"}, 404)

    def message(self, order: Order) -> Message:
        body = encoded({"store_id": 4321, "event": "order/updated", "id": order.id})
        signature = hmac.digest(self.secret.encode(), body, "sha256").hex()
        return Message(body, {"x-linkedstore-hmac-sha256": signature})

    def _page(self, request: Request, found: list[Any]) -> Reply:
        page = int(request.query.get("page", "1"))
        last = -(-len(found) // _MOST)
        if page > last:
            return reply({"code": 404, "message": "Not Found", "description": f"Last page is {last}"}, 404)
        more: dict[str, str] = {}
        if page < last:
            more = {"link": f'<{self.server.url}{request.path}?page={page + 1}&per_page=200>; rel="next"'}
        return reply(found[(page - 1) * _MOST : page * _MOST], **_LEFT, **more)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "name": f"{buyer.first_name} {buyer.last_name}",
        "email": buyer.email,
        "identification": None,
        "phone": None,
        "accepts_marketing": buyer.subscribed,
        "created_at": _stamp(buyer.created_at),
        "updated_at": _stamp(buyer.updated_at),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.id - 70000,
        "store_id": "4321",
        "contact_email": order.email,
        "contact_name": "Maria Silva",
        "subtotal": str(order.goods),
        "discount": str(order.discount),
        "total": str(order.total),
        "shipping_cost_customer": str(order.shipping),
        "currency": "BRL",
        "language": "pt",
        "status": "cancelled" if order.cancelled else "open",
        "payment_status": "refunded" if order.refunds else "paid",
        "shipping_status": "unpacked",
        "created_at": _stamp(order.placed_at),
        "updated_at": _stamp(order.updated_at),
        "paid_at": _stamp(order.placed_at),
        "cancelled_at": _stamp(order.updated_at) if order.cancelled else None,
        "completed_at": {
            "date": order.placed_at.strftime("%Y-%m-%d %H:%M:%S.000000"),
            "timezone_type": 3,
            "timezone": "UTC",
        },
        "coupon": [],
        "products": [
            {
                "product_id": 9,
                "variant_id": "99",
                "name": {"pt": line.name},
                "price": str(line.price),
                "quantity": str(line.quantity),
                "sku": line.sku,
            }
            for line in order.lines
        ],
        **({"customer": _customer(order.buyer)} if order.buyer else {}),
    }

"""A seller of Mercado Libre: orders of buyers known by their numbers, tokens that end, and one that works once."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST = 5


class MercadoLibre(FakeShop):
    platform = "mercadolibre"
    secret = "token-in-the-address"

    def __init__(self) -> None:
        super().__init__()
        self.renewals = 0
        self.refused_renewals = 0
        self.access_token = "APP_USR-0"
        self.refresh_token = "TG-0"

    def options(self) -> dict[str, str]:
        return {"seller_id": "123456789"}

    def credentials(self) -> dict[str, str]:
        return {
            "client_id": "424242",
            "client_secret": "fake-client-secret",
            "refresh_token": self.refresh_token,
            "access_token": self.access_token,
        }

    def end_token(self) -> None:
        """As after six hours."""
        self.access_token = "APP_USR-not-given-yet"

    def is_allowed(self, request: Request) -> bool:
        return request.path == "/oauth/token" or request.headers.get("authorization") == f"Bearer {self.access_token}"

    def answer(self, request: Request) -> Reply:
        match request.path.strip("/").split("/"):
            case ["oauth", "token"]:
                return self._token(dict(parse_qsl(request.body.decode())))
            case ["orders", "search"]:
                return self._search(request)
            case ["missed_feeds"]:
                return reply({"messages": []})
            case ["orders", number] if order := self.catalogue.orders.get(int(number)):
                return reply(_order(order))
        return reply({"message": "not_found", "status": 404}, 404)

    def message(self, order: Order) -> Message:
        body = encoded(
            {
                "resource": f"/orders/{order.id}",
                "user_id": 123456789,
                "topic": "orders_v2",
                "application_id": 424242,
                "attempts": 1,
                "sent": order.updated_at.isoformat(),
                "received": order.updated_at.isoformat(),
            }
        )
        return Message(body, {"content-type": "application/json"}, f"?token={self.secret}")

    def who(self, order: Order, source: str) -> dict[str, Any]:
        return {"external_id": {"source": source, "id": str(_buyer_id(order))}}

    def _token(self, asked: dict[str, str]) -> Reply:
        if asked["refresh_token"] != self.refresh_token or asked["client_secret"] != "fake-client-secret":
            self.refused_renewals += 1
            return reply({"error": "invalid_grant", "status": 400}, 400)
        self.renewals += 1
        self.access_token, self.refresh_token = f"APP_USR-{self.renewals}", f"TG-{self.renewals}"
        return reply({"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": 21600})

    def _search(self, request: Request) -> Reply:
        query = request.query
        assert query["seller"] == "123456789"
        changed, created = query.get("order.date_last_updated.from"), query.get("order.date_created.from")
        found = self.catalogue.orders_since(datetime.fromisoformat(changed) if changed else None)
        if created:
            found = [one for one in found if one.placed_at >= datetime.fromisoformat(created)]
        found.sort(key=lambda one: one.placed_at)
        page = found[: min(_MOST, int(query["limit"]))]
        return reply({"results": [_order(one) for one in page], "paging": {"total": len(found), "offset": 0}})


def _buyer_id(order: Order) -> int:
    """Everybody has a number."""
    return order.buyer.id if order.buyer else 9_000_000 + order.id


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "status": "cancelled" if order.cancelled else "paid",
        "date_created": order.placed_at,
        "date_closed": order.placed_at,
        "last_updated": order.updated_at,
        "total_amount": order.total - order.shipping,
        "paid_amount": order.total,
        "currency_id": "BRL",
        "buyer": {"id": _buyer_id(order), "nickname": f"BUYER{_buyer_id(order)}"},
        "tags": ["paid"],
        "order_items": [
            {
                "item": {"id": "MLB1", "title": line.name, "seller_sku": line.sku},
                "quantity": line.quantity,
                "unit_price": line.price,
            }
            for line in order.lines
        ],
        "payments": [
            {
                "id": order.id * 3,
                "status": "approved",
                "date_approved": order.placed_at,
                "date_last_modified": order.updated_at,
                "shipping_cost": order.shipping,
                "transaction_amount": order.total - order.shipping,
                "transaction_amount_refunded": sum((one.amount for one in order.refunds), Decimal(0)),
            }
        ],
    }

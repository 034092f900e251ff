"""A shop of Shopify: the REST Admin API with page_info cursors, and whole objects in its webhooks."""

import hashlib
from datetime import datetime
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message, hmac_base64
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST = 5  # a page is shorter here than what may be asked for


class Shopify(FakeShop):
    platform = "shopify"
    token = "shpat_first"
    renewals = 0

    def options(self) -> dict[str, str]:
        return {"shop": "fake-shop.myshopify.com"}

    def credentials(self) -> dict[str, str]:
        return {"access_token": self.token, "client_id": "fake-client", "client_secret": "fake-client-secret"}

    def end_token(self) -> None:
        """As after 24 hours."""
        self.token = "shpat_not_given_yet"

    def is_allowed(self, request: Request) -> bool:
        return request.path.endswith("/access_token") or request.headers.get("x-shopify-access-token") == self.token

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/admin/")
        if path == "oauth/access_token":
            if request.json.get("client_secret") != "fake-client-secret":
                return Reply(400)
            self.renewals += 1
            self.token = f"shpat_renewed_{self.renewals}"
            return reply({"access_token": self.token, "expires_in": 86399})
        name = path.rpartition("/")[2].removesuffix(".json")
        if name == "orders":
            found = [_order(one) for one in self.catalogue.orders_since(_since(request))]
            return self._page(request, "orders", found if request.query.get("status", "any") == "any" else [])
        if name == "customers":
            found = [_customer(one) for one in self.catalogue.buyers_since(_since(request))]
            return self._page(request, "customers", found)
        if name == "checkouts":
            return reply({"checkouts": []})
        if "/orders/" in path and (order := self.catalogue.orders.get(int(name))):
            return reply({"order": _order(order)})
        if "/customers/" in path and (buyer := self.catalogue.buyers.get(int(name))):
            return reply({"customer": _customer(buyer)})
        return Reply(404)

    def message(self, order: Order) -> Message:
        body = encoded(_order(order))
        return Message(
            body,
            {
                "x-shopify-topic": "orders/updated",
                "x-shopify-hmac-sha256": hmac_base64(self.secret, body),
                "x-shopify-shop-domain": "fake-shop.myshopify.com",
                "x-shopify-api-version": "2026-04",
                "x-shopify-webhook-id": hashlib.sha256(body).hexdigest()[:32],
                "x-shopify-event-id": hashlib.sha256(body).hexdigest()[32:],
                "x-shopify-triggered-at": order.updated_at.isoformat(),
            },
        )

    def _page(self, request: Request, name: str, found: list[Any]) -> Reply:
        """A cursor stands for all other parameters, which are refused beside it."""
        query = request.query
        start = 0
        if (cursor := query.get("page_info")) is not None:
            if set(query) - {"page_info", "limit"}:
                return Reply(400)
            start = int(cursor.removeprefix("after."))
        page = found[start : start + _MOST]
        more: dict[str, str] = {}
        if start + _MOST < len(found):
            address = f"{self.server.url}{request.path}?limit={query['limit']}&page_info=after.{start + _MOST}"
            more = {"link": f'<{address}>; rel="next"'}
        return reply({name: page}, x_shopify_shop_api_call_limit="1/40", **more)


def _since(request: Request) -> datetime | None:
    given = request.query.get("updated_at_min")
    return datetime.fromisoformat(given) if given else None


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "created_at": buyer.created_at,
        "updated_at": buyer.updated_at,
        "tags": "",
    }


def _money(amount: Any) -> dict[str, Any]:
    return {name: {"amount": str(amount), "currency_code": "BRL"} for name in ("shop_money", "presentment_money")}


def _order(order: Order) -> dict[str, Any]:
    status = "refunded" if order.refunded == order.total else "partially_refunded" if order.refunds else "paid"
    return {
        "id": order.id,
        "name": f"#{order.id}",
        "email": order.email,
        "created_at": order.placed_at,
        "processed_at": order.placed_at,
        "updated_at": order.updated_at,
        "cancelled_at": order.updated_at if order.cancelled else None,
        "financial_status": status,
        "fulfillment_status": None,
        "test": False,
        "currency": "BRL",
        "total_price": str(order.total),
        "total_price_set": _money(order.total),
        "total_tax": str(order.tax),
        "total_discounts": str(order.discount),
        "total_shipping_price_set": _money(order.shipping),
        "line_items": [
            {
                "id": order.id * 100 + place,
                "product_id": 1,
                "variant_id": 2,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "price": str(line.price),
            }
            for place, line in enumerate(order.lines)
        ],
        "refunds": [
            {
                "id": refund.id,
                "order_id": order.id,
                "created_at": refund.at,
                "processed_at": refund.at,
                "transactions": [
                    {"kind": "refund", "status": "success", "amount": str(refund.amount), "currency": "BRL"}
                ],
            }
            for refund in order.refunds
        ],
        "customer": None if order.buyer is None else _customer(order.buyer),
    }

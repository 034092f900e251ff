"""A shop of WooCommerce: the REST API v3 with numbered pages, whole objects in its webhooks, times without offsets."""

from datetime import UTC, datetime
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message, basic, hmac_base64
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST = 5


class WooCommerce(FakeShop):
    platform = "woocommerce"
    polls_buyers = False  # they cannot be asked for by when they changed

    def options(self) -> dict[str, str]:
        return {"url": "https://fake-shop.example"}

    def credentials(self) -> dict[str, str]:
        return {"consumer_key": "ck_fake", "consumer_secret": "cs_fake"}

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == basic("ck_fake", "cs_fake")

    def answer(self, request: Request) -> Reply:
        name, _, number = request.path.removeprefix("/wp-json/wc/v3/").partition("/")
        if name == "orders":
            if number:
                order = self.catalogue.orders.get(int(number))
                return reply(_order(order)) if order else Reply(404)
            since = None
            if after := request.query.get("modified_after"):
                assert request.query["dates_are_gmt"] == "true"
                since = datetime.fromisoformat(after).replace(tzinfo=UTC)
            return self._page(request, [_order(one) for one in self.catalogue.orders_since(since)])
        if name == "customers":
            if number:
                buyer = self.catalogue.buyers.get(int(number))
                return reply(_customer(buyer)) if buyer else Reply(404)
            return self._page(request, [_customer(one) for one in self.catalogue.buyers.values()])
        return Reply(404)

    def message(self, order: Order) -> Message:
        body = encoded(_order(order)).replace(b"/", b"\\/")
        return Message(
            body,
            {
                "x-wc-webhook-topic": "order.updated",
                "x-wc-webhook-resource": "order",
                "x-wc-webhook-event": "updated",
                "x-wc-webhook-signature": hmac_base64(self.secret, body),
                "x-wc-webhook-id": "7",
                "x-wc-webhook-delivery-id": "shared-within-a-second",
            },
        )

    def _page(self, request: Request, found: list[Any]) -> Reply:
        page = int(request.query.get("page", "1"))
        pages = max(1, -(-len(found) // _MOST))
        links = []
        for other, rel in ((page - 1, "prev"), (page + 1, "next")):
            if 1 <= other <= pages:
                links.append(f'<{self.server.url}{request.path}?per_page=100&page={other}&order=asc>; rel="{rel}"')
        return reply(
            found[(page - 1) * _MOST : page * _MOST],
            x_wp_total=str(len(found)),
            x_wp_totalpages=str(pages),
            **({"link": ", ".join(links)} if links else {}),
        )


def _stamp(at: datetime | None) -> str | None:
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S")


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "date_created_gmt": _stamp(buyer.created_at),
        "date_modified_gmt": _stamp(buyer.updated_at),
        "billing": {"email": buyer.email, "country": "BR"},
        "meta_data": [],
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": str(order.id),
        "status": "cancelled" if order.cancelled else "processing",
        "currency": "BRL",
        "date_created": _stamp(order.placed_at),
        "date_created_gmt": _stamp(order.placed_at),
        "date_modified_gmt": _stamp(order.updated_at),
        "date_paid_gmt": _stamp(order.placed_at),
        "date_completed_gmt": None,
        "total": str(order.total),
        "shipping_total": str(order.shipping),
        "total_tax": str(order.tax),
        "discount_total": str(order.discount),
        "customer_id": order.buyer.id if order.buyer else 0,
        "billing": {"email": order.email, "first_name": "Maria", "last_name": "Silva", "country": "BR"},
        "shipping": {},
        "payment_method": "pix",
        "created_via": "checkout",
        "line_items": [
            {
                "id": order.id * 100 + place,
                "product_id": 1,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "price": line.price,
                "total": str(line.sum),
            }
            for place, line in enumerate(order.lines)
        ],
        "refunds": [{"id": refund.id, "reason": "", "total": f"-{refund.amount}"} for refund in order.refunds],
        "meta_data": [],
    }

"""A shop of PrestaShop: the Webservice in JSON with its filters, times of the shop's clock, and its owner's module."""

import re
import uuid
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain import signatures
from tests.factories.fake_shops.base import FakeShop, Message, basic
from tests.factories.fake_shops.catalogue import Buyer, Order
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_ZONE = ZoneInfo("Europe/Madrid")
_KEY = "FAKEWEBSERVICEKEY0123456789"
_RANGE = re.compile(r"\[(.*?),(.*?)]")


class PrestaShop(FakeShop):
    platform = "prestashop"
    history = (4, 103)
    tells_guests = False  # where they are none of its customers
    secret = signatures.secret_of(b"a key of the test shop's module.")

    def options(self) -> dict[str, str]:
        return {"timezone": "Europe/Madrid"}

    def credentials(self) -> dict[str, str]:
        return {"webservice_key": _KEY}

    @property
    def api_url(self) -> str:
        return f"{self.server.url}/api"

    def is_allowed(self, request: Request) -> bool:
        return request.headers.get("authorization") == basic(_KEY, "")

    def answer(self, request: Request) -> Reply:
        assert request.query["output_format"] == "JSON"
        match request.path.removeprefix("/api/").split("/"):
            case ["orders"]:
                return _filtered(request, "orders", [_order(one) for one in self.catalogue.orders.values()])
            case ["orders", number]:
                order = self.catalogue.orders.get(int(number))
                return reply({"order": _order(order)}) if order else Reply(404)
            case ["customers"]:
                return _filtered(request, "customers", [_customer(one) for one in self.catalogue.buyers.values()])
            case ["order_slip"]:
                slips = [
                    _slip(one, place) for one in self.catalogue.orders.values() for place in range(len(one.refunds))
                ]
                return _filtered(request, "order_slips", slips)
            case ["currencies"]:
                return reply({"currencies": [{"id": 1, "iso_code": "BRL"}]})
            case ["order_states"]:
                flags = [{"id": 2, "paid": "1", "shipped": "0"}, {"id": 6, "paid": "0", "shipped": "0"}]
                return reply({"order_states": flags})
            case ["addresses" | "states"]:
                return reply([])  # an empty list comes without its name
            case ["countries"]:
                return reply({"countries": [{"id": 58, "iso_code": "BR"}]})
        return Reply(404)

    def message(self, order: Order) -> Message:
        now = datetime.now(UTC)
        body = encoded({"type": "order.changed", "timestamp": now.isoformat(), "data": {"id": order.id}})
        message_id = uuid.uuid4().hex
        at = int(now.timestamp())
        key = signatures.key_of(self.secret)
        signature = signatures.sign(key, message_id=message_id, timestamp=at, body=body)
        headers = {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": signature}
        return Message(body, headers)


def _filtered(request: Request, name: str, rows: list[dict[str, Any]]) -> Reply:
    found = rows
    for key, value in request.query.items():
        if not key.startswith("filter["):
            continue
        field = key.removeprefix("filter[").removesuffix("]")
        if bounds := _RANGE.fullmatch(value):
            kind = int if field == "id" else str
            found = [row for row in found if kind(bounds[1]) <= kind(row[field]) <= kind(bounds[2])]
        else:
            found = [row for row in found if str(row[field]) == value.strip("[]")]
    found = sorted(found, key=lambda row: int(row["id"]))[: int(request.query.get("limit", "1000"))]
    if not found:
        return reply([])
    display = request.query.get("display", "full")
    if display.startswith("["):
        names = display.strip("[]").split(",")
        found = [{field: row[field] for field in names if field in row} for row in found]
    return reply({name: found})


def _stamp(at: datetime) -> str:
    return at.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _customer(buyer: Buyer) -> dict[str, Any]:
    return {
        "id": buyer.id,
        "email": buyer.email,
        "firstname": buyer.first_name,
        "lastname": buyer.last_name,
        "passwd": "a hash that nobody may ask for",
        "id_gender": "2",
        "birthday": "0000-00-00",
        "newsletter": "0",
        "newsletter_date_add": "0000-00-00 00:00:00",
        "date_add": _stamp(buyer.created_at),
        "date_upd": _stamp(buyer.updated_at),
    }


def _order(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "id_customer": str(order.buyer.id if order.buyer else 0),
        "id_currency": "1",
        "current_state": "6" if order.cancelled else "2",
        "reference": f"REF{order.id}",
        "payment": "Pix",
        "invoice_date": _stamp(order.placed_at),
        "delivery_date": "0000-00-00 00:00:00",
        "date_add": _stamp(order.placed_at),
        "date_upd": _stamp(order.updated_at),
        "total_paid_tax_incl": f"{order.total:.6f}",
        "total_paid_tax_excl": f"{order.total - order.tax:.6f}",
        "total_shipping_tax_excl": f"{order.shipping:.6f}",
        "total_discounts_tax_incl": f"{order.discount:.6f}",
        "associations": {
            "order_rows": [
                {
                    "id": str(place),
                    "product_id": "3",
                    "product_reference": line.sku,
                    "product_name": line.name,
                    "product_quantity": str(line.quantity),
                    "unit_price_tax_incl": f"{line.price:.6f}",
                }
                for place, line in enumerate(order.lines)
            ]
        },
    }


def _slip(order: Order, place: int) -> dict[str, Any]:
    refund = order.refunds[place]
    return {
        "id": refund.id,
        "id_order": str(order.id),
        "amount": f"{refund.amount:.6f}",
        "total_products_tax_incl": f"{refund.amount:.6f}",
        "total_shipping_tax_incl": "0.000000",
        "date_add": _stamp(refund.at),
    }

"""A shop of VTEX: a list that names orders, their details in cents, a hook, a feed of what is not committed."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.factories.fake_shops.base import FakeShop, Message
from tests.factories.fake_shops.catalogue import Buyer, Order, now
from tests.factories.fake_shops.server import Reply, Request, encoded, reply

_MOST = 5
_CREATED = re.compile(r"creationDate:\[(\S+) TO (\S+)]")


class Vtex(FakeShop):
    platform = "vtex"

    def __init__(self) -> None:
        super().__init__()
        self.committed: set[str] = set()

    def options(self) -> dict[str, str]:
        return {"account": "fakeaccount"}

    def credentials(self) -> dict[str, str]:
        return {"app_key": "vtexappkey-fake", "app_token": "FAKETOKEN"}

    def is_allowed(self, request: Request) -> bool:
        headers = request.headers
        return (headers.get("x-vtex-api-appkey"), headers.get("x-vtex-api-apptoken")) == (
            "vtexappkey-fake",
            "FAKETOKEN",
        )

    def answer(self, request: Request) -> Reply:
        path = request.path.removeprefix("/api/")
        if path == "orders/feed" and request.method == "POST":
            self.committed |= set(request.json["handles"])
            return Reply()
        if path == "orders/feed":
            waiting = [one for one in self.feed() if one["handle"] not in self.committed]
            return reply(waiting[: min(10, int(request.query["maxlot"]))])
        if path == "oms/pvt/orders":
            return self._list(request)
        number = path.removeprefix("oms/pvt/orders/").removeprefix("v").removesuffix("-01")
        order = self.catalogue.orders.get(int(number))
        return reply(self._order(order)) if order else Reply(404)

    def feed(self) -> list[dict[str, Any]]:
        """What has changed lately."""
        return [
            {
                "eventId": f"event-{order.id}",
                "handle": f"handle:{order.id}:{order.updated_at.isoformat()}",
                "domain": "Fulfillment",
                "state": "handling",
                "orderId": self.order_id(order),
                "currentChange": _stamp(order.updated_at),
            }
            for order in self.catalogue.orders_since(now() - timedelta(minutes=30))
        ]

    def order_id(self, order: Order) -> str:
        return f"v{order.id}-01"

    def buyer_id(self, buyer: Buyer) -> str:
        return f"profile-{buyer.id}"

    def message(self, order: Order) -> Message:
        body = encoded(
            {
                "Domain": "Fulfillment",
                "OrderId": self.order_id(order),
                "State": "handling",
                "LastState": "ready-for-handling",
                "CurrentChange": _stamp(order.updated_at),
                "Origin": {"Account": "fakeaccount", "Key": "vtexappkey-fake"},
            }
        )
        return Message(body, {"x-clientela-token": self.secret})

    def _list(self, request: Request) -> Reply:
        match = _CREATED.fullmatch(request.query["f_creationDate"])
        assert match is not None
        first, last = (datetime.fromisoformat(one) for one in match.groups())
        found = [one for one in self.catalogue.orders.values() if first <= one.placed_at <= last]
        found.sort(key=lambda one: one.placed_at)
        rows = [{"orderId": self.order_id(one), "creationDate": _stamp(one.placed_at)} for one in found[:_MOST]]
        pages = max(1, -(-len(found) // _MOST))
        return reply(
            {"list": rows, "paging": {"total": len(found), "pages": pages, "currentPage": 1, "perPage": _MOST}}
        )

    def _order(self, order: Order) -> dict[str, Any]:
        profile = f"profile-{order.buyer.id}" if order.buyer else None
        back = [
            {
                "type": "Input",
                "invoiceNumber": str(refund.id),
                "invoiceValue": _cents(refund.amount),
                "issuanceDate": _stamp(refund.at),
            }
            for refund in order.refunds
        ]
        sums = {
            "Items": order.goods,
            "Discounts": -order.discount,
            "Shipping": order.shipping,
            "Tax": order.tax,
        }
        return {
            "orderId": self.order_id(order),
            "sequence": str(order.id),
            "status": "canceled" if order.cancelled else "handling",
            "value": _cents(order.total),
            "creationDate": _stamp(order.placed_at),
            "lastChange": _stamp(order.updated_at),
            "authorizedDate": _stamp(order.placed_at),
            "totals": [{"id": name, "value": _cents(value)} for name, value in sums.items()],
            "items": [
                {
                    "id": "5",
                    "productId": "6",
                    "refId": line.sku,
                    "name": line.name,
                    "quantity": line.quantity,
                    "sellingPrice": _cents(line.price),
                }
                for line in order.lines
            ],
            "clientProfileData": {
                "email": order.email,
                "firstName": "Maria",
                "lastName": "Silva",
                "userProfileId": profile,
            },
            "clientPreferencesData": {"locale": "pt-BR", "optinNewsLetter": False},
            "storePreferencesData": {"countryCode": "BRA", "currencyCode": "BRL"},
            "packageAttachment": {"packages": back},
        }


def _cents(amount: Decimal) -> int:
    return int(amount * 100)


def _stamp(at: datetime) -> str:
    """With seven digits of a second, as .NET has them."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")

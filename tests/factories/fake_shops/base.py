"""What every fake shop has: a catalogue, a server, how it is connected, and the messages that it sends."""

import base64
import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.factories.fake_shops.catalogue import Buyer, Catalogue, Order
from tests.factories.fake_shops.server import Reply, Request, Server


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook as the platform sends it: `path` is what follows the source's URL."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""


class FakeShop(ABC):
    platform: ClassVar[str]
    # Enough for a second page, and some buyers.
    history: ClassVar[tuple[int, int]] = (5, 12)
    secret: ClassVar[str] = "secret-of-the-test-shop"
    # What the platform tells, and what it does not.
    tells_guests: ClassVar[bool] = True
    whole_refunds: ClassVar[bool] = False  # an order is given back whole or not at all
    polls_buyers: ClassVar[bool] = True  # beside orders

    def __init__(self) -> None:
        buyers, orders = self.history
        self.catalogue = Catalogue.with_history(buyers=buyers, orders=orders, whole_refunds=self.whole_refunds)
        self.server = Server(self._answer)

    def connection(self) -> dict[str, Any]:
        """The body that connects a source to this shop."""
        return {
            "platform": self.platform,
            "secrets": [self.secret],
            "options": {**self.options(), "api_url": self.api_url},
            "credentials": self.credentials(),
        }

    @property
    def api_url(self) -> str:
        return self.server.url

    def options(self) -> dict[str, str]:
        return {}

    @abstractmethod
    def credentials(self) -> dict[str, str]: ...

    @abstractmethod
    def is_allowed(self, request: Request) -> bool:
        """Whether the request proves who asks."""

    @abstractmethod
    def answer(self, request: Request) -> Reply: ...

    @abstractmethod
    def message(self, order: Order) -> Message:
        """What the platform sends when this order has changed."""

    def order_id(self, order: Order) -> str:
        return str(order.id)

    def buyer_id(self, buyer: Buyer) -> str:
        return str(buyer.id)

    def who(self, order: Order, source: str) -> dict[str, Any]:
        """How her customer is found in our API."""
        if order.buyer is not None:
            return {"external_id": {"source": source, "id": self.buyer_id(order.buyer)}}
        if self.tells_guests:
            return {"email": order.email}
        return {"external_id": {"source": source, "id": f"guest:{self.order_id(order)}"}}

    def _answer(self, request: Request) -> Reply:
        return self.answer(request) if self.is_allowed(request) else Reply(401)


def hmac_base64(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

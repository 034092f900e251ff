"""What a fake shop holds, whatever its platform: buyers and their orders, which change; and what that comes to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal


def now() -> datetime:
    """Of when it is asked: a run of all tests lasts longer than what a poll looks back."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(slots=True)
class Buyer:
    id: int
    email: str
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    subscribed: bool = False


@dataclass(slots=True)
class Line:
    sku: str
    name: str
    quantity: int
    price: Decimal

    @property
    def sum(self) -> Decimal:
        return self.quantity * self.price


@dataclass(slots=True)
class Refund:
    id: int
    amount: Decimal
    at: datetime


@dataclass(slots=True)
class Order:
    """Without a `buyer` it is a guest's, of whom `email` is known."""

    id: int
    buyer: Buyer | None
    email: str
    placed_at: datetime
    updated_at: datetime
    lines: list[Line]
    shipping: Decimal
    tax: Decimal
    discount: Decimal
    paid: bool = True
    cancelled: bool = False
    refunds: list[Refund] = field(default_factory=list)

    @property
    def goods(self) -> Decimal:
        return sum((line.sum for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.goods + self.shipping + self.tax - self.discount

    @property
    def refunded(self) -> Decimal:
        return sum((refund.amount for refund in self.refunds), Decimal(0))


@dataclass(slots=True)
class Catalogue:
    """Buyers and orders by their ids. Every change has a time of its own, a second after the one before."""

    buyers: dict[int, Buyer] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    changed_at: datetime = field(default_factory=lambda: now() - timedelta(minutes=5))
    whole_refunds: bool = False

    @classmethod
    def with_history(cls, *, buyers: int, orders: int, whole_refunds: bool = False) -> "Catalogue":
        """So many of each; one order in five is a guest's, one in seven was given back, one in nine is cancelled."""
        made, today = cls(whole_refunds=whole_refunds), now()
        for number in range(buyers):
            made.add_buyer(at=today - timedelta(days=400 - number))
        people = list(made.buyers.values())
        for number in range(orders):
            at = today - timedelta(days=300, hours=-number)
            guest = number % 5 == 4
            order = made.place(None if guest else people[number % len(people)], at=at)
            if number % 7 == 3:
                made.refund(order, at=at + timedelta(days=3))
            elif number % 9 == 8:
                made.cancel(order, at=at + timedelta(days=1))
        return made

    def add_buyer(self, *, at: datetime | None = None) -> Buyer:
        number = 5001 + len(self.buyers)
        at = at or self._next()
        buyer = Buyer(number, f"buyer{number}@example.com", "Maria", f"Silva {_letters(number)}", at, at)
        self.buyers[number] = buyer
        return buyer

    def rename(self, buyer: Buyer, first_name: str) -> Buyer:
        buyer.first_name, buyer.updated_at = first_name, self._next()
        return buyer

    def place(self, buyer: Buyer | None, *, at: datetime | None = None) -> Order:
        number = max(self.orders, default=70000) + 1
        at = at or self._next()
        cents = number % 100
        lines = [
            Line(f"SKU-{number % 13}", "Running shoe", 1 + number % 3, Decimal(4990 + cents) / 100),
            Line(f"SKU-{number % 7}", "Socks", 2, Decimal("9.95")),
        ]
        email = buyer.email if buyer else f"guest{number}@example.com"
        order = Order(number, buyer, email, at, at, lines, Decimal("12.50"), Decimal("0.00"), Decimal("5.01"))
        self.orders[number] = order
        return order

    def refund(self, order: Order, *, at: datetime | None = None) -> Order:
        at = at or self._next()
        amount = order.total if self.whole_refunds else Decimal("3.15")
        order.refunds.append(Refund(order.id * 10 + len(order.refunds), amount, at))
        order.updated_at = at
        return order

    def cancel(self, order: Order, *, at: datetime | None = None) -> Order:
        order.cancelled, order.updated_at = True, at or self._next()
        return order

    def buy_more(self, order: Order, quantity: int) -> Order:
        order.lines[0].quantity += quantity
        order.updated_at = self._next()
        return order

    def orders_since(self, since: datetime | None) -> list[Order]:
        """Those that changed since then, by id."""
        return [one for one in self.orders.values() if since is None or one.updated_at >= since]

    def buyers_since(self, since: datetime | None) -> list[Buyer]:
        return [one for one in self.buyers.values() if since is None or one.updated_at >= since]

    def _next(self) -> datetime:
        self.changed_at += timedelta(seconds=1)
        return self.changed_at


def _letters(number: int) -> str:
    """Names have no digits in them."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))

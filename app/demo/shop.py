"""Invents a plausible shop from a seed: the same seed and day give the same shop. No person in it exists."""

import random
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from app.demo import people
from app.demo.orders import SOURCE

DAYS = 730
YEAR = 365
# Share of a usual month: Mother's Day in May, Black Friday in November, gifts in December, quiet after both.
SEASON = (0.75, 0.80, 0.95, 0.95, 1.20, 1.05, 0.95, 0.95, 0.95, 1.05, 1.80, 1.60)
HOURS = (*range(9, 23), 12, 13, 19, 20, 20, 21, 21, 21)
PROSPECTS, ONE_ORDER, CHURNED = 0.08, 0.46, 0.45
REFUNDED, CANCELLED = 0.045, 0.02

# sku, name, category, price in cents
PRODUCTS = (
    ("SAN-01", "Leather sandal", "shoes", 18990),
    ("TEN-02", "Canvas trainers", "shoes", 24990),
    ("BOT-03", "Ankle boot", "shoes", 39990),
    ("CAM-04", "Cotton shirt", "clothes", 9990),
    ("VES-05", "Linen dress", "clothes", 22990),
    ("JEA-06", "Straight jeans", "clothes", 17990),
    ("JAQ-07", "Rain jacket", "clothes", 34990),
    ("BOL-08", "Shoulder bag", "accessories", 15990),
    ("CIN-09", "Belt", "accessories", 6990),
    ("LEN-10", "Silk scarf", "accessories", 8990),
    ("OCU-11", "Sunglasses", "accessories", 12990),
    ("MEI-12", "Socks, three pairs", "accessories", 3990),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One consent decision as the API takes it, without the notice; `language` says which notice was shown."""

    language: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """Bodies for the API: customers, events in order of time, consent decisions in order of time."""

    customers: tuple[dict[str, Any], ...]
    events: tuple[dict[str, Any], ...]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The last two years up to yesterday; days are numbered from 0. `weights` are running sums of seasonal demand."""

    first: date
    weights: tuple[float, ...]
    zone: ZoneInfo

    def pick(self, rng: random.Random, start: int, end: int) -> int:
        """A day from `start` to `end`, both included, as likely as its season."""
        low = self.weights[start - 1] if start else 0.0
        return min(end, bisect_left(self.weights, low + rng.random() * (self.weights[end] - low), start, end))

    def moment(self, rng: random.Random, day: int) -> datetime:
        """A time of day at which people buy."""
        clock = time(rng.choice(HOURS), rng.randrange(60), rng.randrange(60))
        return datetime.combine(self.first + timedelta(days=day), clock, self.zone)


def generate(
    seed: int, *, today: date, timezone: str = "America/Sao_Paulo", currency: str = "BRL", customers: int = 2000
) -> Shop:
    """A shop of so many customers over the two years before `today`: about 3.5 orders per customer."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose; nothing here is a secret
    calendar = make_calendar(today, timezone)
    records: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    decisions: list[Decision] = []
    for number in range(1, customers + 1):
        # Shops grow: the root makes later sign-ups likelier than early ones.
        start = min(DAYS - 1, int(DAYS * rng.random() ** 0.75))
        joined = calendar.moment(rng, start)
        record = people.customer(rng, number, source=SOURCE, registered_at=joined)
        records.append(record)
        events += order_events(rng, calendar, number, start, joined, currency=currency)
        decisions += consent_decisions(rng, calendar, record, start, joined)
    events.sort(key=lambda event: datetime.fromisoformat(event["occurred_at"]))
    decisions.sort(key=lambda decision: datetime.fromisoformat(decision.body["occurred_at"]))
    return Shop(tuple(records), tuple(events), tuple(decisions))


def make_calendar(today: date, timezone: str) -> Calendar:
    """Demand per day of the two years that end yesterday."""
    first = today - timedelta(days=DAYS)
    days = (first + timedelta(days=number) for number in range(DAYS))
    weights = accumulate(SEASON[day.month - 1] * (1.25 if day.weekday() in (0, 6) else 1.0) for day in days)
    return Calendar(first, tuple(weights), ZoneInfo(timezone))


def order_count(rng: random.Random) -> int:
    """How often someone buys: some never, nearly half once, few very often."""
    if rng.random() < PROSPECTS:
        return 0
    if rng.random() < ONE_ORDER:
        return 1
    return 2 + int(rng.expovariate(1 / 9.5))


def order_events(
    rng: random.Random, calendar: Calendar, number: int, start: int, joined: datetime, *, currency: str
) -> list[dict[str, Any]]:
    """All orders of one customer and what became of them: the first at sign-up, the others until she left."""
    count = order_count(rng)
    lifetime = int(rng.expovariate(1 / 150)) if rng.random() < CHURNED else DAYS
    end = min(DAYS - 1, start + lifetime)
    # Whoever has been here for less than a year has had less time to come back.
    more = round((count - 1) * min(1.0, (end - start) / YEAR))
    later = sorted(calendar.pick(rng, start, end) for _ in range(more))
    budget = rng.choice((0.8, 1.0, 1.0, 1.3))
    events = []
    for index, day in enumerate([start, *later] if count else []):
        at = calendar.moment(rng, day) if index else joined + timedelta(minutes=rng.randrange(4, 50))
        events += one_order(rng, f"{number:05d}-{index + 1:02d}", number, at, budget, calendar, currency=currency)
    return events


def one_order(
    rng: random.Random,
    order_id: str,
    number: int,
    at: datetime,
    budget: float,
    calendar: Calendar,
    *,
    currency: str,
) -> list[dict[str, Any]]:
    """`order.paid`, sometimes followed by a refund of a line or of all, or by a cancellation."""
    goods = 0
    items = []
    most = 3 if budget >= 1 else 2
    for sku, name, category, price in rng.sample(PRODUCTS, rng.choice((1, 1, 2, 2, most))):
        quantity = rng.choice((1, 1, 1, 2))
        goods += quantity * price
        items.append({"sku": sku, "name": name, "category": category, "quantity": quantity, "unit_price": money(price)})
    discount = goods // 10 if rng.random() < 0.2 else 0
    shipping = 0 if goods >= 30000 else 1990
    properties = {
        "order_id": order_id,
        "currency": currency,
        "total": money(goods - discount + shipping),
        "shipping": money(shipping),
        "tax": money(0),
        "discount": money(discount),
        "items": items,
    }
    events = [event("order.paid", f"paid-{order_id}", number, at, properties)]
    fate = rng.random()
    until = datetime.combine(calendar.first + timedelta(days=DAYS), time(0), calendar.zone)
    if fate < CANCELLED:
        after = at + timedelta(hours=rng.randrange(1, 30))
        events.append(event("order.cancelled", f"cancelled-{order_id}", number, after, {"order_id": order_id}))
    elif fate < CANCELLED + REFUNDED:
        after = at + timedelta(days=rng.randrange(2, 20), minutes=rng.randrange(600))
        part = goods - discount if rng.random() < 0.5 else (goods - discount) // 2
        refund = {"order_id": order_id, "refund_id": f"r-{order_id}", "currency": currency, "amount": money(part)}
        events.append(event("order.refunded", f"refunded-{order_id}", number, after, refund))
    return [one for one in events if datetime.fromisoformat(one["occurred_at"]) < until]


def event(kind: str, name: str, number: int, at: datetime, properties: dict[str, Any]) -> dict[str, Any]:
    """One event of customer `number`."""
    return {
        "type": kind,
        "message_id": f"{SOURCE}-{name}",
        "customer": {"external_id": {"source": SOURCE, "id": f"{number:05d}"}},
        "occurred_at": at.isoformat(),
        "properties": properties,
    }


def money(cents: int) -> str:
    """A decimal string of an amount in cents."""
    return f"{cents // 100}.{cents % 100:02d}"


def consent_decisions(
    rng: random.Random, calendar: Calendar, record: dict[str, Any], start: int, joined: datetime
) -> list[Decision]:
    """What she answered at sign-up, per channel, and the withdrawals of some later."""
    decisions = []
    for channel, given, refused in (("email", 0.68, 0.14), ("whatsapp", 0.31, 0.12), ("sms", 0.12, 0.10)):
        draw = rng.random()
        if draw >= given + refused:
            continue
        said = "given" if draw < given else "refused"
        decisions.append(decision(record, channel, said, joined + timedelta(minutes=3)))
        if said == "given" and rng.random() < 0.11 and start < DAYS - 2:
            gone = calendar.moment(rng, rng.randrange(start + 1, DAYS))
            decisions.append(decision(record, channel, "withdrawn", gone))
    return decisions


def decision(record: dict[str, Any], channel: str, said: str, at: datetime) -> Decision:
    """One decision about marketing."""
    who = record["external_ids"][0]
    body = {
        "customer": {"external_id": dict(who)},
        "message_id": f"{SOURCE}-consent-{who['id']}-{channel}-{said}",
        "purpose": "marketing",
        "channel": channel,
        "decision": said,
        "legal_basis": "gdpr.6.1.a" if record["country"] == "ES" else "lgpd.7.I",
        "indication_method": "one_click_unsubscribe" if said == "withdrawn" else "checkbox",
        "occurred_at": at.isoformat(),
        "evidence": {"url": "https://shop.example.com/account"},
    }
    return Decision(record["language"], body)

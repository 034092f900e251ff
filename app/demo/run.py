"""The demo from beginning to end: send a file of orders or an invented shop, then show what the service makes of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app import terminal
from app.demo import orders, send, shop, show
from app.demo.orders import SOURCE
from app.demo.send import Tally
from app.errors import NotFound, Unavailable

SEED = 20
# Purchases older than this would all look lost today: the screen shows the day of the last one instead.
OLD = timedelta(days=60)
INTERESTING = 3


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What was sent, the segments as of `as_of` (None: now), and the customer that was explained, if any."""

    tallies: tuple[Tally, ...]
    summary: dict[str, Any]
    as_of: date | None
    customer: dict[str, Any] | None

    @property
    def rejected(self) -> int:
        """Things the service refused; 0 in a good run."""
        return sum(tally.rejected for tally in self.tallies)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        sent = [
            {"kind": t.kind, "sent": t.sent, "stored": t.stored, "duplicates": t.duplicates, "rejected": t.rejected}
            for t in self.tallies
        ]
        return {"sent": sent, "as_of": self.as_of, "summary": self.summary, "customer": self.customer}


@dataclass(slots=True)
class Seen:
    """What is remembered of all purchases: orders per customer and the last day."""

    last_day: date | None = None
    orders: Counter[str] = field(default_factory=Counter)

    def add(self, customer_id: str, day: date) -> None:
        """Count one purchase."""
        self.orders[customer_id] += 1
        self.last_day = max(self.last_day or day, day)

    def example(self) -> str | None:
        """A customer worth explaining: a few orders, so that there is something to gain."""
        if not self.orders:
            return None
        return min(self.orders, key=lambda one: (abs(self.orders[one] - INTERESTING), one))


async def run(
    base_url: str,
    key: str,
    *,
    orders_file: Path | None,
    console: Console,
    today: date,
    timezone: str = "America/Sao_Paulo",
    currency: str = "BRL",
    seed: int = SEED,
    customers: int = 2000,
    invented_on: date | None = None,
    shown_url: str | None = None,
) -> DemoResult:
    """Fill the tenant of `key` and show its segments; running it twice changes nothing.

    `timezone` and `currency` are the tenant's. The invented shop has so many `customers` and ends on the day before
    `invented_on` (None: `today`), which must be the same every time. `shown_url` is where the service will be found
    afterwards. Raises BadOrdersFile (then nothing was sent), Unavailable, NotFound where the service lacks a route.
    """
    seen = Seen()
    async with send.open_client(base_url, key) as client:
        with progress_bar(console) as progress:
            if orders_file is None:
                tallies = await send_shop(
                    client,
                    shop.generate(
                        seed,
                        today=invented_on or today,
                        timezone=timezone,
                        currency=currency,
                        customers=customers,
                    ),
                    progress,
                    seen,
                )
            else:
                tallies = await send_file(client, orders_file, progress, seen, timezone=timezone, currency=currency)
        show.tallies(console, tallies)
        as_of = seen.last_day if seen.last_day and today - seen.last_day > OLD else None
        if as_of:
            console.print(f"\nThe last purchase is of {as_of}: everything below is as of that day, not today.")
        moment = end_of_day(as_of, timezone) if as_of else None
        summary = await get(client, "/v1/segments/rfm", as_of=moment)
        terminal.matrix(console, summary)
        terminal.segments(console, summary)
        customer_id = await find_customer(client, seen.example())
        explained = None
        if customer_id:
            explained = await get(client, f"/v1/customers/{customer_id}/rfm", as_of=moment)
            terminal.customer(console, explained)
    show.going_on(console, shown_url or base_url, key, customer_id=customer_id, as_of=moment)
    return DemoResult(tallies, summary, as_of, explained)


def progress_bar(console: Console) -> Progress:
    """Name, bar, count, time."""
    return Progress(
        TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


async def send_shop(
    client: httpx.AsyncClient, invented: shop.Shop, progress: Progress, seen: Seen
) -> tuple[Tally, ...]:
    """Customers first, so that events find them; consents last."""
    for one in invented.events:
        if one["type"] == "order.paid":
            seen.add(one["customer"]["external_id"]["id"], datetime.fromisoformat(one["occurred_at"]).date())
    return (
        await send.send_customers(client, invented.customers, progress, total=len(invented.customers)),
        await send.send_events(client, invented.events, progress, total=len(invented.events)),
        await send.send_decisions(client, invented.decisions, progress, total=len(invented.decisions)),
    )


async def send_file(
    client: httpx.AsyncClient, path: Path, progress: Progress, seen: Seen, *, timezone: str, currency: str
) -> tuple[Tally, ...]:
    """The file as paid orders, which make its customers. Read twice, so that a bad line stops it before any is sent."""
    for purchase in orders.read_file(path):
        seen.add(purchase.customer_id, purchase.day)
    events = (orders.to_event(purchase, currency=currency, timezone=timezone) for purchase in orders.read_file(path))
    return (await send.send_events(client, events, progress, total=seen.orders.total()),)


def end_of_day(day: date, timezone: str) -> str:
    """The last second of a day in the shop's time zone, so that its purchases count."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(timezone)).isoformat()


async def get(client: httpx.AsyncClient, path: str, *, as_of: str | None) -> dict[str, Any]:
    """GET, as of a moment or now."""
    response = await client.get(path, params={"as_of": as_of} if as_of else {})
    if response.is_error:
        kind = NotFound if response.status_code == 404 else Unavailable
        raise kind(f"GET {path}: {send.problem(response)}")
    return send.json_object(response)


async def find_customer(client: httpx.AsyncClient, external_id: str | None) -> str | None:
    """The service's id of one of our customers."""
    if external_id is None:
        return None
    response = await send.post(client, "/v1/customers/search", {"external_id": {"source": SOURCE, "id": external_id}})
    found = send.json_object(response).get("data") or []
    return str(found[0]["id"]) if found and "id" in found[0] else None

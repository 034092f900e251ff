"""What is compared with what: each case makes the requests of both sides and says how to read a good answer."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.data import (
    bare_id,
    browsing,
    customer,
    encoded,
    fresh_order,
    shopify_headers,
    shopify_order,
    track,
)
from bench.driver import UNIQUE, request_bytes, write_requests
from bench.setup import CHANNEL, PURPOSE

TEMPLATES = 1000
BATCH = 500
COLLECTED = 100
UPSERT = 1000


@dataclass(frozen=True, slots=True)
class Population:
    """What the requests may name: keys (one speaks for the customers' source), the customers' ids in the service, the
    number of the next new customer. `copies` more customers are there and never asked for."""

    key: str
    source_key: str
    ids: list[str]
    directory: Path
    next_number: int
    copies: int = 0
    webhook_path: str = ""


def anything(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Case:
    """A comparison. Goals are ours ÷ bare of requests per second: `goal` now, `design_goal` in the end.

    `verify` answers what is wrong with a good-looking answer of ours; `rehearsal` makes requests that are refused where
    those measured would be answered well and partly ignored; `per_call` is the items one request carries.
    """

    name: str
    title: str
    goal: float | None = None
    design_goal: float | None = None
    bare: Callable[[Population], list[bytes]] | None = None
    ours: Callable[[Population], list[bytes]] | None = None
    verify: Callable[[str], str | None] = anything
    rehearsal: Callable[[Population], list[bytes]] | None = None
    per_call: int = 1
    connections: int | None = None
    once: bool = False
    unit: str = ""


def headers(population: Population) -> dict[str, str]:
    """What every request to the service carries."""
    return {"Authorization": f"Bearer {population.key}"}


def get_ours(population: Population, path: str) -> list[bytes]:
    """GET `path` with each customer's id in turn."""
    return [request_bytes("GET", path.format(id=one), headers=headers(population)) for one in population.ids]


def post_ours(population: Population, path: str, bodies: list[bytes]) -> list[bytes]:
    """POST each body to the service."""
    return [request_bytes("POST", path, headers=headers(population), body=body) for body in bodies]


def bare_noop(_: Population) -> list[bytes]:
    return [request_bytes("GET", "/noop", headers={})]


def bare_read(population: Population) -> list[bytes]:
    return [request_bytes("GET", f"/customers/{bare_id(n)}", headers={}) for n in range(len(population.ids))]


def single_bodies(population: Population) -> list[bytes]:
    """One order with its item and totals each, of customers spread over the population."""
    step = max(1, len(population.ids) // TEMPLATES)
    return [encoded(fresh_order(n, 0)) for n in range(0, len(population.ids), step)]


def batches(
    population: Population, make: Callable[[int, int], dict[str, Any]], size: int
) -> list[list[dict[str, Any]]]:
    """Ten different batches; every event in one is of another customer."""
    people = len(population.ids)
    return [[make((start * size + n) % people, n) for n in range(size)] for start in range(10)]


def batch_bodies(
    population: Population, make: Callable[[int, int], dict[str, Any]] = browsing, size: int = BATCH
) -> list[bytes]:
    """As our own API takes them."""
    return [encoded({"events": events, "backfill": True}) for events in batches(population, make, size)]


def bare_single(population: Population) -> list[bytes]:
    return [request_bytes("POST", "/events", headers={}, body=body) for body in single_bodies(population)]


def ours_single(population: Population) -> list[bytes]:
    return post_ours(population, "/v1/events", single_bodies(population))


def bare_batch(population: Population) -> list[bytes]:
    return [request_bytes("POST", "/events/batch", headers={}, body=body) for body in batch_bodies(population)]


def ours_batch(population: Population) -> list[bytes]:
    return post_ours(population, "/v1/events/batch", batch_bodies(population))


def bare_orders(population: Population) -> list[bytes]:
    bodies = batch_bodies(population, fresh_order)
    return [request_bytes("POST", "/events/batch", headers={}, body=body) for body in bodies]


def ours_orders(population: Population) -> list[bytes]:
    return post_ours(population, "/v1/events/batch", batch_bodies(population, fresh_order))


def bare_collected(population: Population) -> list[bytes]:
    """The same events as `ours_collected` in the form of the reference."""
    bodies = batch_bodies(population, size=COLLECTED)
    return [request_bytes("POST", "/events/batch", headers={}, body=body) for body in bodies]


def ours_collected(population: Population, **more: str) -> list[bytes]:
    """What the segment library for Python sends when its queue of a hundred is full."""
    sent_at = datetime.now(UTC).isoformat()
    basic = base64.b64encode(f"{population.source_key}:".encode()).decode()
    given = {"User-Agent": "analytics-python/2.4.0", "Authorization": f"Basic {basic}", **more}
    return [
        request_bytes(
            "POST",
            "/v1/batch",
            headers=given,
            body=encoded({"batch": tracks, "sentAt": sent_at, "writeKey": population.source_key}),
        )
        for tracks in batches(population, track, COLLECTED)
    ]


def strictly_collected(population: Population) -> list[bytes]:
    """Refused as a whole where one message is not understood."""
    return ours_collected(population, **{"X-Strict-Mode": "1"})


def bare_browsing(population: Population) -> list[bytes]:
    bodies = [encoded(browsing(of, 0)) for of in range(min(TEMPLATES, len(population.ids)))]
    return [request_bytes("POST", "/events", headers={}, body=body) for body in bodies]


def ours_context(population: Population) -> list[bytes]:
    """A visitor looks at a product, and the page is told who she is."""
    bodies = []
    for of in range(min(TEMPLATES, len(population.ids))):
        event = browsing(of, 0)
        bodies.append(encoded({"customer": event.pop("customer"), "events": [event]}))
    return post_ours(population, "/v1/storefront/context", bodies)


def ours_webhook(population: Population) -> list[bytes]:
    """A shop tells of an order: each message once, under an id of its own."""
    bodies = [encoded(shopify_order(n)) for n in range(TEMPLATES)]
    return [
        request_bytes("POST", population.webhook_path, headers=shopify_headers(body, UNIQUE.decode()), body=body)
        for body in bodies
    ]


def ours_check(population: Population) -> list[bytes]:
    """A hundred neighbours at a time: with and without a decision."""
    ids = population.ids
    groups = [ids[start : start + 100] for start in range(0, len(ids) - 99, 100)]
    bodies = [
        encoded({"purpose": PURPOSE, "channel": CHANNEL, "customers": [{"id": one} for one in group]})
        for group in groups
    ]
    return post_ours(population, "/v1/consents/check", bodies)


def ours_upsert(population: Population) -> list[bytes]:
    """Calls with a thousand customers never sent before."""
    return post_ours(
        population,
        "/v1/customers/batch",
        [
            encoded({"customers": [customer(population.next_number + call * UPSERT + n) for n in range(UPSERT)]})
            for call in range(20)
        ],
    )


def whole_batch(expected: int) -> Callable[[str], str | None]:
    """A batch is good if all of it was stored and nothing refused."""

    def check(sample: str) -> str | None:
        answer = json.loads(sample)
        if answer.get("rejected") or answer.get("stored", expected) != expected:
            return f"stored {answer.get('stored')}, refused {str(answer.get('rejected'))[:200]}"
        return None

    return check


def has(*names: str) -> Callable[[str], str | None]:
    """A good answer has these keys."""

    def check(sample: str) -> str | None:
        answer = json.loads(sample)
        missing = [name for name in names if name not in answer]
        return f"no {', '.join(missing)} in the answer" if missing else None

    return check


def success(sample: str) -> str | None:
    return None if json.loads(sample) == {"success": True} else sample[:200]


def told_all(sample: str) -> str | None:
    """A context is good if its event was taken and the customer is known."""
    answer = json.loads(sample)
    if answer["events"].get("rejected") or answer["segment"] is None:
        return f"segment {answer['segment']}, refused {str(answer['events'].get('rejected'))[:200]}"
    return None


def hundred_results(sample: str) -> str | None:
    found = len(json.loads(sample).get("results", []))
    return None if found == 100 else f"{found} results instead of 100"


def ours_read(population: Population) -> list[bytes]:
    return get_ours(population, "/v1/customers/{id}")


def ours_rfm(population: Population) -> list[bytes]:
    return get_ours(population, "/v1/customers/{id}/rfm")


CASES = (
    Case("noop", "answer without work", bare=bare_noop),
    Case(
        "read",
        "read a customer, ten sealed fields",
        goal=0.8,
        design_goal=0.8,
        bare=bare_read,
        ours=ours_read,
        verify=has("id"),
    ),
    Case("event", "record one event", goal=1.0, design_goal=1.0, bare=bare_single, ours=ours_single),
    Case(
        "batch",
        "record 500 events in a call",
        goal=0.7,
        design_goal=0.7,
        bare=bare_batch,
        ours=ours_batch,
        verify=whole_batch(BATCH),
        per_call=BATCH,
        unit="events/s",
        connections=8,
    ),
    Case(
        "orders",
        "the same, each an order with items and totals",
        bare=bare_orders,
        ours=ours_orders,
        verify=whole_batch(BATCH),
        per_call=BATCH,
        unit="events/s",
        connections=4,
    ),
    Case(
        "collector",
        "100 messages of a segment library in a call",
        goal=0.7,
        design_goal=0.7,
        bare=bare_collected,
        ours=ours_collected,
        verify=success,
        rehearsal=strictly_collected,
        per_call=COLLECTED,
        unit="messages/s",
        connections=8,
    ),
    Case(
        "context",
        "storefront context with one event ÷ bare event",
        goal=0.6,
        design_goal=0.6,
        bare=bare_browsing,
        ours=ours_context,
        verify=told_all,
    ),
    Case(
        "webhook",
        "a shop's message stored ÷ bare event",
        goal=0.6,
        design_goal=0.6,
        bare=bare_single,
        ours=ours_webhook,
    ),
    Case(
        "rfm",
        "RFM of a customer ÷ bare read",
        goal=0.8,
        design_goal=0.8,
        bare=bare_read,
        ours=ours_rfm,
        verify=has("segment"),
    ),
    Case(
        "check",
        "consents of 100 ÷ bare read",
        goal=0.5,
        design_goal=0.5,
        bare=bare_read,
        ours=ours_check,
        verify=hundred_results,
    ),
    Case(
        "upsert",
        "upsert 1,000 customers in a call",
        ours=ours_upsert,
        verify=whole_batch(UPSERT),
        per_call=UPSERT,
        unit="customers/s",
        connections=4,
        once=True,
    ),
)


def request_file(case: Case, side: str, population: Population) -> Path:
    """Write the requests of one side of a case (or its rehearsal) and answer where."""
    make = {"bare": case.bare, "rehearsal": case.rehearsal}.get(side, case.ours)
    if make is None:
        raise ValueError(f"{case.name} has no {side} side")
    path = population.directory / f"{case.name}-{side}-{population.next_number}.requests"
    write_requests(path, make(population))
    return path

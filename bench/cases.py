"""What is compared with what: each case makes the requests of both sides and says how to read a good answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import bare_id, browsing, customer, encoded, fresh_order
from bench.driver import request_bytes, write_requests
from bench.setup import CHANNEL, PURPOSE

TEMPLATES = 1000
BATCH = 500
UPSERT = 1000


@dataclass(frozen=True, slots=True)
class Population:
    """What the requests may name: the key, the customers' ids in the service, the number of the next new customer."""

    key: str
    ids: list[str]
    directory: Path
    next_number: int


def anything(_: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Case:
    """A comparison. Goals are ours ÷ bare of requests per second: `goal` now, `design_goal` in the end.

    `verify` answers what is wrong with a good-looking answer of ours; `per_call` is the items one request carries.
    """

    name: str
    title: str
    goal: float | None = None
    design_goal: float | None = None
    bare: Callable[[Population], list[bytes]] | None = None
    ours: Callable[[Population], list[bytes]] | None = None
    verify: Callable[[str], str | None] = anything
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


def batch_bodies(population: Population, make: Callable[[int, int], dict[str, Any]] = browsing) -> list[bytes]:
    """Ten different batches; every event in one is of another customer."""
    size = len(population.ids)
    return [
        encoded({"events": [make((start * BATCH + n) % size, n) for n in range(BATCH)], "backfill": True})
        for start in range(10)
    ]


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
    Case("event", "record one event", goal=0.6, design_goal=1.0, bare=bare_single, ours=ours_single),
    Case(
        "batch",
        "record 500 events in a call",
        goal=0.5,
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
        "rfm",
        "RFM of a customer ÷ bare read",
        goal=0.6,
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
    """Write the requests of one side of a case and answer where."""
    make = case.bare if side == "bare" else case.ours
    if make is None:
        raise ValueError(f"{case.name} has no {side} side")
    path = population.directory / f"{case.name}-{side}-{population.next_number}.requests"
    write_requests(path, make(population))
    return path

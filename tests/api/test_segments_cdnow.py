"""RFM of real purchases (CDNOW, 1997–98) against the definition, computed here with the standard library only.

Nothing of the service is used for what is expected; dates need no time zone because every purchase is sent as of noon.
"""

import asyncio
import csv
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import time_machine
from fastapi import FastAPI

from tests.factories.segments import PRESETS, counts, get, ids, members, send, summary, who
from tests.factories.shops import Shop, open_shop, paid

NEW_YORK = ZoneInfo("America/New_York")
AS_OF = "1997-06-30T23:59:59-04:00"


@dataclass(frozen=True)
class Purchase:
    customer: str
    day: date
    amount: Decimal


@dataclass(frozen=True)
class Bought:
    """What the definition says of one customer."""

    days: int
    orders: int
    net: Decimal


@pytest.fixture(scope="module")
def purchases(shared_dir: Path) -> list[Purchase]:
    path = shared_dir / "data" / "cdnow_sample.csv"
    if not path.exists():
        pytest.skip("the CDNOW sample is not there")
    with path.open() as lines:
        rows = list(csv.DictReader(lines))
    return [Purchase(r["customer_id"], date.fromisoformat(r["date"]), Decimal(r["amount"])) for r in rows]


@asynccontextmanager
async def loaded(app: FastAPI, purchases: list[Purchase]) -> AsyncIterator[Shop]:
    shop = await open_shop(app, name="cdnow", currency="USD", timezone="America/New_York", country="US")
    events = []
    for number, purchase in enumerate(purchases):
        noon = datetime.combine(purchase.day, time(12), NEW_YORK).isoformat()
        usd = {"currency": "USD"}
        order = paid(
            f"o{number}", str(purchase.amount), customer=who(purchase.customer), occurred_at=noon, properties=usd
        )
        events.append(order)
    async with shop.client:
        await send(shop, events)
        yield shop


@pytest_asyncio.fixture(scope="module")
async def cdnow(app: FastAPI, purchases: list[Purchase]) -> AsyncIterator[Shop]:
    async with loaded(app, purchases) as shop:
        yield shop


def add_up(purchases: list[Purchase], today: date) -> dict[str, Bought]:
    by_customer = defaultdict(list)
    for purchase in purchases:
        by_customer[purchase.customer].append(purchase)
    return {
        customer: Bought((today - max(p.day for p in own)).days, len(own), sum((p.amount for p in own), Decimal(0)))
        for customer, own in by_customer.items()
    }


def percentile(values: list[Any], fraction: Fraction) -> Any:
    """The first value that at least this fraction of all do not exceed."""
    values = sorted(values)
    return next(v for i, v in enumerate(values, start=1) if Fraction(i, len(values)) >= fraction)


def edges(people: list[Bought]) -> tuple[list[int], list[int], list[Decimal]]:
    fifths = [Fraction(k, 5) for k in range(1, 5)]
    repeat = [p.orders for p in people if p.orders > 1]
    return (
        [percentile([p.days for p in people], k) for k in fifths],
        [1, *(percentile(repeat, Fraction(k, 4)) for k in range(1, 4))],
        [percentile([p.net for p in people], k) for k in fifths],
    )


def expected_scores(one: Bought, r: list[int], f: list[int], m: list[Decimal]) -> tuple[int, int, int]:
    return (
        5 - sum(one.days > edge for edge in r),
        1 + sum(one.orders > edge for edge in f),
        1 + sum(one.net > edge for edge in m),
    )


async def test_every_customer_has_the_days_orders_net_and_scores_of_the_definition(
    cdnow: Shop, purchases: list[Purchase]
) -> None:
    assert len(purchases) == 6919
    known = await ids(cdnow)
    answers: dict[str, dict[str, Any]] = {}

    async def ask(name: str) -> None:
        answer = await cdnow.client.get(f"/v1/customers/{known[name]}/rfm")
        assert answer.status_code == 200, answer.text
        answers[name] = answer.json()

    for start in range(0, len(known), 100):
        await asyncio.gather(*(ask(name) for name in list(known)[start : start + 100]))
    todays = {name: datetime.fromisoformat(a["as_of"]).astimezone(NEW_YORK).date() for name, a in answers.items()}
    by_today = {today: add_up(purchases, today) for today in set(todays.values())}
    assert answers.keys() == by_today[todays["0001"]].keys()
    assert len(answers) == 2357
    by_edges = {today: edges(list(people.values())) for today, people in by_today.items()}
    for name, answer in answers.items():
        one = by_today[todays[name]][name]
        assert (answer["r"]["days"], answer["f"]["orders"]) == (one.days, one.orders), name
        assert answer["m"]["net"]["currency"] == "USD"
        assert Decimal(answer["m"]["net"]["amount"]) == one.net, name
        r, f, m = by_edges[todays[name]]
        assert answer["population"] == 2357
        assert (answer["thresholds"]["r_days"], answer["thresholds"]["f_orders"]) == (r, f)
        assert [Decimal(edge) for edge in answer["thresholds"]["m_net"]] == m
        expected = expected_scores(one, r, f, m)
        assert tuple(answer[letter]["score"] for letter in "rfm") == expected, name
        assert answer["code"] == "".join(map(str, expected))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("params", [{}, {"as_of": AS_OF}, {"as_of": "1998-06-30", "window_days": 180}])
async def test_segments_share_out_the_whole_population(cdnow: Shop, preset: str, params: dict[str, Any]) -> None:
    found = await summary(cdnow, preset=preset, **params)
    assert found["population"] > 500
    for parts in (found["segments"], found["matrix"]):
        assert sum(part["customers"] for part in parts) == found["population"]
        assert sum(Decimal(part["net"]["amount"]) for part in parts) == Decimal(found["net"]["amount"])
    assert found["population"] + found["prospects"] == 2357
    assert sum(part["orders"] for part in found["segments"]) == found["orders"]
    assert sum(part["revenue_share"] for part in found["segments"]) == pytest.approx(1, abs=1e-4)


def four_scores(people: list[Bought], days: list[int] | None) -> list[tuple[int, int, int]]:
    """Everybody's by quartiles, days perhaps fixed; F is 1 for one order, and by thirds of the others."""
    quarters = [Fraction(k, 4) for k in range(1, 4)]
    r = days or [percentile([p.days for p in people], k) for k in quarters]
    thirds = [percentile([p.orders for p in people if p.orders > 1], Fraction(k, 3)) for k in (1, 2)]
    m = [percentile([p.net for p in people], k) for k in quarters]
    return [
        (
            4 - sum(one.days > edge for edge in r),
            1 + sum(one.orders > edge for edge in (1, *thirds)),
            1 + sum(one.net > edge for edge in m),
        )
        for one in people
    ]


def published(shared_dir: Path, name: str) -> dict[str, str]:
    """The map's names by its keys, as they were published."""
    sets = json.loads((shared_dir / "data" / "rfm_sets.json").read_text())
    return {key: segment.lower().replace(" ", "_") for segment, keys in sets[name]["map"].items() for key in keys}


async def test_segments_of_every_preset_are_those_of_the_definition(
    cdnow: Shop, purchases: list[Purchase], shared_dir: Path
) -> None:
    people = list(add_up(purchases, date(1998, 6, 30)).values())
    five = edges(people)
    scores = {
        "five": [expected_scores(one, *five) for one in people],
        "four": four_scores(people, None),
        "edrone": four_scores(people, [7, 14, 30]),
    }
    rfm125, rf25, r_fm, pymc4 = (
        published(shared_dir, name)
        for name in ("rfm125_exact_partition", "rf25_regex_map", "r_fm25", "pymc_quartile_5")
    )
    named = {
        "rfm125": [rfm125[f"{r}{f}{m}"] for r, f, m in scores["five"]],
        "rf25": [rf25[f"{r}{f}"] for r, f, _ in scores["five"]],
        "r_fm": [r_fm[f"{r}{(f + m + 1) // 2}"] for r, f, m in scores["five"]],
        "pymc4": [pymc4.get(f"{r}{f}{m}", "other") for r, f, m in scores["four"]],
        "edrone4": ["champions" if s == (4, 4, 4) else "".join(map(str, s)) for s in scores["edrone"]],
    }
    for preset in PRESETS:
        found = counts(await summary(cdnow, preset=preset, as_of="1998-06-30"))
        print(preset, found)
        assert found == Counter(named[preset])


async def test_the_matrix_and_the_total_are_those_of_the_definition(cdnow: Shop, purchases: list[Purchase]) -> None:
    found = await get(cdnow, "segments/rfm", as_of="1998-06-30")
    people = list(add_up(purchases, date(1998, 6, 30)).values())
    r, f, m = edges(people)
    cells: defaultdict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for one in people:
        row, column, _ = expected_scores(one, r, f, m)
        cells[row, column].append(one.net)
    assert {(c["r"], c["f"]): (c["customers"], Decimal(c["net"]["amount"])) for c in found["matrix"]} == {
        (row, column): (len(cells[row, column]), sum(cells[row, column], Decimal(0)))
        for row in range(1, 6)
        for column in range(1, 6)
    }
    assert Decimal(found["net"]["amount"]) == sum(purchase.amount for purchase in purchases)
    assert found["orders"] == len(purchases)


async def test_as_of_a_day_is_what_was_said_on_that_day(app: FastAPI, cdnow: Shop, purchases: list[Purchase]) -> None:
    """A second tenant knows only what had happened by then, and is asked while the clock stands there: it answers from
    the totals it keeps, the first from its orders."""
    async with loaded(app, [p for p in purchases if p.day <= date(1997, 6, 30)]) as then:
        was, known_now = await ids(then), await ids(cdnow)
        names = list(was)[::40]
        for preset in PRESETS:
            looking_back = await summary(cdnow, preset=preset, as_of=AS_OF)
            with time_machine.travel(datetime(1997, 7, 1, 3, 59, 59, tzinfo=UTC), tick=False):
                at_the_time = await summary(then, preset=preset)
            assert looking_back == at_the_time
            assert looking_back["method"] == "quantile"
        for name in names:
            looking_back = await get(cdnow, f"customers/{known_now[name]}/rfm", as_of=AS_OF, fresh=False)
            with time_machine.travel(datetime(1997, 7, 1, 3, 59, 59, tzinfo=UTC), tick=False):
                at_the_time = await get(then, f"customers/{was[name]}/rfm", fresh=False)
            ignored = {"customer_id": "", "thresholds_age_seconds": 0}
            assert looking_back | ignored == at_the_time | ignored


async def test_every_list_has_the_customers_that_were_counted(cdnow: Shop) -> None:
    """Also right after the load, when the planner knows nothing of the tables: a quadratic plan would time out here."""
    for params in ({"preset": "rf25"}, {"preset": "pymc4", "as_of": AS_OF}):
        found = counts(await summary(cdnow, **params))
        seen: list[str] = []
        for segment, count in found.items():
            listed = await members(cdnow, segment, limit=200, **params)
            assert len(listed) == count
            seen += listed
        assert len(set(seen)) == len(seen) == sum(found.values())

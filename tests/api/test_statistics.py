"""Statistics against what is counted here from the raw orders, customers and messages, with nothing of the service."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import time_machine
from fastapi import FastAPI

from tests.factories.segments import days_ago, ids, send, who
from tests.factories.shops import Shop, event, open_shop, paid

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sold:
    """One order as it was sent."""

    order: str
    customer: int
    at: datetime
    amount: Decimal
    cancelled: bool
    currency: str

    @property
    def day(self) -> date:
        return self.at.astimezone(SAO_PAULO).date()


def invented(count: int) -> list[Sold]:
    """Orders of two years, near midnight too, some cancelled, some in a currency without a rate."""
    dice = random.Random(5)
    orders = []
    for number in range(count):
        at = NOW - timedelta(seconds=dice.randrange(730 * 86_400))
        if number % 7 == 0:
            at = at.replace(hour=dice.choice((2, 3)), minute=dice.choice((0, 59)), second=0)
        amount = Decimal(dice.randrange(100, 90_000)) / 100
        currency = "USD" if number % 23 == 0 else "BRL"
        orders.append(Sold(f"o{number}", dice.randrange(120), at, amount, dice.random() < 0.1, currency))
    return orders


ORDERS = invented(400)
COUNTED = [one for one in ORDERS if not one.cancelled]


@pytest_asyncio.fixture(scope="module")
async def sold(app: FastAPI) -> Any:
    """A shop with these orders."""
    with time_machine.travel(NOW, tick=False):
        shop = await open_shop(app, name="statistics")
        async with shop.client:
            events = []
            for one in ORDERS:
                at, currency = one.at.isoformat(), {"currency": one.currency}
                events.append(
                    paid(one.order, str(one.amount), customer=who(one.customer), occurred_at=at, properties=currency)
                )
                if one.cancelled:
                    events.append(
                        event(
                            type="order.cancelled",
                            customer=who(one.customer),
                            occurred_at=at,
                            properties={"order_id": one.order},
                        )
                    )
            await send(shop, events)
            yield shop


async def ask(shop: Shop, path: str, **params: Any) -> dict[str, Any]:
    with time_machine.travel(NOW, tick=False):
        answer = await shop.client.get(f"/v1/statistics/{path}", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def refused(shop: Shop, path: str, **params: Any) -> tuple[str, str]:
    with time_machine.travel(NOW, tick=False):
        answer = await shop.client.get(f"/v1/statistics/{path}", params=params)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    return error["code"], error["message"].partition(":")[0].removeprefix("Query parameter ")


def first_days() -> dict[int, date]:
    found: dict[int, date] = {}
    for one in COUNTED:
        found[one.customer] = min(found.get(one.customer, one.day), one.day)
    return found


def begins(day: date, interval: str) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[interval]


@pytest.mark.parametrize(
    ("interval", "since", "until"),
    [("month", "2025-01-01", "2026-11-25"), ("week", "2026-03-05", "2026-06-30"), ("day", "2026-02-01", "2026-03-31"),
     ("year", "2024-06-15", "2026-11-25")],
)  # fmt: skip
async def test_first_orders_are_counted_in_the_days_of_the_tenant(
    sold: Shop, interval: str, since: str, until: str
) -> None:
    found = await ask(sold, "growth", interval=interval, **{"from": since, "to": until})
    lowest, highest = date.fromisoformat(since), date.fromisoformat(until)
    expected = Counter(begins(day, interval) for day in first_days().values() if lowest <= day <= highest)
    assert {
        begins(date.fromisoformat(one["begins"]), interval): one["first_orders"]
        for one in found["periods"]
        if one["first_orders"]
    } == expected
    days = [(date.fromisoformat(one["begins"]), date.fromisoformat(one["ends"])) for one in found["periods"]]
    assert (days[0][0], days[-1][1]) == (lowest, highest)
    assert all(b[0] == a[1] + timedelta(days=1) for a, b in pairwise(days))
    assert found["timezone"] == "America/Sao_Paulo"


async def test_the_base_is_who_came_less_who_was_erased(shop: Shop) -> None:
    registered = ("2024-01-15T12:00:00Z", "2026-03-01T02:59:59Z", "2026-03-01T03:00:00Z", "2026-03-20T12:00:00Z")
    people = [await shop.customer(registered_at=at) for at in registered]
    today = datetime.now(SAO_PAULO).date()
    answer = await shop.client.get("/v1/statistics/growth", params={"from": "2026-02-01", "to": "2026-04-30"})
    periods = answer.json()["periods"]
    # Midnight in São Paulo is 03:00 in UTC: the second came in February.
    assert [(one["new_customers"], one["customers"]) for one in periods] == [(1, 2), (2, 4), (0, 4)]
    assert (await shop.client.delete(f"/v1/customers/{people[0]['id']}")).status_code in (200, 204)
    answer = await shop.client.get("/v1/statistics/growth", params={"from": str(today), "interval": "day"})
    (one,) = answer.json()["periods"]
    # When she had registered is forgotten with her: what is left is when her record was made.
    assert (one["erased"], one["new_customers"], one["customers"]) == (1, 1, 3)


async def test_a_visitor_who_turns_out_to_be_somebody_is_counted_once(shop: Shop) -> None:
    await shop.event(customer={"anonymous_id": "a-1"}, occurred_at=days_ago(1))
    await shop.customer(anonymous_ids=["a-1"], emails=[{"value": "maria@example.com"}])
    await shop.customer(anonymous_ids=["a-2"])
    listed = (await shop.client.get("/v1/customers")).json()["data"]
    found = (await shop.client.get("/v1/statistics/growth", params={"interval": "day"})).json()["periods"]
    assert found[-1]["customers"] == len(listed)


async def test_retention_is_who_bought_again_in_which_month(sold: Shop) -> None:
    found = await ask(sold, "retention", **{"from": "2025-02-01", "to": "2026-11-25"})
    first = first_days()
    bought: defaultdict[tuple[date, date], set[int]] = defaultdict(set)
    for one in COUNTED:
        bought[first[one.customer].replace(day=1), one.day.replace(day=1)].add(one.customer)
    months = [date(2025 + (1 + k) // 12, (1 + k) % 12 + 1, 1) for k in range(22)]
    assert [date.fromisoformat(one["begins"]) for one in found["cohorts"]] == months
    assert sum(one["customers"] for one in found["cohorts"]) > 30
    for row, cohort in enumerate(found["cohorts"]):
        size = len(bought[months[row], months[row]])
        assert cohort["customers"] == size
        assert cohort["under_way"] is True
        expected = [len(bought[months[row], month]) for month in months[row:]]
        assert [one["customers"] for one in cohort["months"]] == expected
        assert [one["month"] for one in cohort["months"]] == list(range(len(expected)))
        for one in cohort["months"]:
            assert one["share"] == (pytest.approx(one["customers"] / size, abs=1e-6) if size else None)


async def test_a_month_that_is_over_is_not_under_way(sold: Shop) -> None:
    for until, under_way in (("2026-10-31", False), ("2026-10-30", True), ("2026-11-25", True), ("2026-02-28", False)):
        found = await ask(sold, "retention", **{"from": "2026-01-01", "to": until})
        assert {one["under_way"] for one in found["cohorts"]} == {under_way}, until


@pytest.mark.parametrize("interval", ["month", "year", "week"])
async def test_the_repeat_rate_is_of_buyers_who_had_bought_before_or_twice(sold: Shop, interval: str) -> None:
    found = await ask(sold, "repeat-rate", interval=interval, **{"from": "2026-01-01", "to": "2026-11-25"})
    first = min((one.at, one) for one in COUNTED)[1]
    assert first.day < date(2026, 1, 1)
    earliest = {c: min(one.at for one in COUNTED if one.customer == c) for c in {one.customer for one in COUNTED}}
    for span in (*found["periods"], found["total"]):
        lowest, highest = date.fromisoformat(span["begins"]), date.fromisoformat(span["ends"])
        orders = Counter(one.customer for one in COUNTED if lowest <= one.day <= highest)
        start = datetime(lowest.year, lowest.month, lowest.day, tzinfo=SAO_PAULO)
        repeat = {customer for customer, count in orders.items() if count > 1 or earliest[customer] < start}
        assert (span["buyers"], span["repeat_buyers"], span["orders"]) == (
            len(orders),
            len(repeat),
            orders.total(),
        )
        rate = pytest.approx(len(repeat) / len(orders), abs=1e-6) if orders else None
        assert span["repeat_rate"] == rate


async def test_sources_have_their_customers_and_the_orders_of_these_days(sold: Shop) -> None:
    found = await ask(sold, "sources", **{"from": "2026-01-01", "to": "2026-06-30"})
    own = [one for one in COUNTED if date(2026, 1, 1) <= one.day <= date(2026, 6, 30)]
    (shop,) = [one for one in found["data"] if one["slug"] == "main-shop"]
    assert shop["customers"] == len({one.customer for one in ORDERS})
    assert sum(one["orders"] for one in found["data"]) == len(own)
    net = sum((one.amount for one in own if one.currency == "BRL"), Decimal(0))
    assert sum(Decimal(one["net"]["amount"]) for one in found["data"]) == net
    assert sum(one["without_rate"] for one in found["data"]) == sum(one.currency == "USD" for one in own)
    assert {one["net"]["currency"] for one in found["data"]} == {"BRL"}


async def test_revenue_by_segment_adds_up_to_all_revenue(sold: Shop) -> None:
    found = await ask(sold, "revenue-by-segment")
    net = sum((one.amount for one in COUNTED if one.currency == "BRL"), Decimal(0))
    assert Decimal(found["net"]["amount"]) == net == sum(Decimal(one["net"]["amount"]) for one in found["segments"])
    assert sum(one["orders"] for one in found["segments"]) == len(COUNTED)
    assert sum(one["customers"] for one in found["segments"]) == len({one.customer for one in COUNTED})
    assert sum(one["share"] for one in found["segments"]) == pytest.approx(1, abs=1e-4)
    assert found["without_rate"] == sum(one.currency == "USD" for one in COUNTED)


async def test_campaigns_are_counted_by_what_mailers_tell(shop: Shop) -> None:
    dice = random.Random(3)
    told = []
    for number in range(300):
        verb = dice.choice(("sent", "delivered", "opened", "clicked", "bounced", "complained"))
        campaign = dice.choice(("spring", "winter", None))
        told.append((verb, campaign, dice.randrange(20), days_ago(dice.randrange(40)), number))
    await send(
        shop,
        [
            event(
                type=f"message.{verb}",
                customer=who(customer),
                occurred_at=at,
                properties={"channel": "email", **({"campaign": campaign} if campaign else {})},
            )
            for verb, campaign, customer, at, _ in told
        ]
        + [event(customer=who(1), properties={"campaign": "spring"}, occurred_at=days_ago(1))],
    )
    since = (datetime.now(SAO_PAULO) - timedelta(days=20)).date()
    answer = await shop.client.get("/v1/statistics/campaigns", params={"from": str(since)})
    found = {one["campaign"]: one for one in answer.json()["data"]}
    assert answer.json()["has_more"] is False
    own = [one for one in told if datetime.fromisoformat(one[3]).astimezone(SAO_PAULO).date() >= since]
    assert found.keys() == {"spring", "winter", None}
    for campaign, row in found.items():
        verbs = Counter(verb for verb, named, *_ in own if named == campaign)
        assert {verb: row[verb] for verb in verbs} == verbs
        for verb in ("opened", "clicked"):
            people = {customer for said, named, customer, *_ in own if (said, named) == (verb, campaign)}
            assert row[f"people_{verb}"] == len(people)
    counts = [sum(row[v] for v in ("sent", "delivered", "opened", "clicked", "bounced", "complained"))
              for row in answer.json()["data"]]  # fmt: skip
    assert counts == sorted(counts, reverse=True)


async def test_consents_are_counted_by_what_they_amount_to_now(shop: Shop) -> None:
    people = [(await shop.customer())["id"] for _ in range(6)]
    decisions: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (0, "given", {}),
        (1, "given", {}),
        (1, "withdrawn", {"occurred_at": days_ago(1)}),
        (2, "refused", {}),
        (3, "requested", {}),
        (4, "given", {"valid_until": (datetime.now(UTC) + timedelta(seconds=1)).isoformat()}),
        (5, "given", {}),
    )
    for person, decision, more in decisions:
        answer = await shop.post(
            "/v1/consents",
            {"customer": {"id": people[person]}, "purpose": "marketing", "channel": "email", "decision": decision,
             "legal_basis": "lgpd.7.I", "occurred_at": days_ago(3), **more},
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
    # Who is erased has said nothing any more.
    await shop.client.delete(f"/v1/customers/{people[5]}")
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False):
        (row,) = (await shop.client.get("/v1/statistics/consents")).json()["data"]
    assert row == {
        "purpose": "marketing", "channel": "email", "given": 1, "waiting": 1, "no": 2, "ended": 1, "given_share": 0.2,
    }  # fmt: skip


@pytest.mark.parametrize("path", ["growth", "retention", "repeat-rate", "sources", "campaigns"])
async def test_impossible_days_are_refused_by_name(sold: Shop, path: str) -> None:
    assert await refused(sold, path, to="2026-11-26") == ("in_the_future", "to")
    assert await refused(sold, path, to="9999-12-31") == ("in_the_future", "to")
    assert await refused(sold, path, **{"from": "2026-02-01", "to": "2026-01-01"}) == ("after_the_end", "from")
    assert await refused(sold, path, **{"from": "0001-01-01"}) == ("too_early", "from")
    assert await refused(sold, path, **{"from": "0001-01-01", "to": "0001-01-01"}) == ("too_early", "to")
    for day in ("2026-02-30", "yesterday", "2026-1-1", "", "2026-01-01T00:00:00Z", "1767225600"):
        assert (await refused(sold, path, **{"from": day}))[1] == "from"


async def test_no_question_is_too_long(sold: Shop) -> None:
    long = {"from": "2020-01-01"}
    assert await refused(sold, "growth", interval="day", **long) == ("too_many_periods", "interval")
    assert await refused(sold, "retention", **long) == ("too_many_periods", "interval")
    assert await refused(sold, "retention.svg", **{"from": "2024-01-01"}) == ("too_many_periods", "interval")
    assert len((await ask(sold, "growth", interval="year", **{"from": "1900-01-01"}))["periods"]) == 127
    assert (await refused(sold, "growth", interval="hour"))[1] == "interval"


async def test_a_tenant_without_anything_has_answers(shop: Shop) -> None:
    for path in ("growth", "sources", "consents", "retention", "repeat-rate", "revenue-by-segment", "campaigns"):
        assert (await shop.client.get(f"/v1/statistics/{path}")).status_code == 200
    total = (await shop.client.get("/v1/statistics/repeat-rate")).json()["total"]
    assert (total["buyers"], total["repeat_rate"]) == (0, None)
    for path in ("growth", "consents", "retention", "revenue-by-segment"):
        assert (await shop.client.get(f"/v1/statistics/{path}.svg")).status_code == 200
    assert (await shop.client.get("/v1/segments/rfm/matrix.svg")).status_code == 200


async def test_one_buyer_is_a_base(shop: Shop) -> None:
    await send(shop, [paid("o1", "10.00", customer=who("only"), occurred_at=days_ago(0))])
    assert len(await ids(shop)) == 1
    found = (await shop.client.get("/v1/statistics/retention")).json()["cohorts"][-1]
    assert (found["customers"], found["months"]) == (1, [{"month": 0, "customers": 1, "share": 1.0}])
    total = (await shop.client.get("/v1/statistics/repeat-rate")).json()["total"]
    assert (total["buyers"], total["repeat_buyers"], total["repeat_rate"]) == (1, 0, 0.0)


async def test_another_tenant_counts_for_nothing(sold: Shop, other: Shop) -> None:
    """T19"""
    for path in ("growth", "sources", "consents", "retention", "repeat-rate", "revenue-by-segment", "campaigns"):
        text = str(await ask(other, path))
        assert not Counter(text) - Counter(text.replace("main-shop", ""))
    assert {one["customers"] for one in (await ask(other, "growth"))["periods"]} == {0}
    assert {one["customers"] for one in (await ask(other, "retention"))["cohorts"]} == {0}
    assert (await ask(other, "revenue-by-segment"))["net"]["amount"] == "0.00"

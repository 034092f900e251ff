"""RFM through the API: small shops, time travel, windows, prospects, other tenants; and SQL against the pure rules."""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI

from app.db.ids import new_id
from app.db.tx import begin
from app.domain import rfm
from app.domain.api_keys import Scope
from app.domain.rfm import Buyer
from app.main import specification
from app.services import rfm_questions
from app.services import segments as service
from tests.contract.openapi_rules import lint
from tests.factories.segments import PRESETS, counts, days_ago, get, ids, members, send, summary, who
from tests.factories.shops import Shop, event, open_shop, paid


async def test_one_customer_is_explained(shop: Shop) -> None:
    await send(shop, [paid(f"o{i}", "100.00", customer=who("maria"), occurred_at=days_ago(i * 40)) for i in range(3)])
    found = await get(shop, f"customers/{(await ids(shop))['maria']}/rfm")
    assert found | {"as_of": "", "customer_id": "", "thresholds_age_seconds": 0} == {
        "customer_id": "",
        "r": {"days": 0, "score": 5},
        "f": {"orders": 3, "score": 3},
        "m": {"net": {"amount": "300.00", "currency": "BRL"}, "score": 2},
        "code": "532",
        "segment": "potential_loyalist",
        "tier": "regular",
        "weighted_score": 3.33,
        "profiling_opt_out": False,
        "weights": {"r": 1, "f": 1, "m": 1},
        "vip": {"segments": [], "orders_at_least": None, "net_at_least": None},
        "includes_shipping_and_tax": False,
        "category": None,
        "map": {"id": "rfm125", "version": 1},
        "method": "fixed",
        "money_basis": "median_multiples",
        "as_of": "",
        "window_days": None,
        "population": 1,
        "thresholds": {
            "r_days": [30, 90, 180, 365],
            "f_orders": [1, 2, 4, 8],
            "m_net": ["150.00", "300.00", "600.00", "1200.00"],
        },
        "thresholds_age_seconds": 0,
        "next": [
            {
                "kind": "keep",
                "orders": 1,
                "net": {"amount": "100.00", "currency": "BRL"},
                "net_at_least": {"amount": "0.00", "currency": "BRL"},
                "within_days": 90,
                "code": "533",
                "segment": "potential_loyalist",
                "text": "1 more order within 90 days → stays potential_loyalist",
            },
            {
                "kind": "rise",
                "orders": 2,
                "net": {"amount": "200.00", "currency": "BRL"},
                "net_at_least": {"amount": "0.01", "currency": "BRL"},
                "within_days": 90,
                "code": "543",
                "segment": "loyal",
                "text": "2 more orders of at least 0.01 BRL together within 90 days → loyal",
            },
        ],
        "losing_in_days": 31,
        "falls_to": {"code": "432", "segment": "potential_loyalist"},
        "without_rate": 0,
    }


async def test_who_has_bought_nothing_is_a_prospect_without_scores(shop: Shop) -> None:
    await send(
        shop,
        [
            event(customer=who("looks")),
            paid("c1", "10.00", customer=who("cancels"), occurred_at=days_ago(3)),
            event(type="order.cancelled", customer=who("cancels"), properties={"order_id": "c1"},
                  occurred_at=days_ago(2)),
            event(type="order.refunded", customer=who("announced"), properties={"order_id": "c2", "amount": "1.00"}),
            paid("c3", "10.00", customer=who("buys"), occurred_at=days_ago(3)),
        ],
    )  # fmt: skip
    known = await ids(shop)
    for name in ("looks", "cancels", "announced"):
        found = await get(shop, f"customers/{known[name]}/rfm")
        assert (found["segment"], found["r"], found["f"], found["m"], found["code"]) == ("prospect", *[None] * 4)
        assert (found["next"], found["losing_in_days"], found["population"]) == ([], None, 1)
    assert (await summary(shop))["prospects"] == 3
    # Before she cancelled she was a buyer.
    assert (await get(shop, f"customers/{known['cancels']}/rfm", as_of=days_ago(2.5)))["f"]["orders"] == 1
    assert (await summary(shop, as_of=days_ago(2.5)))["prospects"] == 2
    expected = {known[name] for name in ("looks", "cancels", "announced")}
    assert set(await members(shop, "prospect", limit=1)) == expected
    listed = await shop.client.get("/v1/customers?segment=prospect")
    assert {customer["id"] for customer in listed.json()["data"]} == expected


@pytest.mark.parametrize(("buyers", "method"), [(0, "fixed"), (1, "fixed"), (99, "fixed"), (100, "quantile")])
async def test_a_hundred_buyers_have_quantiles(shop: Shop, buyers: int, method: str) -> None:
    await send(
        shop,
        [
            paid(f"o{i}.{n}", f"{i}.00", customer=who(i), occurred_at=days_ago(i * 3))
            for i in range(buyers)
            for n in range(1 + i % 3)
        ],
    )
    for preset in PRESETS:
        found = await summary(shop, preset=preset)
        assert (found["method"], found["population"]) == (method, buyers)
        assert sum(one["customers"] for one in found["segments"]) == buyers
        assert sum(one["customers"] for one in found["matrix"]) == buyers
        assert len(found["matrix"]) == (16 if preset in ("pymc4", "edrone4") else 25)
        as_it_was = await summary(shop, preset=preset, as_of=datetime.now(UTC).isoformat())
        assert as_it_was == found
    if not buyers:
        assert {one["revenue_share"] for one in found["segments"]} == {None}
        assert found["thresholds"]["m_net"] == ["0.00"] * 3


@pytest.mark.parametrize("buyers", [3, 100])
async def test_equal_customers_are_in_one_segment(shop: Shop, buyers: int) -> None:
    at = days_ago(5)
    await send(shop, [paid(f"o{i}", "20.00", customer=who(i), occurred_at=at) for i in range(buyers)])
    for preset in PRESETS:
        assert list(counts(await summary(shop, preset=preset)).values()) == [buyers]


async def test_what_happens_later_has_not_happened_then(shop: Shop) -> None:
    await send(
        shop,
        [
            paid("a", "100.00", customer=who("x"), occurred_at="2026-03-01T12:00:00-03:00",
                 properties={"shipping": "10.00", "tax": "5.00"}),
            paid("b", "50.00", customer=who("x"), occurred_at="2026-03-05T12:00:00-03:00"),
            event(type="order.refunded", customer=who("x"), occurred_at="2026-04-01T12:00:00-03:00",
                  properties={"order_id": "a", "amount": "30.00", "refund_id": "r1"}),
            event(type="order.refunded", customer=who("x"), occurred_at="2026-05-01T12:00:00-03:00",
                  properties={"order_id": "a", "amount": "70.00", "refund_id": "r2"}),
            event(type="order.cancelled", customer=who("x"), occurred_at="2026-06-01T12:00:00-03:00",
                  properties={"order_id": "b"}),
            paid("c", "7.00", customer=who("x"), occurred_at="2026-07-01T12:00:00-03:00"),
        ],
    )  # fmt: skip
    path = f"customers/{(await ids(shop))['x']}/rfm"
    for as_of, orders, net, days in (
        ("2026-03-01T12:00:00-03:00", 1, "85.00", 0),
        ("2026-03-04", 1, "85.00", 3),
        ("2026-03-05", 2, "135.00", 0),
        ("2026-04-01T11:59:59-03:00", 2, "135.00", 27),
        ("2026-04-01T15:00:00Z", 2, "105.00", 27),
        ("2026-05-01", 2, "50.00", 57),
        ("2026-06-01", 1, "0.00", 92),
        ("2026-07-01", 2, "7.00", 0),
    ):
        found = await get(shop, path, as_of=as_of)
        assert (found["f"]["orders"], found["m"]["net"]["amount"], found["r"]["days"]) == (orders, net, days), as_of
    assert (await get(shop, path, as_of="2026-03-01T11:59:59-03:00"))["segment"] == "prospect"
    assert found["as_of"] == "2026-07-01T23:59:59.999999-03:00"
    now = await get(shop, path)
    assert (now["f"]["orders"], now["m"]["net"]["amount"]) == (2, "7.00")


async def test_a_rate_that_comes_after_the_refund_counts_for_the_days_before_it(shop: Shop) -> None:
    day = "2026-03-{}T12:00:00-03:00".format
    rate = {"currency": "USD", "valid_from": "2026-01-01", "rate": "5"}
    refund = {"order_id": "a", "amount": "10.00"}
    usd = {"currency": "USD"}
    await shop.client.put("/v1/currency-rates", json={"rates": [rate]})
    await send(
        shop,
        [
            paid("a", "10.00", customer=who("x"), occurred_at=day("01"), properties=usd),
            event(type="order.refunded", customer=who("x"), occurred_at=day("02"), properties=refund),
        ],
    )
    await shop.client.put("/v1/currency-rates", json={"rates": [{**rate, "rate": "6"}]})
    found = await get(shop, f"customers/{(await ids(shop))['x']}/rfm", as_of="2026-03-01")
    assert found["m"]["net"]["amount"] == "60.00"


@pytest.mark.parametrize("gross", [False, True])
async def test_the_orders_add_up_to_the_totals_kept_beside_them(app: FastAPI, gross: bool) -> None:
    shop = await open_shop(app, rfm_include_shipping_and_tax=gross)
    dice = random.Random(7)
    events = []
    for i in range(400):
        buyer, at = who(dice.randrange(120)), dice.uniform(2, 900)
        properties = {
            "currency": dice.choice(["BRL", "BRL", "USD", "CLP"]),
            "shipping": f"{dice.randrange(30)}.5",
            "tax": f"{dice.randrange(9)}.25",
        }
        order = paid(f"o{i}", f"{dice.uniform(1, 300):.3f}", customer=buyer, occurred_at=days_ago(at))
        order["properties"] |= properties
        events.append(order)
        for n in range(dice.choice([0, 0, 0, 1, 2])):
            refund = {"order_id": f"o{i}", "refund_id": f"r{n}", "amount": f"{dice.uniform(1, 200):.4f}"}
            events.append(event(type="order.refunded", customer=buyer, properties=refund, occurred_at=days_ago(at - 1)))
        if dice.random() < 0.15:
            cancelled = {"order_id": f"o{i}"}
            events.append(
                event(type="order.cancelled", customer=buyer, properties=cancelled, occurred_at=days_ago(at - 1))
            )
    dice.shuffle(events)
    async with shop.client:
        await send(shop, events)
        # USD has no rate: counted, and left out of net. The rate of CLP makes halves of the last decimal.
        await shop.client.put(
            "/v1/currency-rates", json={"rates": [{"currency": "CLP", "valid_from": "2000-01-01", "rate": "0.0025"}]}
        )
        for preset in PRESETS:
            now = await summary(shop, preset=preset)
            assert now == await summary(shop, preset=preset, as_of=datetime.now(UTC).isoformat())
            assert now == await summary(shop, preset=preset, window_days=1000) | {"window_days": None}
        assert now["without_rate"] > 50


async def test_a_window_is_so_many_days_of_the_calendar(shop: Shop) -> None:
    noon = [f"2026-03-{day:02d}T12:00:00-03:00" for day in range(1, 31)]
    await send(shop, [paid(f"o{i}", "1.00", customer=who("x"), occurred_at=at) for i, at in enumerate(noon)])
    path = f"customers/{(await ids(shop))['x']}/rfm"
    weeks = [await get(shop, path, as_of=f"2026-03-{day}", window_days=7) for day in ("28", "21", "14", "07")]
    assert [week["f"]["orders"] for week in weeks] == [7, 7, 7, 7]
    assert (await get(shop, path, as_of="2026-03-10T11:00:00-03:00", window_days=1))["segment"] == "prospect"
    assert (await get(shop, path, as_of="2026-03-10T13:00:00-03:00", window_days=1))["f"]["orders"] == 1
    assert (await get(shop, path, window_days=1))["segment"] == "prospect"
    assert (await get(shop, path, window_days=36_500))["f"]["orders"] == 30


async def test_own_thresholds_hold(shop: Shop) -> None:
    await send(shop, [paid(f"o{i}", "10.00", customer=who("x"), occurred_at=days_ago(20)) for i in range(5)])
    path = f"customers/{(await ids(shop))['x']}/rfm"
    found = await get(shop, path, method="fixed", r_days="10,19,20,21", f_orders="1,4,5,6", m_net="-1,0,49.99,50")
    assert (found["method"], found["money_basis"], found["code"]) == ("fixed", "own", "334")
    assert found["thresholds"]["m_net"] == ["-1.00", "0.00", "49.99", "50.00"]
    # Those that are not given are the defaults.
    found = await get(shop, path, m_net="1,2,3,4")
    assert (found["code"], found["thresholds"]["r_days"]) == ("545", [30, 90, 180, 365])
    found = await get(shop, path, method="fixed", preset="edrone4")
    assert (found["code"], found["thresholds"]["r_days"]) == ("242", [7, 14, 30])


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"as_of": "2999-01-01"}, "in_the_future"),
        ({"as_of": "9999-12-31"}, "in_the_future"),
        ({"as_of": days_ago(-0.001)}, "in_the_future"),
        ({"as_of": "2026-02-30"}, "invalid_datetime"),
        ({"as_of": "1899-12-31"}, "invalid_datetime"),
        ({"as_of": "0001-01-01"}, "invalid_datetime"),
        ({"as_of": "2026-01-01T10:00:00"}, "invalid_datetime"),
        ({"as_of": "\x00"}, "invalid_datetime"),
        ({"window_days": "0"}, "greater_than_equal"),
        ({"window_days": "36501"}, "less_than_equal"),
        ({"preset": "best"}, "literal_error"),
        ({"preset": "rf25", "map": "rfm125"}, "ambiguous"),
        ({"method": "ntile"}, "literal_error"),
        ({"method": "quantile", "m_net": "1,2,3,4"}, "not_fixed"),
        ({"r_days": "1,2,3"}, "wrong_length"),
        ({"r_days": "1,2,3,99999"}, "not_whole_numbers"),
        ({"f_orders": "1,2,3,²"}, "not_whole_numbers"),
        ({"f_orders": "0,1,2,3"}, "too_small"),
        ({"m_net": "1,2,2,3"}, "not_ascending"),
        ({"m_net": "1,2,NaN,3"}, "not_amounts"),
        ({"colour": "red"}, "extra_forbidden"),
    ],
)  # fmt: skip
async def test_a_question_that_cannot_be_answered_is_refused(shop: Shop, params: dict[str, str], code: str) -> None:
    answer = await shop.client.get("/v1/segments/rfm", params=params)
    assert answer.status_code == 422, answer.text
    (error,) = answer.json()["errors"]
    assert error["code"] == code
    assert error["message"].startswith(f"Query parameter {list(params)[-1]}: ")


async def test_an_unknown_segment_is_told_the_known_ones(shop: Shop) -> None:
    for path in ("/v1/segments/rfm/best/customers?map=rf25", "/v1/customers?segment=best"):
        answer = await shop.client.get(path)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == "unknown_segment"
        assert "champions" in answer.json()["detail"]
        assert "prospect" in answer.json()["detail"]
        assert "best" not in answer.json()["detail"]


async def test_an_erased_customer_counts_and_is_nowhere_to_be_found(shop: Shop) -> None:
    at = days_ago(3)
    await send(shop, [paid(f"o{i}", "20.00", customer=who(i), occurred_at=at) for i in range(3)])
    (segment,) = counts(await summary(shop))
    known = await ids(shop)
    assert (await shop.client.delete(f"/v1/customers/{known['1']}")).status_code == 204
    assert (await shop.client.get(f"/v1/customers/{known['1']}/rfm")).status_code == 404
    found = await summary(shop)
    assert (found["population"], found["net"]["amount"], found["prospects"]) == (3, "60.00", 0)
    for params in ({}, {"as_of": datetime.now(UTC).isoformat()}):
        assert sorted(await members(shop, segment, **params)) == sorted([known["0"], known["2"]])


async def test_another_tenant_sees_nothing(shop: Shop, other: Shop) -> None:
    """T19"""
    at = days_ago(3)
    await send(shop, [paid(f"o{i}", "20.00", customer=who(i), occurred_at=at) for i in range(3)])
    theirs = (await ids(shop))["1"]
    (segment,) = counts(await summary(shop))
    unknown = await other.client.get(f"/v1/customers/cus_{new_id().hex}/rfm")
    refused = await other.client.get(f"/v1/customers/{theirs}/rfm")
    assert unknown.status_code == refused.status_code == 404
    volatile = {"request_id": "", "instance": ""}
    assert refused.json() | volatile == unknown.json() | volatile
    for params in ({}, {"as_of": datetime.now(UTC).isoformat()}, {"window_days": 90}):
        assert (await other.client.get(f"/v1/customers/{theirs}/rfm", params=params)).status_code == 404
        found = await summary(other, **params)
        assert (found["population"], found["prospects"], found["net"]["amount"]) == (0, 0, "0.00")
        assert await members(other, segment, **params) == await members(other, "prospect", **params) == []
    page = await get(shop, f"segments/rfm/{segment}/customers", limit=1)
    stolen = await other.client.get(
        f"/v1/segments/rfm/{segment}/customers", params={"limit": 1, "cursor": page["next_cursor"]}
    )
    assert stolen.status_code == 422


async def test_scopes(shop: Shop) -> None:
    """T20"""
    await send(shop, [paid("o", "20.00", customer=who("x"), occurred_at=days_ago(3))])
    (segment,) = counts(await summary(shop))
    customer, lists = f"/v1/customers/{(await ids(shop))['x']}/rfm", f"/v1/segments/rfm/{segment}/customers"
    by_filter = f"/v1/customers?segment={segment}"
    for scopes, allowed in (
        ((Scope.SEGMENTS_READ,), {customer, "/v1/segments/rfm"}),
        ((Scope.CUSTOMERS_READ,), {"/v1/customers"}),
        (
            (Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ),
            {customer, "/v1/segments/rfm", lists, by_filter, "/v1/customers"},
        ),
        (tuple(set(Scope) - {Scope.SEGMENTS_READ, Scope.CUSTOMERS_READ}), set()),
    ):
        async with await shop.client_with(*scopes) as client:
            for path in (customer, "/v1/segments/rfm", lists, by_filter, "/v1/customers"):
                answer = await client.get(path)
                assert answer.status_code == (200 if path in allowed else 403), (scopes, path)
                if path in allowed and path in (lists, by_filter):
                    assert answer.json()["data"][0]["external_ids"][0]["id"] == "cx"


async def test_the_filter_by_segment_adds_to_the_others(shop: Shop) -> None:
    at = days_ago(3)
    await send(shop, [paid(f"o{i}", "20.00", customer=who(i), occurred_at=at) for i in range(4)])
    (segment,) = counts(await summary(shop))
    known = await ids(shop)
    await shop.client.patch(f"/v1/customers/{known['2']}", json={"tags": ["vip"]})
    await shop.customer(tags=["vip"])
    found = await shop.client.get("/v1/customers", params={"segment": segment, "tag": "vip"})
    assert [customer["id"] for customer in found.json()["data"]] == [known["2"]]
    since = {"segment": segment, "updated_since": days_ago(1), "limit": 3}
    page = (await shop.client.get("/v1/customers", params=since)).json()
    rest = (await shop.client.get("/v1/customers", params={**since, "cursor": page["next_cursor"]})).json()
    assert {c["id"] for c in page["data"] + rest["data"]} == set(known.values())


async def test_sql_scores_every_customer_as_the_rules_do(app: FastAPI) -> None:
    """Random totals with many ties, in a zone that skips midnights; sums of net tell who is in which group."""
    shop = await open_shop(app, timezone="America/Havana")
    dice = random.Random(11)
    now = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    zone = ZoneInfo("America/Havana")
    totals = {}
    for _ in range(400):
        at = now - timedelta(
            days=dice.choice([-0.01, 0, 1, 2, 30, 90, 400]), seconds=dice.choice([0, 1, 1800, 3600, 40_000])
        )
        net = dice.choice([Decimal(0), Decimal("19.9"), Decimal(50), Decimal(dice.randrange(10**7)) / 10_000])
        totals[new_id()] = (dice.choice([1, 1, 1, 2, 3, 4, 9]), net, at)
    async with shop.client, begin(shop.database, shop.tenant, now=now) as tx:
        await tx.fetch_sql(
            "INSERT INTO customers (tenant_id, customer_id, status, version, created_at, updated_at, tags, "
            "preferred_channels, provenance) "
            "SELECT $1, id, 'active', 1, $3, $3, '{}', '{}', '{}' FROM unnest($2::uuid[]) id",
            [tx.tenant_id, list(totals), now],
        )
        await tx.fetch_sql(
            "INSERT INTO customer_totals (tenant_id, customer_id, orders, net, without_rate, last_order_at) "
            "SELECT $1, id, o, n, 0, l "
            "FROM unnest($2::uuid[], $3::int[], $4::numeric[], $5::timestamptz[]) t(id, o, n, l)",
            [tx.tenant_id, list(totals), *(list(column) for column in zip(*totals.values(), strict=True))],
        )
        buyers = {k: Buyer(rfm.days_between(at, now, zone), orders, net) for k, (orders, net, at) in totals.items()}
        own = {"method": "fixed", "r_days": "0,1,30,90", "f_orders": "1,2,3,4", "m_net": "0,19.9,50,500"}
        halves = {"method": "fixed"}
        for raw in (*({"preset": preset} for preset in PRESETS), own, halves):
            question = rfm_questions.read(tx, {**raw, "fresh": True})
            yardstick = await service.measure(tx, question)
            edges = rfm.edges_of(buyers.values(), question.map.scale)
            pure = rfm.thresholds_from_edges(edges, question.method)
            assert yardstick.method == question.method
            assert (yardstick.thresholds.r_days, yardstick.thresholds.f_orders) == (pure.r_days, pure.f_orders)
            expected: Counter[str] = Counter()
            sums: defaultdict[str, Decimal] = defaultdict(Decimal)
            for buyer in buyers.values():
                code = rfm.score(buyer, pure, question.method).code
                expected[code] += 1
                sums[code] += buyer.net
            groups = await service.query.groups(tx, question.span, yardstick.cuts)
            assert {f"{g.r}{g.f}{g.m}": (g.customers, g.net) for g in groups} == {
                code: (n, sums[code]) for code, n in expected.items()
            }
            for customer_id in dice.sample(list(buyers), 10):
                found = await service.explain(tx, customer_id, question)
                assert found.buyer == buyers[customer_id]
                assert found.scores == rfm.score(buyers[customer_id], pure, question.method)


def test_the_specification_describes_these_routes(app: FastAPI) -> None:
    about = ("rfm", "Rfm", "segment", "Segment", "Recency", "Frequency", "Monetary")
    complaints = [line for line in lint(specification(app)) if any(word in line for word in about)]
    assert [line for line in complaints if "parameter customer_id has no description" not in line] == []

"""Scores, thresholds and methods of RFM."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rfm
from app.domain.rfm import Buyer, Edges, Method, MethodId, MoneyBasis, Scores, Thresholds
from app.errors import Invalid

SAO_PAULO = ZoneInfo("America/Sao_Paulo")

nets = st.integers(-5_000, 50_000).map(lambda cents: Decimal(cents) / 100)
buyers = st.builds(Buyer, st.integers(0, 800), st.integers(1, 12), nets)
# Drawn from few values, so that ties and populations of one kind are common; sizes on both sides of 100.
tied_buyers = st.builds(
    Buyer,
    st.sampled_from([0, 1, 30, 31, 400]),
    st.sampled_from([1, 1, 1, 2, 3]),
    st.sampled_from([Decimal(0), Decimal(10), Decimal("10.5")]),
)
populations = st.one_of(
    st.lists(buyers, max_size=20),
    st.lists(tied_buyers, max_size=20),
    st.lists(tied_buyers, min_size=34, max_size=34).map(lambda some: some * 3),
    st.lists(buyers, min_size=34, max_size=34).map(lambda some: some * 3),
)
methods = st.sampled_from([preset.method for preset in rfm.PRESETS.values()])


def buyer(days=10, orders=2, net="100"):
    return Buyer(days, orders, Decimal(net))


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=60), st.integers(0, 16))
def test_percentile_disc_is_the_first_value_that_covers_the_fraction(values, sixteenths):
    values.sort()
    fraction = Fraction(sixteenths, 16)
    covering = [v for v in values if Fraction(sum(w <= v for w in values), len(values)) >= fraction]
    assert rfm.percentile_disc(values, float(fraction)) == covering[0]


@pytest.mark.parametrize(
    ("size", "fraction", "position"),
    [(1, 0.0, 1), (1, 1.0, 1), (5, 0.2, 1), (6, 0.2, 2), (5, 0.6, 3), (10, 0.8, 8), (3, 1 / 3, 1), (100, 0.55, 56)],
)
def test_percentile_disc_rounds_as_postgresql_does(size, fraction, position):
    # 0.55 of 100 is 55.000000000000007 as a double product, and the server takes its ceiling too.
    assert rfm.percentile_disc(range(1, size + 1), fraction) == position


@pytest.mark.parametrize(("values", "fraction"), [([], 0.5), ([1], -0.1), ([1], 1.1), ([1], math.nan)])
def test_percentile_disc_needs_values_and_a_fraction(values, fraction):
    with pytest.raises(ValueError):
        rfm.percentile_disc(values, fraction)


@given(populations, methods, st.data())
def test_scores_are_monotone_in_each_of_r_f_and_m(population, method, data):
    thresholds = rfm.quantile_thresholds(population, method)
    one = data.draw(buyers)
    more = data.draw(buyers)
    days, orders, net = min(one.days, more.days), max(one.orders, more.orders), max(one.net, more.net)
    base = rfm.score(one, thresholds, method)
    assert rfm.score(Buyer(days, one.orders, one.net), thresholds, method).r >= base.r
    assert rfm.score(Buyer(one.days, orders, one.net), thresholds, method).f >= base.f
    assert rfm.score(Buyer(one.days, one.orders, net), thresholds, method).m >= base.m


@given(populations, methods, st.randoms(use_true_random=False))
def test_thresholds_do_not_depend_on_the_order_of_the_population(population, method, random):
    shuffled = population.copy()
    random.shuffle(shuffled)
    assert rfm.quantile_thresholds(shuffled, method) == rfm.quantile_thresholds(population, method)


@given(populations, methods)
def test_equal_values_get_equal_scores_within_the_scale(population, method):
    thresholds = rfm.quantile_thresholds(population, method)
    assert {len(thresholds.r_days), len(thresholds.f_orders), len(thresholds.m_net)} == {method.scale - 1}
    for edges in (thresholds.r_days, thresholds.f_orders, thresholds.m_net):
        assert list(edges) == sorted(edges)
    seen_r, seen_f, seen_m = {}, {}, {}
    for one in population:
        scores = rfm.score(one, thresholds, method)
        assert seen_r.setdefault(one.days, scores.r) == scores.r
        assert seen_f.setdefault(one.orders, scores.f) == scores.f
        assert seen_m.setdefault(one.net, scores.m) == scores.m
        assert all(1 <= value <= method.scale for value in (scores.r, scores.f, scores.m))


@given(populations, methods)
def test_f_is_one_for_one_order_and_only_for_one_order(population, method):
    thresholds = rfm.quantile_thresholds(population, method)
    for one in population:
        assert (rfm.score(one, thresholds, method).f == 1) == (one.orders == 1)


@given(populations, methods, buyers, st.integers(0, 100_000))
def test_adding_an_order_never_lowers_r_or_f(population, method, one, cents):
    thresholds = rfm.quantile_thresholds(population, method)
    before = rfm.score(one, thresholds, method)
    after = rfm.score(Buyer(0, one.orders + 1, one.net + Decimal(cents) / 100), thresholds, method)
    assert after.r >= before.r
    assert after.f >= before.f
    assert after.m >= before.m


@given(st.lists(tied_buyers, min_size=100, max_size=160))
def test_the_default_method_is_the_one_of_the_design(population):
    """Written out anew: ranks counted over plain lists, no thresholds, no shared code."""

    def edge(values, fraction):
        return sorted(values)[max(0, math.ceil(fraction * len(values)) - 1)]

    method = rfm.PRESETS["rfm125"].method
    thresholds = rfm.quantile_thresholds(population, method)
    fifths = (0.2, 0.4, 0.6, 0.8)
    days = [edge([one.days for one in population], k) for k in fifths]
    net = [edge([one.net for one in population], k) for k in fifths]
    repeat = [one.orders for one in population if one.orders > 1]
    orders = [edge(repeat, k) for k in (0.25, 0.5, 0.75)] if repeat else []
    for one in population:
        r = 5 - sum(one.days > e for e in days)
        m = 1 + sum(one.net > e for e in net)
        f = 1 if one.orders == 1 else 2 + sum(one.orders > e for e in orders)
        assert rfm.score(one, thresholds, method) == Scores(r, f, m)


def test_identical_people_are_not_told_apart_where_most_have_one_order():
    population = [buyer(days=5, orders=1, net="20")] * 54 + [buyer(days=50, orders=n, net="90") for n in range(2, 48)]
    thresholds = rfm.quantile_thresholds(population, rfm.QUANTILE5)
    assert thresholds.f_orders == (1, 13, 24, 36)
    assert {rfm.score(one, thresholds, rfm.QUANTILE5).f for one in population[:54]} == {1}
    assert {rfm.score(one, thresholds, rfm.QUANTILE5).f for one in population[54:]} == {2, 3, 4, 5}


@pytest.mark.parametrize(("population", "method_id"), [(0, "fixed"), (99, "fixed"), (100, "quantile")])
def test_quantiles_need_a_hundred_buyers(population, method_id):
    effective = rfm.effective_method(rfm.QUANTILE5, population)
    assert effective.id == method_id
    assert effective.scale == 5


def test_below_a_hundred_buyers_days_and_orders_are_fixed_and_money_is_measured_by_the_median():
    population = [buyer(net=str(net)) for net in (-5, 0, 10, 20, 40)]
    effective = rfm.effective_method(rfm.QUANTILE5, len(population))
    assert effective.money_basis is MoneyBasis.MEDIAN_MULTIPLES
    thresholds = rfm.quantile_thresholds(population, rfm.QUANTILE5)
    assert thresholds == Thresholds((30, 90, 180, 365), (1, 2, 4, 8), (10, 20, 40, 80))
    assert [rfm.score(one, thresholds, effective).m for one in population] == [1, 1, 1, 2, 3]


def test_the_median_is_over_every_positive_net_however_small():
    assert rfm.edges_of([buyer(net="0.5"), buyer(net="0"), buyer(net="-1")], 5).m_median == Decimal("0.5")
    assert rfm.edges_of([buyer(net="0"), buyer(net="-1")], 5).m_median is None


def test_a_fixed_scale_of_four_has_three_edges_each():
    thresholds = rfm.quantile_thresholds([buyer(net="8")], rfm.PRESETS["pymc4"].method)
    assert thresholds == Thresholds((30, 90, 365), (1, 2, 4), (4, 8, 16))


@pytest.mark.parametrize("size", [0, 1, 99, 100])
def test_a_population_of_equal_people_without_net_gets_one_code(size):
    population = [buyer(days=3, orders=1, net="0")] * size
    thresholds = rfm.quantile_thresholds(population, rfm.QUANTILE5)
    assert thresholds.m_net == (0, 0, 0, 0)
    assert {rfm.score(one, thresholds, rfm.QUANTILE5).code for one in population} == ({"511"} if size else set())
    # Nobody has bought twice: the first who does is not at the top at once.
    assert rfm.score(buyer(orders=2), thresholds, rfm.QUANTILE5).f == 2


def test_a_hundred_equal_repeat_buyers_get_one_code():
    population = [buyer(days=3, orders=4, net="7.5")] * 100
    thresholds = rfm.quantile_thresholds(population, rfm.QUANTILE5)
    assert thresholds == Thresholds((3,) * 4, (1, 4, 4, 4), (Decimal("7.5"),) * 4)
    assert rfm.score(population[0], thresholds, rfm.QUANTILE5).code == "521"


@pytest.mark.parametrize("size", [5, 200])
def test_edrone_reads_days_the_same_in_every_population(size):
    method = rfm.PRESETS["edrone4"].method
    thresholds = rfm.quantile_thresholds([buyer(days=100)] * size, method)
    scores = {days: rfm.score(buyer(days=days), thresholds, method).r for days in (0, 7, 8, 14, 15, 30, 31, 900)}
    assert scores == {0: 4, 7: 4, 8: 3, 14: 3, 15: 2, 30: 2, 31: 1, 900: 1}


def test_raw_edges_of_the_database_become_the_same_thresholds():
    population = [buyer(days=n, orders=1 + n % 7, net=str(n)) for n in range(150)]
    edges = rfm.edges_of(population, 5)
    assert edges == Edges((29, 59, 89, 119), (3, 4, 6), (29, 59, 89, 119), Decimal(75))
    assert rfm.thresholds_from_edges(edges, rfm.QUANTILE5) == rfm.quantile_thresholds(population, rfm.QUANTILE5)
    assert rfm.QUANTILE5.money_basis is MoneyBasis.QUANTILES


def test_the_tenants_own_edges_hold_whatever_the_population():
    own = Thresholds((10, 20, 30, 40), (1, 3, 5, 7), tuple(map(Decimal, (0, 50, 100, 500))))
    method = rfm.fixed_method(5, own)
    assert method.id is MethodId.FIXED
    assert method.money_basis is MoneyBasis.OWN
    for size in (0, 5, 500):
        assert rfm.effective_method(method, size) == method
        assert rfm.quantile_thresholds([buyer()] * size, method) == own


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"r_days": (1, 2, 3)}, "/thresholds/r_days", "wrong_length"),
        ({"r_days": (1, 2, 2, 3)}, "/thresholds/r_days", "not_ascending"),
        ({"r_days": (-1, 2, 3, 4)}, "/thresholds/r_days", "too_small"),
        ({"f_orders": (0, 2, 3, 4)}, "/thresholds/f_orders", "too_small"),
        ({"f_orders": (4, 3, 2, 1)}, "/thresholds/f_orders", "not_ascending"),
        ({"m_net": ()}, "/thresholds/m_net", "wrong_length"),
        ({"m_net": (Decimal(1), Decimal("NaN"), Decimal(2), Decimal(3))}, "/thresholds/m_net", "not_finite"),
    ],
)
def test_own_edges_that_cannot_be_used_are_refused(change, pointer, code):
    good = {"r_days": (0, 1, 2, 3), "f_orders": (1, 2, 3, 4), "m_net": tuple(map(Decimal, (-1, 0, 1, 2)))}
    rfm.fixed_method(5, Thresholds(**good))
    with pytest.raises(Invalid) as refused:
        rfm.fixed_method(5, Thresholds(**good | change))
    assert [(error.pointer, error.code) for error in refused.value.errors] == [(pointer, code)]


def test_days_are_counted_by_the_midnights_of_the_tenant():
    last = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)  # still 28 February in São Paulo
    as_of = datetime(2026, 3, 1, 3, 30, tzinfo=UTC)
    assert rfm.days_between(last, as_of, SAO_PAULO) == 1
    assert rfm.days_between(last, as_of, UTC) == 0
    assert rfm.days_between(as_of, last, SAO_PAULO) == 0
    noon, night = datetime(2026, 3, 1, 15, tzinfo=UTC), datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert rfm.days_between(noon, night, SAO_PAULO) == 0


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Sao_Paulo", date(2026, 3, 1), "2026-03-01T03:00:00+00:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T03:00:00+00:00"),  # midnight was skipped: 01:00 came first
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00:00+00:00"),  # the hour after midnight came twice
        ("America/Santiago", date(2026, 4, 5), "2026-04-05T04:00:00+00:00"),  # the hour before midnight came twice
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00:00+00:00"),  # a day that never was
    ],
)
def test_a_day_begins_with_its_first_moment(zone, day, first):
    assert rfm.day_begins(day, ZoneInfo(zone)).isoformat() == first


moments = st.datetimes(datetime(1995, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    st.sampled_from(["UTC", "America/Sao_Paulo", "America/Havana", "America/New_York", "Pacific/Apia", "Asia/Tehran"]),
    moments,
    moments,
    st.integers(0, 400),
)
def test_more_days_than_an_edge_is_before_the_first_moment_of_a_day(zone, last, as_of, edge):
    timezone = ZoneInfo(zone)
    today = as_of.astimezone(timezone).date()
    before = last < rfm.day_begins(today - timedelta(days=edge), timezone)
    assert (rfm.days_between(last, as_of, timezone) > edge) is before


@pytest.mark.parametrize("naive", [0, 1])
def test_days_are_not_counted_without_an_offset(naive):
    times = [datetime(2026, 3, 1, tzinfo=UTC)] * 2
    times[naive] = datetime(2026, 3, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="offset"):
        rfm.days_between(*times, UTC)


@pytest.mark.parametrize("unfit", [{"orders": 0}, {"days": -1}])
def test_who_has_no_order_is_no_buyer(unfit):
    with pytest.raises(ValueError, match="prospect"):
        buyer(**unfit)


def test_every_preset_pairs_a_map_and_a_method_of_one_scale():
    assert rfm.DEFAULT_PRESET in rfm.PRESETS
    for name, preset in rfm.PRESETS.items():
        assert preset.map.id == name
        assert preset.map.scale == preset.method.scale
        assert isinstance(preset.method, Method)

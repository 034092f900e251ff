"""What is promised about the next order is what the next order brings."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import rfm, rfm_steps
from app.domain.rfm import Buyer, Preset, Thresholds
from app.domain.rfm_settings import own_method
from app.domain.rfm_steps import StepKind
from tests.unit.domain.test_rfm import buyers, populations

OWN = Thresholds((10, 20, 30, 40), (1, 3, 5, 7), tuple(map(Decimal, (50, 100, 200, 400))))
FIXED = rfm.fixed_method(5, OWN)
MAP = rfm.PRESETS["rfm125"].map
# Every map by its own method, by fixed edges of ours, and by edges of the tenant's own.
presets = st.sampled_from(
    [
        Preset(preset.map, method)
        for preset in rfm.PRESETS.values()
        for method in (
            preset.method,
            own_method(preset.method, None, None, None),
            own_method(
                preset.method,
                OWN.r_days[: preset.map.scale - 1],
                OWN.f_orders[: preset.map.scale - 1],
                OWN.m_net[: preset.map.scale - 1],
            ),
        )
    ]
)
CENT = Decimal("0.01")


def segment_of(buyer, thresholds, preset):
    return rfm.segment(rfm.score(buyer, thresholds, preset.method), preset.map)


@given(populations, buyers, presets)
def test_every_promise_comes_true_on_every_day_up_to_its_deadline(population, buyer, preset):
    thresholds = rfm.quantile_thresholds(population, preset.method)
    present = segment_of(buyer, thresholds, preset)
    steps = rfm_steps.next_steps(buyer, thresholds, preset.method, preset.map)
    for step in steps:
        for net in (step.net, step.net_at_least, (step.net + step.net_at_least) / 2):
            after = Buyer(0, buyer.orders + step.orders, buyer.net + net)
            assert segment_of(after, thresholds, preset) == step.segment
        after = Buyer(0, buyer.orders + step.orders, buyer.net + step.net)
        assert rfm.score(after, thresholds, preset.method).code == step.code
        assert step.segment != "other"
        if step.kind is StepKind.RISE:
            assert preset.map.rank(step.segment) < preset.map.rank(present)
        else:
            assert (step.segment, step.orders) == (present, 1)
            assert step.within_days is not None
        if step.net_at_least > 0:
            short = Buyer(0, buyer.orders + step.orders, buyer.net + step.net_at_least - CENT)
            assert segment_of(short, thresholds, preset) != step.segment
    ranks = [preset.map.rank(step.segment) for step in steps]
    assert ranks == sorted(set(ranks), reverse=True)
    assert [step.orders for step in steps] == sorted({step.orders for step in steps})


@given(populations, buyers, presets)
def test_no_rise_within_three_average_orders_is_left_out(population, buyer, preset):
    thresholds = rfm.quantile_thresholds(population, preset.method)
    steps = rfm_steps.next_steps(buyer, thresholds, preset.method, preset.map)
    average = max(Decimal(0), round(buyer.net / buyer.orders, 4)).quantize(CENT, "ROUND_HALF_UP")
    reached = [segment_of(Buyer(0, buyer.orders + k, buyer.net + k * average), thresholds, preset) for k in range(1, 4)]
    present = segment_of(buyer, thresholds, preset)
    better = [s for s in reached if s != "other" and preset.map.rank(s) < preset.map.rank(present)]
    rises = [step.segment for step in steps if step.kind is StepKind.RISE]
    assert bool(rises) == bool(better)
    if better:
        assert rises[-1] == min(better, key=preset.map.rank)
        assert rises[0] == better[0]


@given(populations, buyers, presets)
def test_the_deadline_is_the_last_day_on_which_the_present_segment_holds(population, buyer, preset):
    thresholds = rfm.quantile_thresholds(population, preset.method)
    present = segment_of(buyer, thresholds, preset)
    within = rfm_steps.holds_for_days(buyer, thresholds, preset.method, preset.map)
    horizon = max(*thresholds.r_days, buyer.days) + 2 if within is None else buyer.days + within
    days = {buyer.days, horizon} | {edge + k for edge in thresholds.r_days for k in (0, 1)}
    for day in days:
        if buyer.days <= day <= horizon:
            assert segment_of(replace(buyer, days=day), thresholds, preset) == present
    if within is not None:
        assert segment_of(replace(buyer, days=horizon + 1), thresholds, preset) != present


@given(populations, buyers, presets)
def test_the_fall_of_r_is_on_the_first_day_it_happens(population, buyer, preset):
    thresholds = rfm.quantile_thresholds(population, preset.method)
    now = rfm.score(buyer, thresholds, preset.method)
    fall = rfm_steps.losing_in_days(buyer, thresholds, preset.method, preset.map)
    if fall is None:
        assert now.r == 1
        return
    assert fall.in_days >= 1
    before = rfm.score(replace(buyer, days=buyer.days + fall.in_days - 1), thresholds, preset.method)
    after = rfm.score(replace(buyer, days=buyer.days + fall.in_days), thresholds, preset.method)
    assert before == now
    assert after.r < now.r
    assert (fall.code, fall.segment) == (after.code, rfm.segment(after, preset.map))


def test_the_order_that_keeps_and_the_orders_that_raise_are_told_with_their_deadline():
    buyer = Buyer(18, 3, Decimal(150))  # 423 is potential_loyalist, 323 still is, 223 is hibernating
    steps = rfm_steps.next_steps(buyer, OWN, FIXED, MAP)
    assert [(s.kind, s.orders, s.net, s.net_at_least, s.within_days, s.code, s.segment) for s in steps] == [
        (StepKind.KEEP, 1, Decimal(50), Decimal(0), 12, "533", "potential_loyalist"),
        (StepKind.RISE, 3, Decimal(150), Decimal("50.01"), 12, "544", "champions"),
    ]


def test_the_least_amount_is_just_above_the_edge():
    buyer = Buyer(5, 5, Decimal(150))  # 533
    steps = rfm_steps.next_steps(buyer, OWN, FIXED, MAP)
    assert [(s.orders, s.code, s.segment, s.net, s.net_at_least) for s in steps] == [
        (1, "543", "loyal", Decimal(30), Decimal(0)),
        (2, "544", "champions", Decimal(60), Decimal("50.01")),
    ]


def test_the_least_amount_goes_down_only_as_far_as_the_segment_does():
    steps = rfm_steps.next_steps(Buyer(500, 1, Decimal(150)), OWN, FIXED, MAP)
    assert [(s.orders, s.code, s.segment, s.net_at_least) for s in steps] == [
        (1, "524", "promising", Decimal(0)),  # 521 is promising too
        (3, "535", "need_attention", Decimal("50.01")),  # so is 534, but 533 is not
    ]
    (first, *_) = rfm_steps.next_steps(Buyer(500, 1, Decimal(40)), OWN, FIXED, rfm.PRESETS["rf25"].map)
    assert first.net_at_least == 0  # a map without M asks for no amount


def test_amounts_are_rounded_so_that_the_promise_holds_and_no_more_is_asked():
    edges = replace(OWN, m_net=tuple(map(Decimal, ("0.05", "0.277", "1", "2"))))
    steps = rfm_steps.next_steps(Buyer(5, 5, Decimal("0.25")), edges, FIXED, MAP)
    assert [(s.orders, s.code, s.net, s.net_at_least) for s in steps] == [(1, "543", Decimal("0.05"), Decimal("0.03"))]
    (step, *_) = rfm_steps.next_steps(Buyer(500, 2, Decimal("0.05")), OWN, FIXED, MAP)
    assert step.net == Decimal("0.03")


def test_whoever_is_at_the_top_is_told_how_to_stay():
    buyer = Buyer(12, 9, Decimal(900))
    (step,) = rfm_steps.next_steps(buyer, OWN, FIXED, MAP)
    assert (step.kind, step.within_days, step.segment) == (StepKind.KEEP, 8, "champions")
    fall = rfm_steps.losing_in_days(buyer, OWN, FIXED, MAP)
    assert (fall.in_days, fall.code, fall.segment) == (9, "355", "loyal")


def test_nothing_is_lost_by_waiting_at_the_bottom():
    buyer = Buyer(500, 1, Decimal(10))
    assert rfm_steps.losing_in_days(buyer, OWN, FIXED, MAP) is None
    assert rfm_steps.holds_for_days(buyer, OWN, FIXED, MAP) is None
    assert rfm_steps.next_steps(buyer, OWN, FIXED, MAP)[0].within_days is None


def test_a_refunded_customer_is_not_promised_a_negative_order():
    steps = rfm_steps.next_steps(Buyer(500, 2, Decimal(-30)), OWN, FIXED, MAP)
    assert [(step.net, step.net_at_least) for step in steps] == [(0, 0)] * len(steps)
    assert steps


@pytest.mark.parametrize(("unit", "net"), [(Decimal(1), 33), (Decimal("0.001"), Decimal("33.333"))])
def test_amounts_are_in_the_smallest_unit_of_the_currency(unit, net):
    steps = rfm_steps.next_steps(Buyer(500, 3, Decimal(100)), OWN, FIXED, MAP, unit=unit)
    assert steps[0].net == net

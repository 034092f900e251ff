"""Orders folded from what is said about them: the order of arrival does not matter, and a repeat changes nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.orders import ZERO, Amounts, Item, Order, OrderChange, OrderStatus, Refund, fold, in_reporting_currency

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = ("placed", "paid", "fulfilled", "delivered", "cancelled", "refunded")
moments = st.integers(0, 5).map(lambda hours: BEGIN + timedelta(hours=hours))
amounts = st.decimals("0", "500", places=2)


@st.composite
def changes(draw: st.DrawFn) -> list[OrderChange]:
    """What a shop says of one order, in any order, with times that collide. Message ids are unique, as in storage."""
    told = []
    for number in range(draw(st.integers(1, 8))):
        step = draw(st.sampled_from(STEPS))
        at, version = draw(moments), draw(moments)
        refund = known = None
        if step == "refunded":
            refund = Refund(draw(st.sampled_from(["r1", "r2", "r3"])), draw(amounts), at)
        elif step in ("placed", "paid") or (step != "cancelled" and draw(st.booleans())):
            known = Amounts(draw(st.sampled_from(["BRL", "USD"])), draw(amounts), draw(amounts), ZERO, ZERO)
        items = (Item(f"sku-{number}", None, None, Decimal(1), None),) if known and draw(st.booleans()) else None
        told.append(OrderChange("1001", step, at, version, f"m{number}", amounts=known, items=items, refund=refund))
    return told


@given(st.data())
def test_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    told = data.draw(changes())
    shuffled = data.draw(st.permutations(told))
    assert fold(Order("1001"), shuffled) == fold(Order("1001"), told)


@given(st.data())
def test_what_is_told_again_changes_nothing(data: st.DataObject) -> None:
    told = data.draw(changes())
    again = data.draw(st.lists(st.sampled_from(told)))
    once = fold(Order("1001"), told)
    assert fold(once, again) == once


@given(st.data())
def test_folding_in_parts_is_folding_at_once(data: st.DataObject) -> None:
    told = data.draw(changes())
    cut = data.draw(st.integers(0, len(told)))
    assert fold(fold(Order("1001"), told[:cut]), told[cut:]) == fold(Order("1001"), told)


@given(changes(), st.booleans())
def test_net_is_never_negative_and_never_more_than_the_total(told: list[OrderChange], whole: bool) -> None:
    order = fold(Order("1001"), told)
    net = order.net(with_shipping_and_tax=whole)
    if order.amounts is None:
        assert net is None
        assert not order.counted
    else:
        assert net is not None
        assert ZERO <= net <= order.amounts.total


@given(changes())
def test_a_cancelled_order_stays_cancelled_and_is_not_counted(told: list[OrderChange]) -> None:
    order = fold(Order("1001"), [*told, change("cancelled", hours=3)])
    assert order.status is OrderStatus.CANCELLED
    assert not order.counted


def change(step: str, *, hours: int = 0, message: str = "", total: str | None = None, **more: Any) -> OrderChange:
    at = BEGIN + timedelta(hours=hours)
    known = Amounts("BRL", Decimal(total), Decimal("10"), Decimal("2"), ZERO) if total is not None else None
    return OrderChange("1001", step, at, at, message or f"{step}-{hours}", amounts=known, **more)


def refund(amount: str, *, refund_id: str = "r1", hours: int = 1) -> OrderChange:
    at = BEGIN + timedelta(hours=hours)
    return change("refunded", hours=hours, refund=Refund(refund_id, Decimal(amount), at))


@pytest.mark.parametrize(
    ("told", "status", "net"),
    [
        ([change("placed", total="112")], OrderStatus.PLACED, "100"),
        ([change("placed", total="112"), change("paid", hours=1, total="112")], OrderStatus.PAID, "100"),
        ([change("paid", total="112"), change("fulfilled", hours=1)], OrderStatus.FULFILLED, "100"),
        ([change("paid", total="112"), change("delivered", hours=1)], OrderStatus.DELIVERED, "100"),
        ([change("paid", total="112"), refund("40")], OrderStatus.PARTLY_REFUNDED, "60"),
        ([change("paid", total="112"), refund("112")], OrderStatus.REFUNDED, "0"),
        ([refund("40"), change("paid", total="112")], OrderStatus.PARTLY_REFUNDED, "60"),
        ([change("paid", total="112"), refund("40"), refund("40", hours=2)], OrderStatus.PARTLY_REFUNDED, "60"),
        ([change("paid", total="112"), refund("40"), refund("5", refund_id="r2")], OrderStatus.PARTLY_REFUNDED, "55"),
    ],
)
def test_status_and_net_follow_what_was_told(told: list[OrderChange], status: OrderStatus, net: str) -> None:
    for sequence in (told, told[::-1]):
        order = fold(Order("1001"), sequence)
        assert order.status is status
        assert order.net(with_shipping_and_tax=False) == Decimal(net)


def test_only_a_refund_or_a_cancellation_is_an_announcement() -> None:
    assert fold(Order("1001"), [refund("40")]).status is OrderStatus.ANNOUNCED
    assert fold(Order("1001"), [change("cancelled")]).status is OrderStatus.CANCELLED
    assert not fold(Order("1001"), [refund("40")]).counted


def test_an_older_version_never_overwrites_a_newer_one() -> None:
    newer, older = change("paid", hours=5, total="80"), change("placed", hours=1, total="99")
    for sequence in ([newer, older], [older, newer]):
        order = fold(Order("1001"), sequence)
        assert order.amounts is not None
        assert order.amounts.total == Decimal("80")
        assert order.placed_at == BEGIN + timedelta(hours=1)


@pytest.mark.parametrize(
    ("net", "rate", "expected"),
    [
        ("100", "5.4321", "543.2100"),
        ("0.0005", "0.1", "0.0001"),  # halves go up; to even would make it nothing
        ("0.0025", "0.1", "0.0003"),
        ("0.0004", "0.1", "0.0000"),
        ("99999999999999.9999", "0.9999999999", "99999999989999.9999"),  # more than the 28 digits of the default
    ],
)
def test_money_in_another_currency_is_rounded_as_the_database_rounds(net: str, rate: str, expected: str) -> None:
    assert str(in_reporting_currency(Decimal(net), Decimal(rate))) == expected

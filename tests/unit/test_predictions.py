"""Predicted value: the published parameters of the CDNOW sample, and what must hold of every customer."""

import csv
import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.domain.predictions import Fitted, History, PurchaseModel, SpendModel, history

models = pytest.importorskip("app.predict.models", reason="the extra `predict` is not installed", exc_type=ImportError)

CALIBRATED = date(1997, 9, 30)
# Fader, Hardie and Lee (2005), and Fader and Hardie (2013).
PUBLISHED = PurchaseModel(r=0.243, alpha=4.414, a=0.793, b=2.426)
PUBLISHED_SPEND = SpendModel(p=6.25, q=3.74, gamma=15.45)
FITTED = Fitted(PUBLISHED, PUBLISHED_SPEND, 2357, 946, datetime(1997, 10, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def purchases(shared_dir: Path) -> dict[str, list[tuple[date, Decimal]]]:
    found: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    with (shared_dir / "data" / "cdnow_sample.csv").open() as lines:
        for row in csv.DictReader(lines):
            found[row["customer_id"]].append((date.fromisoformat(row["date"]), Decimal(row["amount"])))
    return found


@pytest.fixture(scope="module")
def histories(purchases: dict[str, list[tuple[date, Decimal]]]) -> list[History]:
    """Of the first 39 weeks."""
    return [found for days in purchases.values() if (found := history(days, CALIBRATED)) is not None]


def test_the_preparation_has_the_counts_of_the_paper(histories: list[History]) -> None:
    assert len(histories) == 2357
    assert sum(one.repeats > 0 for one in histories) == sum(one.priced > 0 for one in histories) == 946
    assert (min(one.age for one in histories), max(one.age for one in histories)) == (
        27,
        pytest.approx(38.86, abs=0.01),
    )


def test_the_purchases_of_cdnow_give_the_published_parameters(histories: list[History]) -> None:
    found = models.fit_purchases(histories)
    assert found.r == pytest.approx(PUBLISHED.r, abs=0.0006)
    assert found.alpha == pytest.approx(PUBLISHED.alpha, abs=0.002)
    assert found.a == pytest.approx(PUBLISHED.a, abs=0.001)
    assert found.b == pytest.approx(PUBLISHED.b, abs=0.003)


def test_the_spend_of_cdnow_gives_the_published_parameters(histories: list[History]) -> None:
    found = models.fit_spend(histories)
    assert found.p == pytest.approx(PUBLISHED_SPEND.p, abs=0.01)
    assert found.q == pytest.approx(PUBLISHED_SPEND.q, abs=0.01)
    assert found.gamma == pytest.approx(PUBLISHED_SPEND.gamma, abs=0.03)


def test_the_example_of_the_paper_comes_out(histories: list[History]) -> None:
    """A customer with x = 2, t_x = 30.43, T = 38.86 is expected to buy 1.226 times in the next 39 weeks."""
    customer = History(repeats=2, recency=30.43, age=38.86, priced=0, spend=0.0)
    assert models.expected_purchases(PUBLISHED, customer, weeks=39) == pytest.approx(1.226, abs=0.001)


def test_what_is_expected_of_all_is_about_what_they_bought(
    purchases: dict[str, list[tuple[date, Decimal]]], histories: list[History]
) -> None:
    """In the 39 weeks after the calibration, which the fit has not seen."""
    weeks = 39
    until = CALIBRATED + timedelta(weeks=weeks)
    bought = sum(len({day for day, _ in days if CALIBRATED < day <= until}) for days in purchases.values())
    expected = sum(models.expected_purchases(PUBLISHED, one, weeks=weeks) for one in histories)
    assert expected == pytest.approx(bought, rel=0.15)


@pytest.mark.parametrize("scale", [0.001, 1, 1000])
def test_the_currencys_size_makes_no_difference(histories: list[History], scale: float) -> None:
    scaled = [History(one.repeats, one.recency, one.age, one.priced, one.spend * scale) for one in histories]
    found = models.fit_spend(scaled)
    assert found.p == pytest.approx(PUBLISHED_SPEND.p, abs=0.01)
    assert found.gamma / scale == pytest.approx(PUBLISHED_SPEND.gamma, abs=0.03)


@pytest.mark.parametrize("repeats", [0, 1, 5, 300, 5000])
@pytest.mark.parametrize("recency", [0.0, 1.0, 50.0])
@pytest.mark.parametrize("silent", [0.0, 10.0, 1500.0])
def test_no_customer_is_out_of_reason(repeats: int, recency: float, silent: float) -> None:
    recency = recency if repeats else 0.0
    customer = History(repeats, recency, recency + silent, min(repeats, 3), 20.0 if repeats else 0.0)
    found = models.predict(FITTED, customer)
    assert 0 <= found.alive <= 1
    assert found.value is not None
    for amount in (found.orders, found.value):
        assert 0 <= amount < math.inf


def test_silence_makes_it_less_likely_that_she_comes_back() -> None:
    chances = [models.alive(PUBLISHED, History(5, 20.0, 20.0 + silent, 5, 10.0)) for silent in (0, 5, 20, 100, 5000)]
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 1e-6
    assert models.alive(PUBLISHED, History(0, 0.0, 500.0, 0, 0.0)) == 1.0


def test_customers_who_tell_nothing_give_no_model() -> None:
    with pytest.raises(models.DidNotConverge):
        models.fit_purchases([History(0, 0.0, 10.0, 0, 0.0)] * 200)


def test_orders_of_one_day_are_one_purchase() -> None:
    first = date(2026, 1, 1)
    told = ((0, Decimal(5)), (0, None), (7, Decimal(10)), (7, Decimal(2)), (14, None), (21, Decimal(0)))
    days = [(first + timedelta(days=later), net) for later, net in told]
    assert history(days, first + timedelta(days=28)) == History(3, 3.0, 4.0, 1, 12.0)
    assert history(days, first) == History(0, 0.0, 0.0, 0, 0.0)
    assert history(days, first - timedelta(days=1)) is None
    assert history([], first) is None

"""Figures to draw, of every size: nobody, one buyer, an ordinary shop, numbers that hardly fit."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from app.charts import consents, growth, migration, retention, rfm_matrix, segment_revenue
from app.charts.consents import Standing
from app.charts.drawing import Look
from app.charts.growth import Period
from app.charts.language import LANGUAGES
from app.charts.palette import Theme
from app.charts.retention import Cohort
from app.charts.rfm_matrix import Cell, RfmMatrix, Row
from app.domain.rfm_maps import MAPS

TODAY = date(2026, 11, 25)
Draw = Callable[[Look], str]
LONG = "customers_who_have_been_away_for_a_very_long_time_but_used_to_buy_every_single_week & <more>"


def looks() -> list[Look]:
    return [Look(language, theme) for language in LANGUAGES.values() for theme in (Theme.LIGHT, Theme.DARK)]


def folder() -> Path:
    """Where pictures are left for looking at."""
    found = Path(os.environ.get("CLIENTELA_PICTURES_DIR", Path(__file__).resolve().parents[2] / ".pictures"))
    found.mkdir(parents=True, exist_ok=True)
    return found


def matrix(*, times: int = 1, map_id: str = "rfm125", names: Callable[[str], str] = str) -> RfmMatrix:
    """A matrix of `times` an ordinary shop."""
    known = MAPS[map_id]
    scale = known.scale
    counts = {(r, f): (37 * r * r + 11 * f * (6 - r) + 5 * (r * f) ** 2) % 523 * times for r in range(1, scale + 1)
              for f in range(1, scale + 1)}  # fmt: skip
    cells = {
        (r, f): Cell(counts[r, f], names(known.segment_of(f"{r}{f}{min(scale, 3)}")), (r + f) % 3)
        for r in range(scale, 0, -1)
        for f in range(1, scale + 1)
    }
    rows = [
        Row(names(name), (number * 97 + 13) % 700 * times, Decimal((number * 7919 + 555) % 90_000 * times) / 7)
        for number, name in enumerate(known.order)
    ]
    days, orders = ((30, 90, 180, 365), (1, 2, 4, 8)) if scale == 5 else ((30, 90, 365), (1, 2, 4))
    return RfmMatrix(scale, cells, rows, days, orders, 1234 * times, TODAY, None, "BRL")


def nobody() -> RfmMatrix:
    full = matrix()
    cells = {place: replace(cell, customers=0, others=0) for place, cell in full.cells.items()}
    return replace(full, cells=cells, rows=[Row(row.segment, 0, Decimal(0)) for row in full.rows], prospects=0)


def one_buyer() -> RfmMatrix:
    empty = nobody()
    rows = [replace(row, customers=1, net=Decimal("19.90")) if row.segment == "new_customers" else row
            for row in empty.rows]  # fmt: skip
    cells = {**empty.cells, (5, 1): Cell(1, "new_customers", 0)}
    return replace(empty, cells=cells, rows=rows, window_days=365)


def periods(count: int, *, times: int = 1) -> list[Period]:
    found, there = [], 500 * times
    for number in range(count):
        new, erased = (number * 37 % 90 + 20) * times, number % 4 * times
        there += new - erased
        first = date.fromordinal(date(2025, 12, 1).toordinal() + number * 31).replace(day=1)
        found.append(Period(first, new, new * 2 // 3, erased, there))
    return found


def cohorts(count: int, *, times: int = 1) -> list[Cohort]:
    found = []
    for number in range(count):
        size = (120 + number * 53 % 90) * times
        year, month = divmod(2026 * 12 + 10 - (count - 1 - number), 12)
        bought = [size, *(int(size * 0.6 / (1 + k) ** 0.8) for k in range(1, count - number))]
        found.append(Cohort(date(year, month + 1, 1), size, bought, under_way=True))
    return found


def standings(*, times: int = 1, purpose: str = "marketing") -> list[Standing]:
    channels = ("email", "sms", "whatsapp", "push", "phone", "postal", "profiling", "sharing")
    return [
        Standing(purpose, channel, (n * 61 + 40) % 300 * times, n * 7 % 40 * times, n * 31 % 120 * times, n % 3 * times)
        for n, channel in enumerate(channels)
    ]


def moves(map_id: str, *, times: int = 1) -> dict[tuple[str, str], int]:
    names = [*MAPS[map_id].order[:12], "prospect"]
    return {
        (a, b): (400 if a == b else (i * 17 + j * 29) % 90) * times
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if a == b or (i + j) % 3
    }


def _revenue(found: RfmMatrix, *, without_rate: int = 0, currency: str = "BRL") -> Draw:
    return lambda look: segment_revenue.draw(
        found.rows, look, as_of=TODAY, window_days=found.window_days, currency=currency, without_rate=without_rate
    )


def _growth(found: list[Period], interval: str = "month") -> Draw:
    return lambda look: growth.draw(found, look, since=date(2025, 12, 1), until=TODAY, interval=interval)


def _migration(found: dict[tuple[str, str], int], map_id: str) -> Draw:
    order = [*MAPS[map_id].order, "prospect"]
    return lambda look: migration.draw(found, order, look, since=date(2026, 6, 30), until=TODAY)


PICTURES: dict[str, Draw] = {
    "matrix": lambda look: rfm_matrix.draw(matrix(), look),
    "matrix-million": lambda look: rfm_matrix.draw(matrix(times=1_000_003), look),
    "matrix-nobody": lambda look: rfm_matrix.draw(nobody(), look),
    "matrix-one": lambda look: rfm_matrix.draw(one_buyer(), look),
    "matrix-long": lambda look: rfm_matrix.draw(matrix(names=lambda name: f"{name}_{LONG}"), look),
    "matrix-edrone4": lambda look: rfm_matrix.draw(matrix(map_id="edrone4"), look),
    "matrix-pymc4": lambda look: rfm_matrix.draw(matrix(map_id="pymc4"), look),
    "matrix-r_fm": lambda look: rfm_matrix.draw(matrix(map_id="r_fm"), look),
    "growth": _growth(periods(12)),
    "growth-year-of-days": _growth(periods(366), "day"),
    "growth-million": _growth(periods(24, times=123_456)),
    "growth-one": _growth(periods(1)),
    "growth-nothing": _growth([Period(date(2026, month, 1), 0, 0, 0, 0) for month in range(1, 12)]),
    "retention": lambda look: retention.draw(cohorts(13), look),
    "retention-25": lambda look: retention.draw(cohorts(25, times=10_007), look),
    "retention-one": lambda look: retention.draw(cohorts(1), look),
    "retention-nothing": lambda look: retention.draw([], look),
    "revenue": _revenue(matrix(), without_rate=3),
    "revenue-million": _revenue(matrix(times=1_000_003), currency="CLP"),
    "revenue-nobody": _revenue(nobody()),
    "revenue-one": _revenue(one_buyer()),
    "revenue-long": _revenue(matrix(map_id="edrone4", names=lambda name: f"{name}_{LONG}")),
    "consents": lambda look: consents.draw(standings(), look, as_of=TODAY),
    "consents-million": lambda look: consents.draw(standings(times=1_000_003, purpose="p" * 64), look, as_of=TODAY),
    "consents-nothing": lambda look: consents.draw([], look, as_of=TODAY),
    "migration": _migration(moves("rfm125"), "rfm125"),
    "migration-million": _migration(moves("rf25", times=1_000_003), "rf25"),
    "migration-edrone4": _migration(moves("edrone4"), "edrone4"),
    "migration-nobody": _migration({}, "rfm125"),
}  # fmt: skip

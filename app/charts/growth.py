"""Growth of the base: customers at the end of each period above, who came and who first bought below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.charts import legend
from app.charts.axes import round_ticks, thinned
from app.charts.drawing import MARGIN, Look, box, count_within, document, element, path, rule, text
from app.charts.words import say

WIDTH, HEIGHT = 1080, 600
_LEFT: Final = 96
_RIGHT: Final = WIDTH - MARGIN - 60
_MOST_LABELS: Final = 10


@dataclass(frozen=True, slots=True)
class Period:
    """One step of time: its first day, who came, who bought for the first time, who was erased, who is there then."""

    begins: date
    new_customers: int
    first_orders: int
    erased: int
    customers: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the two parts: from `top` to `bottom`, with its ticks."""

    top: float
    bottom: float
    ticks: Sequence[float]

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.ticks[-1]


def draw(periods: Sequence[Period], look: Look, *, since: date, until: date, interval: str) -> str:
    """SVG, always of the same size. `interval` is day, week, month or year; `until` is the last day."""
    language = look.language
    upper = Panel(112, 300, round_ticks(max((one.customers for one in periods), default=0)))
    lower = Panel(362, 500, round_ticks(max((max(p.new_customers, p.first_orders) for p in periods), default=0)))
    labels = [_label(look, interval, one.begins) for one in periods]
    names = [say(language, "new_customers"), say(language, "first_orders")]
    body = [
        text(say(language, "at_the_end"), MARGIN, 94, size=13, kind="quiet"),
        *_scale(upper, look),
        *_scale(lower, look),
        *(_line(periods, upper, look) if periods else []),
        *_bars(periods, lower, look, labels),
        *legend.kinds(look, MARGIN, 326, names),
        *(
            text(labels[place], _middle(place, len(periods)), 522, size=12, kind="quiet",
                 anchor="middle")
            for place in thinned(len(periods), most=_MOST_LABELS)
        ),
        *_totals(periods, look),
    ]  # fmt: skip
    return document(
        name="growth",
        title=say(language, "growth_title"),
        about=say(language, "period", since=language.day(since), until=language.day(until)),
        description=_described(periods, look, labels),
        look=look,
        size=(WIDTH, HEIGHT),
        body=body,
    )


def _label(look: Look, interval: str, day: date) -> str:
    if interval == "year":
        return str(day.year)
    return look.language.month(day) if interval == "month" else look.language.day_of_year(day)


def _described(periods: Sequence[Period], look: Look, labels: Sequence[str]) -> list[str]:
    language = look.language
    words = [say(language, word) for word in ("customers", "new_customers", "first_orders", "erased")]
    return [
        f"{label}: "
        + ", ".join(
            f"{word} {language.number(count)}"
            for word, count in zip(words, (one.customers, one.new_customers, one.first_orders, one.erased), strict=True)
        )
        for label, one in zip(labels, periods, strict=True)
    ]


def _middle(place: int, count: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (place + 0.5) / count


def _scale(panel: Panel, look: Look) -> list[str]:
    drawn = []
    for tick in panel.ticks:
        drawn += [
            rule(_LEFT, panel.y(tick), _RIGHT, panel.y(tick), "rule" if tick == 0 else "grid"),
            text(look.language.compact(tick), _LEFT - 10, panel.y(tick) + 4, size=12, kind="quiet", anchor="end"),
        ]
    return drawn


def _line(periods: Sequence[Period], panel: Panel, look: Look) -> list[str]:
    points = [(_middle(place, len(periods)), panel.y(one.customers)) for place, one in enumerate(periods)]
    x, y = points[-1]
    ends = element("circle", class_="cl-kind0", cx=x, cy=y, r=4.5)
    # One period is a point.
    line = element("path", class_="cl-line", d=path(points), stroke_width=2.5, stroke_linejoin="round")
    label = text(count_within(look, periods[-1].customers, 14, WIDTH - x - 12), x + 9, y + 5, size=14, bold=True)
    return [line if len(points) > 1 else "", ends, label]


def _bars(periods: Sequence[Period], panel: Panel, look: Look, labels: Sequence[str]) -> list[str]:
    count, language = len(periods), look.language
    drawn = []
    for place, one in enumerate(periods):
        half = min(36.0, (_RIGHT - _LEFT) / count * 0.42)
        middle = _middle(place, count)
        for number, (word, value) in enumerate(
            (("new_customers", one.new_customers), ("first_orders", one.first_orders))
        ):
            top = panel.y(value)
            tip = f"{labels[place]}, {say(language, word)}: {language.number(value)}"
            x = middle - half + half * number
            drawn.append(box(x, top, half - min(1.0, half * 0.2), panel.bottom - top, f"kind{number}", tip=tip))
    return drawn


def _totals(periods: Sequence[Period], look: Look) -> list[str]:
    language = look.language
    sums = {
        "new_customers": sum(one.new_customers for one in periods),
        "first_orders": sum(one.first_orders for one in periods),
        "erased": sum(one.erased for one in periods),
    }
    line = " · ".join(f"{say(language, word)}: {language.number(count)}" for word, count in sums.items())
    return [text(line, MARGIN, HEIGHT - 32, size=13)]

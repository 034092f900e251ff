"""The RFM matrix: recency down, frequency across, how many customers in each cell; and the segments beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.charts import legend
from app.charts.drawing import MARGIN, Look, box, count_within, document, element, fitted, rule, text, width_of, wrapped
from app.charts.words import say, segment_name

WIDTH, HEIGHT = 1080, 740
_GRID: Final = 540  # a square: four cells are wider than five
_LEFT, _TOP = 108, 84
_TABLE: Final = 684
_MOST_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Cell:
    """`segment` is the one that most of its customers are in, or would be; `others` counts further ones in it."""

    customers: int
    segment: str
    others: int


@dataclass(frozen=True, slots=True)
class Row:
    """One segment, in rank order."""

    segment: str
    customers: int
    net: Decimal


@dataclass(frozen=True, slots=True)
class RfmMatrix:
    """`cells` by (R, F), each from 1 to `scale`; the edges are ascending: a value above one has passed it."""

    scale: int
    cells: Mapping[tuple[int, int], Cell]
    rows: Sequence[Row]
    r_days: Sequence[int]
    f_orders: Sequence[int]
    prospects: int
    as_of: date
    window_days: int | None
    currency: str

    @property
    def customers(self) -> int:
        return sum(cell.customers for cell in self.cells.values())


def draw(matrix: RfmMatrix, look: Look) -> str:
    """SVG, always of the same size."""
    language = look.language
    about = [
        say(language, "as_of", day=language.day(matrix.as_of)),
        say(language, "buyers", count=language.number(matrix.customers)),
        say(language, "prospects", count=language.number(matrix.prospects)),
    ]
    if matrix.window_days is not None:
        about.append(say(language, "window", days=language.number(matrix.window_days)))
    return document(
        name="rfm-matrix",
        title=say(language, "matrix_title"),
        about=" · ".join(about),
        description=_described(matrix, look),
        look=look,
        size=(WIDTH, HEIGHT),
        body=[*_axes(matrix, look), *_cells(matrix, look), *_table(matrix, look)],
    )


def _described(matrix: RfmMatrix, look: Look) -> list[str]:
    language, everyone = look.language, matrix.customers
    return [
        f"R {r}, F {f}: {language.number(cell.customers)} ({_share(look, cell.customers, everyone)}), "
        f"{segment_name(language, cell.segment)}"
        for (r, f), cell in matrix.cells.items()
    ] + [
        f"{segment_name(language, row.segment)}: {language.number(row.customers)} "
        f"({_share(look, row.customers, everyone)}), {language.money(row.net, matrix.currency)}"
        for row in most_important(matrix.rows)[0]
    ]


def _axes(matrix: RfmMatrix, look: Look) -> list[str]:
    language, scale = look.language, matrix.scale
    step = _GRID / scale
    drawn = [
        text(say(language, "recency"), 30, _TOP + _GRID / 2, size=13, kind="quiet", anchor="middle", turned=-90),
        text(say(language, "frequency"), _LEFT + _GRID / 2, _TOP + _GRID + 58, size=13, kind="quiet", anchor="middle"),
    ]
    days, orders = _ranges(matrix.r_days, least=0), _ranges(matrix.f_orders, least=1)
    for place in range(scale):
        middle = _TOP + step * (place + 0.5)
        drawn += [
            text(f"R{scale - place}", _LEFT - 12, middle - 2, size=13, anchor="end", bold=True),
            text(days[place], _LEFT - 12, middle + 15, size=12, kind="quiet", anchor="end"),
        ]
        middle = _LEFT + step * (place + 0.5)
        drawn += [
            text(f"F{place + 1}", middle, _TOP + _GRID + 20, size=13, anchor="middle", bold=True),
            text(orders[place], middle, _TOP + _GRID + 36, size=12, kind="quiet", anchor="middle"),
        ]
    drawn += legend.shades(look, say(language, "share_of_customers"), _LEFT, _TOP + _GRID + 76)
    return drawn


def _ranges(edges: Sequence[int], *, least: int) -> list[str]:
    """What lies between edges: "0–30", "31–90", "91+"; a dash where two edges are one."""
    found, first = [], least
    for edge in edges:
        found.append("–" if edge < first else f"{first}" if edge == first else f"{first}–{edge}")
        first = max(first, edge + 1)
    return [*found, f"{first}+"]


def _cells(matrix: RfmMatrix, look: Look) -> list[str]:
    language, everyone = look.language, matrix.customers
    step = _GRID / matrix.scale
    drawn = []
    for (r, f), cell in matrix.cells.items():
        x, y = _LEFT + step * (f - 1), _TOP + step * (matrix.scale - r)
        shade = legend.shade_of(cell.customers / everyone if everyone else None)
        name = segment_name(language, cell.segment) + (f" +{cell.others}" if cell.others else "")
        count, share = language.number(cell.customers), _share(look, cell.customers, everyone)
        drawn.append(box(x + 1, y + 1, step - 2, step - 2, f"shade{shade}", tip=f"{name}: {count}", framed=True))
        middle, ink = x + step / 2, f"on-shade{shade}"
        drawn += [
            text(
                count_within(look, cell.customers, 19, step - 10),
                middle,
                y + 36,
                size=19,
                kind=ink,
                anchor="middle",
                bold=True,
            ),
            text(share, middle, y + 54, size=12, kind=ink, anchor="middle"),
            *(
                text(line, middle, y + 73 + 14 * number, size=11.5, kind=ink, anchor="middle")
                for number, line in enumerate(wrapped(name, 11.5, step - 10, lines=2))
            ),
        ]
    return drawn


def _table(matrix: RfmMatrix, look: Look) -> list[str]:
    language, everyone = look.language, matrix.customers
    shown, hidden = most_important(matrix.rows)
    net = sum((row.net for row in matrix.rows), Decimal(0))
    customers_at, revenue_at, end = _TABLE + 250, WIDTH - MARGIN, WIDTH - MARGIN
    heads = ((say(language, "segment"), _TABLE, "start"), (say(language, "customers"), customers_at, "end"),
             (say(language, "revenue"), revenue_at, "end"))  # fmt: skip
    drawn = [text(words, x, _TOP + 12, size=12, kind="quiet", anchor=anchor) for words, x, anchor in heads]
    drawn.append(rule(_TABLE, _TOP + 22, end, _TOP + 22))
    y = _TOP + 22.0
    for row in shown:
        y += 40
        count = language.number(row.customers)
        room = customers_at - _TABLE - width_of(count, 13) - 12
        drawn += [
            text(fitted(segment_name(language, row.segment), 13, room), _TABLE, y - 14, size=13),
            text(count, customers_at, y - 14, size=13, anchor="end", bold=True),
            text(_share(look, row.customers, everyone), customers_at, y + 2, size=11.5, kind="quiet", anchor="end"),
            text(language.short_money(row.net, matrix.currency), revenue_at, y - 14, size=13, anchor="end", bold=True),
            text(_share(look, row.net, net), revenue_at, y + 2, size=11.5, kind="quiet", anchor="end"),
            box(_TABLE, y - 6, 150 * (row.customers / everyone if everyone else 0), 6, "kind0"),
        ]
    if any(cell.others for cell in matrix.cells.values()):
        drawn.append(text(say(language, "and_more"), end, _TOP + _GRID + 88, size=12, kind="quiet", anchor="end"))
    if hidden:
        drawn.append(text(say(language, "others", count=language.number(hidden)), _TABLE, y + 24, kind="quiet"))
    return [element("g", "\n".join(drawn))]


def most_important(rows: Sequence[Row]) -> tuple[list[Row], int]:
    """At most so many rows: those with the most customers, still in rank order; and how many are left out."""
    if len(rows) <= _MOST_ROWS:
        return list(rows), 0
    chosen = sorted(range(len(rows)), key=lambda place: -rows[place].customers)[:_MOST_ROWS]
    return [rows[place] for place in sorted(chosen)], len(rows) - _MOST_ROWS


def _share(look: Look, part: int | Decimal, whole: int | Decimal) -> str:
    return look.language.percent(float(part / whole)) if whole else "–"

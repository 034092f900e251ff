"""Revenue by segment: one bar for each, with its amount, its share and its customers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from app.charts.drawing import MARGIN, Look, box, document, fitted, rule, text, width_of
from app.charts.rfm_matrix import Row, most_important
from app.charts.words import say, segment_name

WIDTH: Final = 1080
_TOP, _STEP, _LEFT, _RIGHT = 116, 40, 232, 700


def draw(rows: Sequence[Row], look: Look, *, as_of: date, window_days: int | None, currency: str,
         without_rate: int) -> str:  # fmt: skip
    """SVG, one row for each segment in rank order. Only positive revenue has a bar."""
    language = look.language
    shown, hidden = most_important(rows)
    height = _TOP + _STEP * max(1, len(shown)) + 72
    net = sum((row.net for row in rows), Decimal(0))
    customers = sum(row.customers for row in rows)
    most = max((row.net for row in shown), default=Decimal(0))
    about = [say(language, "as_of", day=language.day(as_of))]
    if window_days is not None:
        about.append(say(language, "window", days=language.number(window_days)))
    about.append(f"{say(language, 'revenue')}: {language.money(net, currency)}")
    body = [
        text(say(language, "segment"), MARGIN, _TOP - 12, size=12, kind="quiet"),
        text(say(language, "revenue"), _LEFT, _TOP - 12, size=12, kind="quiet"),
        text(say(language, "share_of_customers"), WIDTH - MARGIN, _TOP - 12, size=12, kind="quiet", anchor="end"),
        rule(MARGIN, _TOP - 2, WIDTH - MARGIN, _TOP - 2),
    ]
    for number, row in enumerate(shown):
        y = _TOP + _STEP * number
        long = (_RIGHT - _LEFT) * float(row.net / most) if most > 0 and row.net > 0 else 0.0
        amount = language.short_money(row.net, currency)
        count = language.number(row.customers)
        body += [
            text(fitted(segment_name(language, row.segment), 13, _LEFT - MARGIN - 12), MARGIN, y + 24, size=13),
            box(_LEFT, y + 8, long, _STEP - 16, "kind0", tip=f"{row.segment}: {amount}"),
            text(amount, _LEFT + long + 8, y + 25, size=13, bold=True),
            text(_share(look, row.net, net), _LEFT + long + 20 + width_of(amount, 13), y + 25, size=12, kind="quiet"),
            text(f"{count}  ({_share(look, row.customers, customers)})", WIDTH - MARGIN, y + 25, size=13,
                 anchor="end"),
        ]  # fmt: skip
    notes = [say(language, "others", count=language.number(hidden))] if hidden else []
    if without_rate:
        notes.append(say(language, "without_rate", count=language.number(without_rate)))
    if not customers:
        notes.append(say(language, "nobody"))
    body.append(text(" · ".join(notes), MARGIN, height - 28, size=12, kind="quiet"))
    return document(
        name="segment-revenue",
        title=say(language, "revenue_title"),
        about=" · ".join(about),
        description=[
            f"{segment_name(language, row.segment)}: {language.money(row.net, currency)} "
            f"({_share(look, row.net, net)}), {language.number(row.customers)}"
            for row in shown
        ]
        + notes,
        look=look,
        size=(WIDTH, height),
        body=body,
    )


def _share(look: Look, part: Decimal | int, whole: Decimal | int) -> str:
    return look.language.percent(float(part / whole)) if whole > 0 and part >= 0 else "–"

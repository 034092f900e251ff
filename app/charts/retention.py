"""Retention: of those whose first order was in one month, which share bought in each month after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.charts import legend
from app.charts.drawing import MARGIN, Look, box, document, element, text
from app.charts.words import say

WIDTH: Final = 1080
_LEFT, _TOP, _ROW = 196, 112, 28
_WIDEST: Final = 84


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers with their first order in one month. `bought[k]` of them bought in the k-th month after it, as far as
    months have begun; the last of them is not over where `under_way`."""

    begins: date
    customers: int
    bought: Sequence[int]
    under_way: bool


def draw(cohorts: Sequence[Cohort], look: Look) -> str:
    """SVG, one row for each cohort; the month of the first order itself, in which all bought, is left out."""
    language = look.language
    months = max((len(cohort.bought) for cohort in cohorts), default=1) - 1
    height = _TOP + _ROW * max(1, len(cohorts)) + 94
    wide = min(_WIDEST, (WIDTH - MARGIN - _LEFT) / max(1, months))
    body = [
        text(say(language, "cohort"), MARGIN, _TOP - 10, size=12, kind="quiet"),
        text(say(language, "customers"), _LEFT - 14, _TOP - 10, size=12, kind="quiet", anchor="end"),
        text(say(language, "months_since"), _LEFT, _TOP - 28, size=12, kind="quiet"),
        *(
            text(str(month), _LEFT + wide * (month - 0.5), _TOP - 10, size=12, kind="quiet", anchor="middle")
            for month in range(1, months + 1)
        ),
    ]
    for number, cohort in enumerate(cohorts):
        body += _row(cohort, _TOP + _ROW * number, wide, look)
    if not cohorts:
        body.append(text(say(language, "nobody"), MARGIN, _TOP + 20))
    body += legend.shades(look, say(language, "share_that_bought"), MARGIN, height - 70, edges=legend.BROAD_SHARES)
    body.append(text(say(language, "under_way"), MARGIN, height - 26, size=12, kind="quiet"))
    about = language.month(cohorts[0].begins) + " – " + language.month(cohorts[-1].begins) if cohorts else ""
    return document(
        name="retention",
        title=say(language, "retention_title"),
        about=about,
        description=[_described(cohort, look) for cohort in cohorts],
        look=look,
        size=(WIDTH, height),
        body=body,
    )


def _described(cohort: Cohort, look: Look) -> str:
    language = look.language
    months = [f"{month}: {_share(look, count, cohort.customers)}" for month, count in enumerate(cohort.bought) if month]
    return f"{language.month(cohort.begins)}, {language.number(cohort.customers)}. {'; '.join(months)}"


def _row(cohort: Cohort, y: float, wide: float, look: Look) -> list[str]:
    language = look.language
    drawn = [
        text(language.month(cohort.begins), MARGIN, y + 19, size=13),
        text(language.number(cohort.customers), _LEFT - 14, y + 19, size=13, anchor="end", bold=True),
    ]
    for month, count in enumerate(cohort.bought):
        if not month:
            continue
        x = _LEFT + wide * (month - 1)
        shade = legend.shade_of(count / cohort.customers if cohort.customers else None, legend.BROAD_SHARES)
        tip = f"{language.month(cohort.begins)} + {month}: {language.number(count)}"
        drawn.append(box(x + 1, y + 1, wide - 2, _ROW - 2, f"shade{shade}", tip=tip))
        share = _share(look, count, cohort.customers)
        drawn.append(text(share, x + wide / 2, y + 19, size=12, kind=f"on-shade{shade}", anchor="middle"))
        if cohort.under_way and month == len(cohort.bought) - 1:
            drawn.append(
                element("rect", class_="cl-rule", x=x + 2, y=y + 2, width=wide - 4, height=_ROW - 4,
                        stroke_dasharray="3 2")
            )  # fmt: skip
    return drawn


def _share(look: Look, part: int, whole: int) -> str:
    """Without decimals: twenty-four of them stand side by side."""
    return look.language.percent(part / whole, digits=0) if whole else "–"

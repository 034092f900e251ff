"""From what services found to pictures, and the answer they travel in."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app.api.call import Call
from app.charts import consents as consent_chart
from app.charts import growth as growth_chart
from app.charts import migration as migration_chart
from app.charts import retention as retention_chart
from app.charts import rfm_matrix, segment_revenue
from app.charts.drawing import Look
from app.charts.language import language_for
from app.charts.palette import Theme, style
from app.domain.periods import Periods
from app.domain.rfm import PROSPECT
from app.services.segments import Migration, Summary
from app.services.statistics import Cohort, Consents, Growth

MOST_COHORTS = 25  # as many months stand side by side
_SMALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 24" role="img" lang="en"><title>Growth</title>'
    '<rect width="96" height="12"/><text x="0" y="22">November 2026: 1,234 customers</text></svg>'
)
# For `responses=` of a route.
DRAWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/svg+xml": {"schema": {"type": "string"}, "examples": {"small": {"value": _SMALL}}}}}
}


class Svg(Response):
    """A picture."""

    media_type = "image/svg+xml"


def look(call: Call, lang: str | None, theme: str) -> Look:
    """In the language asked for, or the one that the reader's browser prefers."""
    return Look(language_for(lang, call.headers.get("accept-language")), Theme(theme))


def today(call: Call) -> date:
    return call.tx.now.astimezone(ZoneInfo(call.tx.tenant.timezone)).date()


def matrix(found: Summary, currency: str, look: Look) -> Svg:
    """The RFM matrix."""
    question, thresholds = found.yardstick.question, found.yardstick.thresholds
    cells = {}
    for (r, f), tally in found.cells.items():
        names = found.names[r, f]
        # Where nobody is, the middle of the cell's codes gives the name.
        middle = question.map.segment_of(f"{r}{f}{(question.map.scale + 1) // 2}")
        first = max(names, key=lambda name: (names[name], -question.map.rank(name)), default=middle)
        cells[r, f] = rfm_matrix.Cell(tally.customers, first, max(0, len(names) - 1))
    drawn = rfm_matrix.RfmMatrix(
        scale=question.map.scale,
        cells=cells,
        rows=_rows(found),
        r_days=thresholds.r_days,
        f_orders=thresholds.f_orders,
        prospects=found.prospects,
        as_of=question.as_of.date(),
        window_days=question.window_days,
        currency=currency,
    )
    return _svg(rfm_matrix.draw(drawn, look), look)


def migration(found: Migration, look: Look) -> Svg:
    """Who moved between two dates."""
    before, after = found.before.question, found.after.question
    order = [*after.map.order, PROSPECT]
    drawn = migration_chart.draw(found.moves, order, look, since=before.as_of.date(), until=after.as_of.date())
    return _svg(drawn, look)


def revenue(found: Summary, currency: str, look: Look) -> Svg:
    """Revenue by segment."""
    question = found.yardstick.question
    drawn = segment_revenue.draw(
        _rows(found),
        look,
        as_of=question.as_of.date(),
        window_days=question.window_days,
        currency=currency,
        without_rate=found.without_rate,
    )
    return _svg(drawn, look)


def growth(grown: Iterable[Growth], periods: Periods, look: Look) -> Svg:
    """Growth of the base."""
    drawn = [
        growth_chart.Period(one.period.begins, one.new_customers, one.first_orders, one.erased, one.customers)
        for one in grown
    ]
    picture = growth_chart.draw(drawn, look, since=periods.since, until=periods.until, interval=periods.interval.value)
    return _svg(picture, look)


def retention(found: Iterable[Cohort], look: Look) -> Svg:
    """Retention by month of the first order."""
    cohorts = [retention_chart.Cohort(one.period.begins, one.customers, one.bought, one.under_way) for one in found]
    return _svg(retention_chart.draw(cohorts, look), look)


def consents(found: Sequence[Consents], as_of: date, look: Look) -> Svg:
    """Consents by channel."""
    standings = [
        consent_chart.Standing(one.purpose, one.channel, one.given, one.waiting, one.no, one.ended) for one in found
    ]
    return _svg(consent_chart.draw(standings, look, as_of=as_of), look)


def _rows(found: Summary) -> list[rfm_matrix.Row]:
    return [rfm_matrix.Row(name, tally.customers, tally.net) for name, tally in found.segments.items()]


def _svg(picture: str, look: Look) -> Svg:
    language = {"Content-Language": look.language.id, "Vary": "Accept-Language"}
    return Svg(picture, headers={"Content-Security-Policy": _policy(look.theme), **language})


@cache
def _policy(theme: Theme) -> str:
    """Opened by itself, a picture may use its own style sheet, and nothing else."""
    digest = b64encode(sha256(style(theme).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; sandbox"

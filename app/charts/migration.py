"""The migration matrix: who was in which segment on one day, and in which on a later one."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.charts import legend
from app.charts.drawing import MARGIN, Look, box, count_within, document, element, fitted, text, width_of, wrapped
from app.charts.words import say, segment_name

WIDTH, HEIGHT = 1260, 780
_LEFT, _TOP, _BOTTOM, _MOST = 206, 150, 716, 13


def draw(moves: Mapping[tuple[str, str], int], order: Sequence[str], look: Look, *, since: date, until: date) -> str:
    """SVG, always of the same size. `moves` counts customers by (from, to); `order` ranks the segments, best first.

    Segments without anybody on either day are left out; where there are too many, those with the fewest.
    """
    language = look.language
    names = _shown(moves, order)
    rows = {name: sum(count for (before, _), count in moves.items() if before == name) for name in names}
    step_x = (WIDTH - MARGIN - 84 - _LEFT) / max(1, len(names))
    step_y = min(56.0, (_BOTTOM - _TOP) / max(1, len(names)))
    body = [
        text(say(language, "from", day=language.day(since)), MARGIN, _TOP - 12, size=12, kind="quiet"),
        text(say(language, "to", day=language.day(until)), _LEFT, 88, size=12, kind="quiet"),
        text(say(language, "customers"), WIDTH - MARGIN, _TOP - 12, size=12, kind="quiet", anchor="end"),
    ]
    widest = max((width_of(w, 1) for name in names for w in segment_name(language, name).split()), default=1)
    size = min(11.5, max(9.0, (step_x - 4) / widest))
    for place, name in enumerate(names):
        middle = _LEFT + step_x * (place + 0.5)
        lines = wrapped(segment_name(language, name), size, step_x - 4, lines=3)
        body += [
            text(line, middle, _TOP - 10 - 13 * (len(lines) - 1 - number), size=size, anchor="middle")
            for number, line in enumerate(lines)
        ]
        y = _TOP + step_y * place
        label = fitted(segment_name(language, name), 13, _LEFT - MARGIN - 12)
        body.append(text(label, MARGIN, y + step_y / 2 + 5, size=13))
        body.append(text(language.number(rows[name]), WIDTH - MARGIN, y + step_y / 2 + 5, size=13, anchor="end"))
        for column, to in enumerate(names):
            count = moves.get((name, to), 0)
            body += _cell(_LEFT + step_x * column, y, step_x, step_y, count, rows[name], name == to, look)
    if not names:
        body.append(text(say(language, "nobody"), MARGIN, _TOP + 24))
    scale = f"{say(language, 'share_of_row')} ({say(language, 'stayed')})"
    body += legend.shades(look, scale, MARGIN, HEIGHT - 40, edges=legend.BROAD_SHARES)
    return document(
        name="rfm-migration",
        title=say(language, "migration_title"),
        about=say(language, "period", since=language.day(since), until=language.day(until)),
        description=[
            f"{segment_name(language, before)} → {segment_name(language, after)}: {language.number(count)}"
            for before in names
            for after in names
            if (count := moves.get((before, after), 0))
        ],
        look=look,
        size=(WIDTH, HEIGHT),
        body=body,
    )


def _shown(moves: Mapping[tuple[str, str], int], order: Sequence[str]) -> list[str]:
    sizes: dict[str, int] = {}
    for (before, after), count in moves.items():
        sizes[before] = sizes.get(before, 0) + count
        sizes[after] = sizes.get(after, 0) + count
    chosen = sorted((name for name, size in sizes.items() if size), key=lambda name: -sizes[name])[:_MOST]
    rank = {name: place for place, name in enumerate(order)}
    return sorted(chosen, key=lambda name: rank.get(name, len(rank)))


def _cell(x: float, y: float, wide: float, high: float, count: int, row: int, stayed: bool, look: Look) -> list[str]:
    share = count / row if row else 0.0
    shade = legend.shade_of(share, legend.BROAD_SHARES)
    drawn = [box(x + 1, y + 1, wide - 2, high - 2, f"shade{shade}", framed=True)]
    if stayed:
        drawn.append(
            element("rect", class_="cl-frame", x=x + 0.5, y=y + 0.5, width=wide - 1, height=high - 1, stroke_width=2.5)
        )
    if count:
        percent = look.language.percent(share, digits=0)
        drawn += [
            text(count_within(look, count, 13, wide - 8), x + wide / 2, y + high / 2, size=13, kind=f"on-shade{shade}",
                 anchor="middle", bold=True),
            text(percent, x + wide / 2, y + high / 2 + 14, size=11, kind=f"on-shade{shade}", anchor="middle"),
        ]  # fmt: skip
    return drawn

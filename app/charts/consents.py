"""Consents by channel: for each purpose and channel, how many people have said what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.charts import legend
from app.charts.drawing import MARGIN, Look, box, document, fitted, text, width_of
from app.charts.words import channel_name, say

WIDTH: Final = 1080
_TOP, _STEP, _LEFT, _RIGHT, _MOST = 136, 42, 300, 960, 20
_WORDS: Final = ("given", "waiting", "no", "ended")


@dataclass(frozen=True, slots=True)
class Standing:
    """People by what their decisions amount to, for one purpose and channel."""

    purpose: str
    channel: str
    given: int
    waiting: int
    no: int
    ended: int

    @property
    def counts(self) -> tuple[int, ...]:
        return self.given, self.waiting, self.no, self.ended


def draw(standings: Sequence[Standing], look: Look, *, as_of: date) -> str:
    """SVG, one row for each purpose and channel, at most twenty: those that most people have decided on."""
    language = look.language
    shown = sorted(standings, key=lambda one: -sum(one.counts))[:_MOST]
    shown.sort(key=lambda one: (one.purpose, one.channel))
    height = _TOP + _STEP * max(1, len(shown)) + 48
    names = [say(language, word) for word in _WORDS]
    body = legend.kinds(look, MARGIN, 84, names)
    for number, one in enumerate(shown):
        body += _row(one, _TOP + _STEP * number, look)
    if not shown:
        body.append(text(say(language, "nobody"), MARGIN, _TOP + 24))
    if hidden := len(standings) - len(shown):
        body.append(
            text(say(language, "others", count=language.number(hidden)), MARGIN, height - 20, size=12, kind="quiet")
        )
    return document(
        name="consents",
        title=say(language, "consents_title"),
        about=say(language, "as_of", day=language.day(as_of)),
        description=[
            f"{one.purpose}, {channel_name(language, one.channel)}: "
            + ", ".join(f"{name} {language.number(count)}" for name, count in zip(names, one.counts, strict=True))
            for one in shown
        ],
        look=look,
        size=(WIDTH, height),
        body=body,
    )


def _row(one: Standing, y: float, look: Look) -> list[str]:
    language = look.language
    whole = sum(one.counts)
    room = _LEFT - MARGIN - 16
    drawn = [
        text(fitted(channel_name(language, one.channel), 13, room), MARGIN, y + 16, size=13, bold=True),
        text(fitted(one.purpose, 12, room), MARGIN, y + 31, size=12, kind="quiet"),
        text(language.number(whole), WIDTH - MARGIN, y + 24, size=13, anchor="end"),
    ]
    x = float(_LEFT)
    for kind, (word, count) in enumerate(zip(_WORDS, one.counts, strict=True)):
        if not count:
            continue
        wide = (_RIGHT - _LEFT) * count / whole
        share = language.percent(count / whole, digits=0)
        tip = f"{say(language, word)}: {language.number(count)} ({share})"
        # A gap between two parts, so that they are two also where colours are not seen.
        drawn.append(box(x, y + 4, max(0.6, wide - 2), _STEP - 12, f"kind{kind}", tip=tip))
        if width_of(share, 12) < wide - 8:
            drawn.append(text(share, x + wide / 2 - 1, y + 23, size=12, kind=f"on-kind{kind}", anchor="middle"))
        x += wide
    return drawn

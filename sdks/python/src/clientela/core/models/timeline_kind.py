from typing import Literal, cast

TimelineKind = Literal["consent", "event", "merge"]


def check_timeline_kind(value: str) -> TimelineKind:
    return cast(TimelineKind, value)

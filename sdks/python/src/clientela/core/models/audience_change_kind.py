from typing import Literal, cast

AudienceChangeKind = Literal["entered", "left"]


def check_audience_change_kind(value: str) -> AudienceChangeKind:
    return cast(AudienceChangeKind, value)

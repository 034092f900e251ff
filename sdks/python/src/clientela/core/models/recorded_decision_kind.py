from typing import Literal, cast

RecordedDecisionKind = Literal[
    "confirmed", "given", "invalidated", "li_active", "objected", "refused", "requested", "withdrawn"
]


def check_recorded_decision_kind(value: str) -> RecordedDecisionKind:
    return cast(RecordedDecisionKind, value)

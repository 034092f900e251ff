from enum import StrEnum


class TimelineKind(StrEnum):
    CONSENT = "consent"
    EVENT = "event"
    MERGE = "merge"

    def __str__(self) -> str:
        return str(self.value)

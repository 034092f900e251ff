from enum import StrEnum


class AudienceChangeKind(StrEnum):
    ENTERED = "entered"
    LEFT = "left"

    def __str__(self) -> str:
        return str(self.value)

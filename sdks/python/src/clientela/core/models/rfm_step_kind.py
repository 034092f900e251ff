from enum import StrEnum


class RfmStepKind(StrEnum):
    KEEP = "keep"
    RISE = "rise"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum


class RfmMethod(StrEnum):
    FIXED = "fixed"
    QUANTILE = "quantile"

    def __str__(self) -> str:
        return str(self.value)

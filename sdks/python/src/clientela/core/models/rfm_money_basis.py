from enum import StrEnum


class RfmMoneyBasis(StrEnum):
    MEDIAN_MULTIPLES = "median_multiples"
    OWN = "own"
    QUANTILES = "quantiles"

    def __str__(self) -> str:
        return str(self.value)

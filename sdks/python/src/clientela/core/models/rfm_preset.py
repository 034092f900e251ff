from enum import StrEnum


class RfmPreset(StrEnum):
    EDRONE4 = "edrone4"
    PYMC4 = "pymc4"
    RF25 = "rf25"
    RFM125 = "rfm125"
    R_FM = "r_fm"

    def __str__(self) -> str:
        return str(self.value)

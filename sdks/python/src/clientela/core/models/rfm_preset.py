from typing import Literal, cast

RfmPreset = Literal["edrone4", "pymc4", "r_fm", "rf25", "rfm125"]


def check_rfm_preset(value: str) -> RfmPreset:
    return cast(RfmPreset, value)

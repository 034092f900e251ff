from typing import Literal, cast

RfmStepKind = Literal["keep", "rise"]


def check_rfm_step_kind(value: str) -> RfmStepKind:
    return cast(RfmStepKind, value)

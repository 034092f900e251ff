from typing import Literal, cast

RfmMethod = Literal["fixed", "quantile"]


def check_rfm_method(value: str) -> RfmMethod:
    return cast(RfmMethod, value)

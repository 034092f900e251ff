from typing import Literal, cast

RfmTier = Literal["ordinary", "regular", "vip"]


def check_rfm_tier(value: str) -> RfmTier:
    return cast(RfmTier, value)

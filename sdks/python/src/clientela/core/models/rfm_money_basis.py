from typing import Literal, cast

RfmMoneyBasis = Literal["median_multiples", "own", "quantiles"]


def check_rfm_money_basis(value: str) -> RfmMoneyBasis:
    return cast(RfmMoneyBasis, value)

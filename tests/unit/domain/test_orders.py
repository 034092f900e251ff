"""Orders: what is computed of money."""

from decimal import Decimal

import pytest

from app.domain.orders import in_reporting_currency


@pytest.mark.parametrize(
    ("net", "rate", "expected"),
    [
        ("100", "5.4321", "543.2100"),
        ("0.0005", "0.1", "0.0001"),  # halves go up; to even would make it nothing
        ("0.0025", "0.1", "0.0003"),
        ("0.0004", "0.1", "0.0000"),
        ("99999999999999.9999", "0.9999999999", "99999999989999.9999"),  # more than the 28 digits of the default
    ],
)
def test_money_in_another_currency_is_rounded_as_the_database_rounds(net: str, rate: str, expected: str) -> None:
    assert str(in_reporting_currency(Decimal(net), Decimal(rate))) == expected

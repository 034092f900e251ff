"""Money as it is answered."""

from decimal import Decimal

import pytest

from app.domain.orders import amount_text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0", "0.00"),
        ("129.9000", "129.90"),
        ("1.2345", "1.2345"),
        ("-3", "-3.00"),
        (f"{10**33}.0001", f"{10**33}.0001"),
    ],
)
def test_an_amount_has_two_decimals_and_as_many_more_as_it_needs(amount: str, text: str) -> None:
    assert amount_text(Decimal(amount)) == text

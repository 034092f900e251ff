from typing import Literal, cast

OrderStatus = Literal[
    "announced", "cancelled", "delivered", "fulfilled", "paid", "partly_refunded", "placed", "refunded"
]


def check_order_status(value: str) -> OrderStatus:
    return cast(OrderStatus, value)

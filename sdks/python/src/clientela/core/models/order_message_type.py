from typing import Literal, cast

OrderMessageType = Literal[
    "order.cancelled",
    "order.delivered",
    "order.fulfilled",
    "order.paid",
    "order.placed",
    "order.refunded",
    "order.updated",
]


def check_order_message_type(value: str) -> OrderMessageType:
    return cast(OrderMessageType, value)

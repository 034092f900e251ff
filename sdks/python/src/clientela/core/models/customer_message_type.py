from typing import Literal, cast

CustomerMessageType = Literal["customer.created", "customer.erased", "customer.merged", "customer.updated"]


def check_customer_message_type(value: str) -> CustomerMessageType:
    return cast(CustomerMessageType, value)

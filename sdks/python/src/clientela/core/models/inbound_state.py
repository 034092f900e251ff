from typing import Literal, cast

InboundState = Literal["done", "ignored", "parked", "waiting"]


def check_inbound_state(value: str) -> InboundState:
    return cast(InboundState, value)

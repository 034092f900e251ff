from typing import Literal, cast

ConsentState = Literal[
    "expired",
    "given",
    "invalidated",
    "li_active",
    "objected",
    "pending_confirmation",
    "refused",
    "requested",
    "unknown",
    "withdrawn",
]


def check_consent_state(value: str) -> ConsentState:
    return cast(ConsentState, value)

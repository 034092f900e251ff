from typing import Literal, cast

ConsentActor = Literal["agent", "guardian", "subject", "system"]


def check_consent_actor(value: str) -> ConsentActor:
    return cast(ConsentActor, value)

from typing import Literal, cast

ConsentEventType = Literal["explicit", "expressed", "imported", "parental"]


def check_consent_event_type(value: str) -> ConsentEventType:
    return cast(ConsentEventType, value)

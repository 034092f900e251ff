from typing import Literal, cast

ConsentChannel = Literal["email", "phone", "postal", "profiling", "push", "sharing", "sms", "whatsapp"]


def check_consent_channel(value: str) -> ConsentChannel:
    return cast(ConsentChannel, value)

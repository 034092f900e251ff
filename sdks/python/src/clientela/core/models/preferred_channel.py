from typing import Literal, cast

PreferredChannel = Literal["email", "phone", "postal", "push", "sms", "social", "whatsapp"]


def check_preferred_channel(value: str) -> PreferredChannel:
    return cast(PreferredChannel, value)

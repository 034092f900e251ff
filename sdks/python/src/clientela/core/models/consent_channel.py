from enum import StrEnum


class ConsentChannel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    PROFILING = "profiling"
    PUSH = "push"
    SHARING = "sharing"
    SMS = "sms"
    WHATSAPP = "whatsapp"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum


class PreferredChannel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    POSTAL = "postal"
    PUSH = "push"
    SMS = "sms"
    SOCIAL = "social"
    WHATSAPP = "whatsapp"

    def __str__(self) -> str:
        return str(self.value)

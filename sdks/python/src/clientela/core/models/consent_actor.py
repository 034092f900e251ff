from enum import StrEnum


class ConsentActor(StrEnum):
    AGENT = "agent"
    GUARDIAN = "guardian"
    SUBJECT = "subject"
    SYSTEM = "system"

    def __str__(self) -> str:
        return str(self.value)

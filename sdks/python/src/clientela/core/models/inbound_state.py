from enum import StrEnum


class InboundState(StrEnum):
    DONE = "done"
    IGNORED = "ignored"
    PARKED = "parked"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

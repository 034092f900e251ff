from enum import StrEnum


class JobState(StrEnum):
    DONE = "done"
    PARKED = "parked"
    RUNNING = "running"
    WAITING = "waiting"

    def __str__(self) -> str:
        return str(self.value)

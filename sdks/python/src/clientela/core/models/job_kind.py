from enum import StrEnum


class JobKind(StrEnum):
    BACKFILL = "backfill"
    FETCH = "fetch"
    POLL = "poll"
    RENEW = "renew"

    def __str__(self) -> str:
        return str(self.value)

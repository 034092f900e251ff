from enum import StrEnum


class ConsentState(StrEnum):
    EXPIRED = "expired"
    GIVEN = "given"
    INVALIDATED = "invalidated"
    LI_ACTIVE = "li_active"
    OBJECTED = "objected"
    PENDING_CONFIRMATION = "pending_confirmation"
    REFUSED = "refused"
    REQUESTED = "requested"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)

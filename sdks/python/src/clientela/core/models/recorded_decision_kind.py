from enum import StrEnum


class RecordedDecisionKind(StrEnum):
    CONFIRMED = "confirmed"
    GIVEN = "given"
    INVALIDATED = "invalidated"
    LI_ACTIVE = "li_active"
    OBJECTED = "objected"
    REFUSED = "refused"
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum


class ConsentDecisionKind(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)

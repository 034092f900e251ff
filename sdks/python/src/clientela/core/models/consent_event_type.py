from enum import StrEnum


class ConsentEventType(StrEnum):
    EXPLICIT = "explicit"
    EXPRESSED = "expressed"
    IMPORTED = "imported"
    PARENTAL = "parental"

    def __str__(self) -> str:
        return str(self.value)

from enum import StrEnum


class AudienceChangeReason(StrEnum):
    CONDITIONS = "conditions"
    FIRST_SNAPSHOT = "first_snapshot"
    GONE = "gone"
    NEW_CUSTOMER = "new_customer"
    RULE_CHANGED = "rule_changed"

    def __str__(self) -> str:
        return str(self.value)

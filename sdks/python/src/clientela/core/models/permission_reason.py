from enum import StrEnum


class PermissionReason(StrEnum):
    EXPIRED = "expired"
    GIVEN = "given"
    IMPORTED_WITHOUT_EVIDENCE = "imported_without_evidence"
    INVALIDATED = "invalidated"
    LEGITIMATE_INTEREST_ONLY = "legitimate_interest_only"
    NO_ADDRESS = "no_address"
    OBJECTED = "objected"
    OTHER_BASIS = "other_basis"
    PENDING_CONFIRMATION = "pending_confirmation"
    REFUSED = "refused"
    REQUESTED = "requested"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    UNKNOWN_CUSTOMER = "unknown_customer"
    WITHDRAWN = "withdrawn"

    def __str__(self) -> str:
        return str(self.value)

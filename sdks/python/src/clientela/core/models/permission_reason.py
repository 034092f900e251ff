from typing import Literal, cast

PermissionReason = Literal[
    "expired",
    "given",
    "imported_without_evidence",
    "invalidated",
    "legitimate_interest_only",
    "no_address",
    "objected",
    "other_basis",
    "pending_confirmation",
    "refused",
    "requested",
    "suppressed",
    "unknown",
    "unknown_customer",
    "withdrawn",
]


def check_permission_reason(value: str) -> PermissionReason:
    return cast(PermissionReason, value)

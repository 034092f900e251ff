from typing import Literal, cast

Scope = Literal[
    "admin",
    "consents:read",
    "consents:write",
    "customers:read",
    "customers:write",
    "events:read",
    "events:write",
    "exports:read",
    "pii:read",
    "privacy:write",
    "segments:read",
    "segments:write",
]


def check_scope(value: str) -> Scope:
    return cast(Scope, value)

"""The header fields that answers carry, described once in the specification and referred to where they come."""

from typing import Any, Final

_WHOLE: Final = {"type": "integer", "minimum": 1}

HEADERS: Final[dict[str, dict[str, Any]]] = {
    "X-Request-Id": {
        "description": "The request's id: the client's own if it sent a harmless one, else a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
        "example": "0f8fad5bd9cb469fa16570867728950e",
    },
    "RateLimit": {
        "description": "What is left to the key (draft-ietf-httpapi-ratelimit-headers-10): `r` requests, and `t` "
        "seconds until all are there again.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[a-z]+";r=[0-9]+;t=[0-9]+$'},
        "example": '"default";r=99;t=1',
    },
    "RateLimit-Policy": {
        "description": "The key's quota: `q` requests in `w` seconds.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[a-z]+";q=[0-9]+;w=[0-9]+$'},
        "example": '"default";q=100;w=2',
    },
    "Idempotency-Replayed": {
        "description": "There where this is the answer that the same Idempotency-Key got before.",
        "required": False,
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "ETag": {
        "description": "The version that was answered, for If-Match.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[0-9]{1,10}"$'},
        "example": '"3"',
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": _WHOLE,
        "example": 1,
    },
    "WWW-Authenticate": {
        "description": "How to authenticate (RFC 6750).",
        "required": True,
        "schema": {"type": "string", "enum": ["Bearer"]},
        "example": "Bearer",
    },
}


def header(name: str) -> dict[str, Any]:
    """For `responses=` of a route: `name` as it is described here."""
    return {name: {"$ref": f"#/components/headers/{name}"}}


def complete_headers(operation: dict[str, Any]) -> None:
    """Add what the layers around the routes set: every answer has a request id, a success what is left to its key."""
    has_key = operation.get("security") != []
    replays = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
    for status, response in operation["responses"].items():
        found = response.setdefault("headers", {})
        found |= header("X-Request-Id")
        if status.startswith("2"):
            if has_key:
                found |= header("RateLimit") | header("RateLimit-Policy")
            if replays:
                found |= header("Idempotency-Replayed")
        elif status == "401":
            found |= header("WWW-Authenticate")
        elif status in ("429", "503"):
            found |= header("Retry-After")

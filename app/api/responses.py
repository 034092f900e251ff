"""What whole families of routes share: their errors, for `responses=`, and answers that are JSON already."""

from typing import Any

import orjson
from starlette.responses import Response

from app.errors import (
    MalformedEncoding,
    MalformedJson,
    NotAllowed,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)  # fmt: skip
from app.services.idempotency import IdempotencyKeyReused, StillRunning

ALWAYS = (Unauthenticated, NotAllowed, TooManyRequests, Unavailable)
WITH_BODY = (MalformedJson, MalformedEncoding, TooLarge, UnsupportedMediaType)
ONCE = (IdempotencyKeyReused, StillRunning)
IDEMPOTENCY_KEY = "[!-~]([ -~]{0,253}[!-~])?"
# For `openapi_extra=`: the header is read before any handler, so that none has it among its parameters.
IDEMPOTENT: dict[str, Any] = {
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A text of your own for this request: sent again within 72 hours, it has one effect and "
            "gets the same answer, with `Idempotency-Replayed: true`.",
            "schema": {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY}$", "examples": ["order-1001-paid"]},
        }
    ]
}


class Json(Response):
    """An answer made of what `render` prepared. It skips the schema's second look at it, which on the hottest routes
    costs as much as reading the customer; tests hold these answers against their schemas instead."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def page(found: dict[str, Any], shown: list[Any]) -> Json:
    """One page: `found` is what `Call.page` gave, `shown` its rows rendered."""
    return Json({"data": shown, "has_more": found["has_more"], "next_cursor": found["next_cursor"]})

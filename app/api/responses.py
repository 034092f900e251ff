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


class Json(Response):
    """An answer made of what `render` prepared. It skips the schema's second look at it, which on the hottest routes
    costs as much as reading the customer; tests hold these answers against their schemas instead."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, option=orjson.OPT_UTC_Z)


def page(found: dict[str, Any], shown: list[Any]) -> Json:
    """One page: `found` is what `Call.page` gave, `shown` its rows rendered."""
    return Json({"data": shown, "has_more": found["has_more"], "next_cursor": found["next_cursor"]})

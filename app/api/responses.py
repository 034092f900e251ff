"""The errors that whole families of routes share, for their `responses=`."""

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

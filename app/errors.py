"""Every error raised on purpose: slug, status and title of the RFC 9457 catalogue.

AppError
├─ MalformedJson          400  the bytes are not JSON, or are nested too deeply
├─ MalformedEncoding      400  the bytes are not the gzip they claim to be
├─ Unauthenticated        401
├─ NotAllowed             403
├─ NotFound               404
├─ MethodNotAllowed       405
├─ Conflict               409
├─ VersionMismatch        412
├─ TooLarge               413
├─ UnsupportedMediaType   415
├─ Invalid                422  the request is understood and wrong; `errors` says where
├─ PreconditionRequired   428
├─ TooManyRequests        429
├─ InternalError          500  what nobody planned for; also the shape of every unexpected exception
├─ NotInstalled           501  an optional part of the service is not there
├─ EmbeddedError          500  refuses the start: the embedded PostgreSQL cannot be used
├─ CryptoError            500  sealed data did not open
├─ MasterKeyError         500  refuses the start; the message is for the operator
└─ Unavailable            503
Subclasses name the exact case. No message ever contains a value that was sent.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong at one place: `pointer` is an RFC 6901 JSON pointer into the request body."""

    pointer: str
    code: str
    message: str


class AppError(Exception):
    """An outcome we planned for; `app/api/problems.py` renders it as RFC 9457."""

    slug: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "The request failed"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: tuple[FieldError, ...] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = errors
        self.retry_after = retry_after


class Invalid(AppError):
    slug, status, title = "invalid", 422, "The request is not valid"

    @classmethod
    def at(cls, pointer: str, code: str, message: str) -> "Invalid":
        """The common case: one error at one place."""
        return cls(message, errors=(FieldError(pointer, code, message),))


class MalformedJson(AppError):
    slug, status, title = "malformed-json", 400, "The body is not JSON that can be read"


class MalformedEncoding(AppError):
    slug, status, title = "malformed-encoding", 400, "The body is not encoded as its Content-Encoding says"


class Unauthenticated(AppError):
    slug, status, title = "unauthenticated", 401, "A valid API key is needed"


class NotAllowed(AppError):
    slug, status, title = "not-allowed", 403, "This key may not do that"


class NotFound(AppError):
    slug, status, title = "not-found", 404, "There is no such thing here"


class MethodNotAllowed(AppError):
    slug, status, title = "method-not-allowed", 405, "This path does not know that method"


class Conflict(AppError):
    slug, status, title = "conflict", 409, "The request contradicts what is stored"


class VersionMismatch(AppError):
    slug, status, title = "version-mismatch", 412, "The customer has changed since you read it"


class TooLarge(AppError):
    slug, status, title = "too-large", 413, "The body is larger than this path accepts"


class UnsupportedMediaType(AppError):
    slug, status, title = "unsupported-media-type", 415, "The body is not of a kind this path reads"


class PreconditionRequired(AppError):
    slug, status, title = "precondition-required", 428, "This change needs an If-Match header"


class TooManyRequests(AppError):
    slug, status, title = "too-many-requests", 429, "This key has used up its rate limit"


class InternalError(AppError):
    slug, status, title = "internal-error", 500, "The service failed; the request id finds the cause in its logs"


class NotInstalled(AppError):
    slug, status, title = "not-installed", 501, "This part of the service is not installed"


class Unavailable(AppError):
    slug, status, title = "unavailable", 503, "The service cannot answer right now; try again"


class EmbeddedError(AppError):
    """Raised while starting or stopping the embedded PostgreSQL; the detail says what to do about it."""

    slug, status, title = "embedded-database", 500, "The embedded PostgreSQL cannot be used"


class CryptoError(AppError):
    """One message for every failure of opening, so that nothing can be learned from it."""

    slug, status, title = "sealed-data", 500, "Sealed data could not be opened"


class MasterKeyError(AppError):
    """The message is for the operator: which key, and what to do about it; never any key material."""

    slug, status, title = "master-key", 500, "The master key cannot be used"

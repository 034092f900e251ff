"""What a call may raise: `Unreachable` where no answer came, else an `ApiError`, or its subclass for the status."""

from typing import Any, ClassVar

from clientela.core.models import ProblemError

__all__ = [
    "ApiError", "ClientelaError", "Conflict", "Invalid", "NotAllowed", "NotFound", "RateLimited", "Unauthenticated",
    "Unreachable", "VersionMismatch", "WebhookRefused",
]  # fmt: skip


class ClientelaError(Exception):
    """Whatever keeps a call from its answer."""

    status = 0
    retry_after = 0


class Unreachable(ClientelaError):
    """No answer came, however often it was asked for; the message says how the last try ended."""


class WebhookRefused(ClientelaError):
    """This is no webhook of the service's, or an old one."""


class ApiError(ClientelaError):
    """A problem (RFC 9457) as the service tells it; nothing here repeats a value that was sent.

    `errors` say what is wrong and where: `pointer` (RFC 6901, into the body), `code`, `message`. `retry_after`: seconds.
    """

    STATUS: ClassVar[int] = 0

    def __init__(self, status: int, problem: dict[str, Any], retry_after: int = 0) -> None:
        self.status, self.retry_after = status, retry_after
        self.slug = str(problem.get("type", "")).rpartition("/")[2]
        self.detail = str(problem.get("detail", f"HTTP {status}"))
        self.errors = [ProblemError.from_dict(error) for error in problem.get("errors", [])]
        self.request_id = str(problem.get("request_id", ""))
        places = "".join(f" [{error.pointer}: {error.message}]" for error in self.errors)
        super().__init__(f"{status} {self.slug}: {self.detail}{places} (request {self.request_id})")


class Unauthenticated(ApiError):
    STATUS = 401


class NotAllowed(ApiError):
    STATUS = 403


class NotFound(ApiError):
    STATUS = 404


class Conflict(ApiError):
    STATUS = 409


class VersionMismatch(ApiError):
    STATUS = 412


class Invalid(ApiError):
    STATUS = 422


class RateLimited(ApiError):
    STATUS = 429

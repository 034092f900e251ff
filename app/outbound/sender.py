"""One attempt to deliver a message as Standard Webhooks has it: signed with every valid secret, sent, judged."""

import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from app.domain import signatures
from app.outbound.client import Client
from app.outbound.failures import CallFailed
from app.outbound.guard import Resolve, resolve

USER_AGENT = "Clientela-Webhooks/1"
LARGEST_ANSWER = 20_000
SECONDS = 15.0
_LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: `error` is None where the receiver has taken it. `retry_after` is what it asks for."""

    status: int | None
    milliseconds: int
    error: str | None = None
    retry_after: timedelta | None = None


class Sender:
    """Sends deliveries. One per process."""

    def __init__(
        self,
        *,
        private: bool = False,
        seconds: float = SECONDS,
        tls: ssl.SSLContext | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._client = Client(largest=LARGEST_ANSWER, seconds=seconds, private=private, tls=tls, resolve=resolve)

    async def close(self) -> None:
        await self._client.close()

    async def send(self, url: str, *, keys: Sequence[bytes], message_id: str, body: bytes, now: datetime) -> Attempt:
        """Never raises what the other side can bring about. A redirect is a failure, whatever it leads to."""
        timestamp = int(now.timestamp())
        signed = [signatures.sign(key, message_id=message_id, timestamp=timestamp, body=body) for key in keys]
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "webhook-id": message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signed),
        }
        begun = time.monotonic()
        try:
            answer = await self._client.call("POST", url, headers=headers, body=body)
        except CallFailed as failed:
            return Attempt(None, _since(begun), failed.code)
        error = None if 200 <= answer.status < 300 else _error(answer.status)
        wanted = _wait(answer.headers.get("retry-after"), now) if error is not None else None
        return Attempt(answer.status, _since(begun), error, wanted)


def _error(status: int) -> str:
    if status == 410:
        return "gone"
    return "redirected" if 300 <= status < 400 else "refused"


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _wait(value: str | None, now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110 section 10.2.3): seconds, or a date; at most a day, None where it cannot be read."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(timedelta(seconds=int(value[:9])), _LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return min(max(at - now, timedelta()), _LONGEST_WAIT)

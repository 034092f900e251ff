"""What is asked of shops, as the rules see it: jobs, where a walk through their lists stands, why they fail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

OVERLAP: Final = timedelta(minutes=10)
"""How much of what was looked through is looked through again: a shop's clock is not ours."""
DONE_KEPT_FOR: Final = timedelta(days=7)
PARKED_KEPT_FOR: Final = timedelta(days=90)


class JobKind(StrEnum):
    """`fetch` one object; `poll` what has changed lately; `backfill` a history; `renew` credentials that have ended."""

    FETCH = "fetch"
    POLL = "poll"
    BACKFILL = "backfill"
    RENEW = "renew"


class JobState(StrEnum):
    """`parked`: it failed for good and waits for somebody to look at it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Job:
    job_id: UUID
    source_id: UUID
    kind: JobKind
    object_kind: str
    object_id: str
    state: JobState
    progress: Mapping[str, Any]
    attempts: int
    created_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    error_code: str | None
    error_detail: str | None

    @property
    def walk(self) -> "Walk | None":
        """Where it stands; None where it is no walk, or none that has begun."""
        return read_walk(self.progress) if self.progress else None


@dataclass(frozen=True, slots=True)
class Taken:
    """A job that a worker has until `until`. `wanted` is how many wishes it stood for when it was taken."""

    job_id: UUID
    attempts: int
    until: datetime
    source_id: UUID
    kind: JobKind
    object_kind: str
    object_id: str
    hint: str
    wanted: int
    progress: Mapping[str, Any]


Named = tuple[str, str, str]  # kind, id and hint of an object that is to be fetched
COUNTED: Final = ("customers", "orders", "left_out")


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk through a shop's lists stands: the lists that are `left`, the first of them under way; since when
    its changes are wanted (None: all there is) and when the look at it began; which page is next; the objects that the
    last page has only named. `counts` are of what has been stored."""

    left: tuple[str, ...]
    since: datetime | None
    started_at: datetime
    looked_at: datetime
    cursor: str | None = None
    pending: tuple[Named, ...] = ()
    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))

    @property
    def is_over(self) -> bool:
        return not self.left and not self.pending

    @property
    def reading(self) -> str | None:
        """The list under way, as long as any is left."""
        return self.left[0] if self.left else None

    def counting(self, **more: int) -> "Walk":
        return replace(self, counts={name: count + more.get(name, 0) for name, count in self.counts.items()})

    def turned(self, cursor: str | None, pending: Sequence[Named] = ()) -> "Walk":
        """After a page was stored; `cursor` leads to the next one, None: the list is over."""
        left = self.left if cursor is not None else self.left[1:]
        return replace(self, left=left, cursor=cursor, pending=tuple(pending))

    def as_json(self) -> dict[str, Any]:
        return {
            "left": self.left,
            "since": None if self.since is None else self.since.isoformat(),
            "started_at": self.started_at.isoformat(),
            "looked_at": self.looked_at.isoformat(),
            "cursor": self.cursor,
            "pending": self.pending,
            "counts": dict(self.counts),
        }


def read_walk(told: Mapping[str, Any]) -> Walk:
    """What `as_json` wrote."""
    return Walk(
        left=tuple(told["left"]),
        since=None if told["since"] is None else datetime.fromisoformat(told["since"]),
        started_at=datetime.fromisoformat(told["started_at"]),
        looked_at=datetime.fromisoformat(told["looked_at"]),
        cursor=told["cursor"],
        pending=tuple((kind, object_id, hint) for kind, object_id, hint in told["pending"]),
        counts=told["counts"],
    )


FAILURES: Final[Mapping[str, str]] = {
    "shop_busy": "The shop asks to be asked less often.",
    "shop_timeout": "The shop did not answer in time.",
    "shop_no_address": "The host of the shop's API has no address.",
    "shop_no_connection": "The shop could not be reached.",
    "shop_no_tls": "The shop's certificate is not valid, or its encryption is too old.",
    "shop_failed": "The shop answered with an error of its own.",
    "shop_renewing": "Credentials are being renewed.",
    "shop_unauthorized": "The shop does not accept the credentials: connect it with new ones, then retry.",
    "shop_payment_required": "The shop's API is shut until the merchant has paid the platform.",
    "shop_forbidden": "The credentials do not allow this: look at the scopes of the app or the key, then retry.",
    "shop_redirects": "The shop's API answers with a redirect, which is not followed: correct the address.",
    "shop_invalid_url": "The address of the shop's API is not one that can be asked.",
    "shop_refused_address": "The address of the shop's API leads into a network that is not asked.",
    "shop_rejects": "The shop does not accept what it was asked.",
    "shop_lists_nothing": "The shop has no such list at the address of its API.",
    "shop_encoding": "The answer is compressed in a way that was not asked for.",
    "shop_broken_answer": "The answer ended too early, or is not what its headers say.",
    "shop_too_large": "The answer is larger than 16 MiB.",
    "shop_answer_invalid": "The answer is not what the platform's documents say.",
    "not_stored": "What the shop answered could not be stored.",
    "internal_error": "The service failed; its logs say more.",
}
"""What a failure's code means, for people."""

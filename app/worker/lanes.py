"""Every lane of a worker."""

from typing import TYPE_CHECKING

from app.worker import inbox
from app.worker.loop import Lane

if TYPE_CHECKING:
    from app.db.engine import Database


def lanes(database: "Database") -> list[Lane]:
    """What a worker of this process works on."""
    return [inbox.lane(database)]

"""New ids: UUIDv7, so that rows written together lie together."""

from datetime import datetime
from uuid import UUID

import uuid_utils
from asyncpg.pgproto import pgproto


def new_id() -> UUID:
    """As rows bring them back: the driver's own UUID, which is made and written in a third of the time."""
    made: UUID = pgproto.UUID(uuid_utils.uuid7().bytes)
    return made


def first_id(at: datetime) -> UUID:
    """What every id made since then is greater than, and every older one smaller."""
    return UUID(int=int(at.timestamp() * 1000) << 80)

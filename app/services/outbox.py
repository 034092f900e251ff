"""What subscribers are to be told is written down here, in the transaction of what they are told about."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.db.queries import outbox as query
from app.db.tx import Tx
from app.domain.messages import MessageType


async def tell(tx: Tx, kind: MessageType, subjects: Iterable[Mapping[str, UUID | str]]) -> None:
    """One message of this type for each subject, which is made of ids alone. Nothing where nobody is subscribed."""
    await tell_each(tx, [(kind, one) for one in subjects])


async def tell_each(tx: Tx, told: Iterable[tuple[MessageType, Mapping[str, UUID | str]]]) -> None:
    """Messages of several types, in one statement."""
    await query.add(tx, [(kind.value, {name: str(value) for name, value in one.items()}) for kind, one in told])

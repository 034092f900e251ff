"""A job's conversation with its shop: asks, and renews the credentials where they have ended.

Some credentials can be renewed only once: whoever renews has claimed a job for it, whoever meets that job waits, and
what came back is stored before it is used.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from app.db.engine import Database
from app.db.queries import jobs as query
from app.db.tx import Tx, in_transaction
from app.domain.jobs import FAILURES, JobKind, JobState, Taken
from app.domain.shops import Connection
from app.domain.tenants import Tenant
from app.errors import Invalid
from app.outbound import shop_api
from app.outbound.shop_api import Expired, Later, Pace, Refused, ShopError
from app.services import connections
from app.shops.base import Answer, Api, Ask, Fetch, Record, Shop

Result = TypeVar("Result")
Understood = TypeVar("Understood")

_RENEWAL_LEASE: Final = timedelta(seconds=2 * shop_api.REQUEST_SECONDS)
_RENEWAL_WAIT: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Outside:
    """What jobs need of their process: `client` connects to nothing private, `now` is the clock on the wall."""

    database: Database
    client: shop_api.Client
    pace: Pace
    now: Callable[[], datetime]


class Lost(Exception):
    """Another worker has the job by now: nothing more is done about it here."""


@dataclass(slots=True)
class Talk:
    """About one job, with the shop of its source. `job` is as it was stored last, `shop` has the credentials that are
    valid as far as is known."""

    outside: Outside
    tenant: Tenant
    job: Taken
    connection: Connection
    api: Api
    shop: Shop

    @property
    def source_id(self) -> UUID:
        return self.job.source_id

    async def fetch(self, wanted: Fetch) -> Sequence[Record]:
        """What an object of the shop means, nothing where there is none any more; ShopError."""
        answers = await self.ask_all(lambda shop: self.api.fetch(wanted, shop))
        return self.understood(lambda: self.api.fetched(wanted, answers, self.shop))

    async def ask(self, make: Callable[[Shop], Ask]) -> Answer | None:
        """What the shop answers to what is made for it; ShopError."""
        for last in (False, True):
            try:
                return await self.once(make(self.shop))
            except Expired:
                if last or self.api.refresh is None:
                    raise
                await self._renew()
        raise AssertionError("the second time is the last")

    async def ask_all(self, make: Callable[[Shop], Sequence[Ask]]) -> list[Answer | None]:
        """The same for several, one after the other."""
        count = len(self.understood(lambda: make(self.shop)))
        return [await self.ask(_nth(make, index)) for index in range(count)]

    def understood(self, read: Callable[[], Understood]) -> Understood:
        """What the adapter makes of it."""
        try:
            return read()
        except Invalid:
            raise Refused("shop_answer_invalid") from None

    async def once(self, ask: Ask) -> Answer | None:
        """What the shop answers to this, with the credentials in it; ShopError."""
        return await shop_api.ask(
            self.outside.client,
            ask,
            source_id=self.source_id,
            pace=self.outside.pace,
            per_second=self.api.per_second,
            now=self.outside.now(),
        )

    async def _renew(self) -> None:
        """Credentials other than those that were refused: another job's, or new ones."""
        claimed = await self.in_transaction(self._claim)
        if claimed is None:
            return
        try:
            self.shop = await renew(self, claimed)
        except ShopError as error:
            await give_up(self, claimed, error)
            raise

    async def _claim(self, tx: Tx) -> Taken | None:
        """The job of renewing; None where other credentials are there by now. Looked at after the claim, because
        whoever had it before may just have stored them."""
        claimed = await query.claim(tx, self.source_id, JobKind.RENEW, lease=_RENEWAL_LEASE)
        _, shop = await connections.shop_of(tx, self.source_id)
        if shop.credentials != self.shop.credentials:
            if claimed is not None:
                await query.finish(tx, claimed)
            self.shop = shop
            return None
        if claimed is None:
            raise Later("shop_renewing", _RENEWAL_WAIT)
        return claimed

    async def in_transaction(self, work: Callable[[Tx], Coroutine[Any, Any, Result]]) -> Result:
        return await in_transaction(self.outside.database, self.tenant, work, now=self.outside.now())


async def renew(talk: Talk, job: Taken) -> Shop:
    """The shop with credentials that were renewed just now, and are stored. ShopError, Lost."""
    assert talk.api.refresh is not None
    assert talk.api.refreshed is not None
    try:
        answer = await talk.once(talk.api.refresh(talk.shop))
        if answer is None:
            raise Expired
        # What does not change need not be among what came back.
        credentials = {**talk.shop.credentials, **talk.api.refreshed(answer, talk.shop)}
    except (Refused, Invalid):
        raise Expired from None

    async def store(tx: Tx) -> None:
        await connections.put_credentials(tx, talk.source_id, credentials)
        if not await query.finish(tx, job):
            raise Lost

    await talk.in_transaction(store)
    return replace(talk.shop, credentials=credentials)


async def give_up(talk: Talk, job: Taken, error: ShopError) -> None:
    """A renewal that failed is over: the next who needs one claims it anew."""
    told = (error.code, FAILURES[error.code])
    await talk.in_transaction(lambda tx: query.put(tx, job, state=JobState.DONE, due_at=None, error=told))


def _nth(make: Callable[[Shop], Sequence[Ask]], index: int) -> Callable[[Shop], Ask]:
    return lambda shop: make(shop)[index]

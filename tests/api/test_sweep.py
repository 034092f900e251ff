"""What is kept for a time only is deleted every hour, whatever happened the hour before."""

import asyncio
from typing import Any

import pytest

from app import main
from app.db.tx import Tx
from app.errors import Unavailable
from app.services import tenants
from tests.factories.shops import Shop


async def test_neither_a_sweep_nor_a_tenant_that_failed_ends_the_sweeping(
    shop: Shop, other: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [Unavailable(), [shop.tenant, other.tenant]]
    swept = asyncio.Event()

    async def list_all(database: Any) -> list[Any]:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Unavailable):
            raise answer
        found: list[Any] = answer
        return found

    async def forget_old(tx: Tx) -> None:
        if tx.tenant_id == shop.tenant.tenant_id:
            raise Unavailable
        swept.set()

    monkeypatch.setattr(tenants, "list_all", list_all)
    monkeypatch.setattr(tenants, "forget_old", forget_old)
    monkeypatch.setattr(main, "_SWEEP_SECONDS", 0.001)
    sweeper = asyncio.create_task(main._sweep(shop.database))
    async with asyncio.timeout(10):
        await swept.wait()
    sweeper.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sweeper

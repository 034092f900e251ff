"""What lies in the tables, for tests that look behind the API. Row-level security shows the tenant's rows only."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.db.tx import begin
from tests.factories.shops import Shop

_TOTALS = "SELECT orders, net, without_rate, first_order_at, last_order_at FROM customer_totals WHERE customer_id = $1"


async def rows(shop: Shop, sql: str, *arguments: Any) -> list[dict[str, Any]]:
    """The rows of one statement, run as the tenant in the service's role."""
    async with begin(shop.database, shop.tenant, now=datetime.now(UTC)) as tx:
        return [dict(row) for row in await tx.fetch_sql(sql, arguments)]


async def run(shop: Shop, sql: str, *arguments: Any) -> None:
    await rows(shop, sql, *arguments)


async def totals(shop: Shop, customer: str) -> dict[str, Any] | None:
    """The row of `customer_totals` of a customer id as the API shows it."""
    found = await rows(shop, _TOTALS, raw_id(customer))
    return found[0] if found else None


async def order(shop: Shop, order_id: str) -> dict[str, Any]:
    """The row of `orders` of this order id, in whichever source."""
    (found,) = await rows(shop, "SELECT * FROM orders WHERE external_id = $1", order_id)
    return found


def raw_id(prefixed: str) -> str:
    """cus_019a… → the UUID's hexadecimal digits, which asyncpg takes for a UUID."""
    return prefixed.rpartition("_")[2]


def money(text: str) -> Decimal:
    return Decimal(text)

"""What handlers ask for by type: the transaction, the caller, a page's limit."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request

from app.api.pages import DEFAULT_LIMIT, MAX_LIMIT, CursorSigner, CursorValue
from app.db.tx import Tx
from app.domain.api_keys import Caller


async def _tx(request: Request) -> Tx:
    tx: Tx = request.state.tx
    return tx


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


class Cursors:
    """The cursors of one list of one tenant."""

    __slots__ = ("_operation", "_signer", "_tenant_id")

    def __init__(self, signer: CursorSigner, tenant_id: UUID, operation: str) -> None:
        self._signer = signer
        self._tenant_id = tenant_id
        self._operation = operation

    def read(self, cursor: str | None) -> Any:
        """The sort key of the last row seen, or None at the beginning. Invalid for a cursor of another list."""
        return None if cursor is None else self._signer.decode(self._tenant_id, self._operation, cursor)

    def page(self, rows: list[Any], limit: int, key: Any) -> dict[str, Any]:
        """`has_more`, `next_cursor` and the rows of this page, of which one more than `limit` was asked for."""
        if len(rows) <= limit:
            return {"rows": rows, "has_more": False, "next_cursor": None}
        values: tuple[CursorValue, ...] = key(rows[limit - 1])
        cursor = self._signer.encode(self._tenant_id, self._operation, values)
        return {"rows": rows[:limit], "has_more": True, "next_cursor": cursor}


async def _cursors(request: Request) -> Cursors:
    state = request.state
    # The path is part of the place: a cursor of one customer's timeline is none of another's.
    return Cursors(request.app.state.parts.cursors, state.caller.tenant.tenant_id, request.url.path)


TxDep = Annotated[Tx, Depends(_tx)]
CallerDep = Annotated[Caller, Depends(_caller)]
CursorsDep = Annotated[Cursors, Depends(_cursors)]
Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items a page has at most.")]
Cursor = Annotated[
    str | None, Query(max_length=1024, description="The `next_cursor` of the page before; leave it out at first.")
]
DEFAULT_PAGE = DEFAULT_LIMIT

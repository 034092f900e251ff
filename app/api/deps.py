"""Transitional."""

from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from app.api.call import DEFAULT_PAGE, Call, Cursor, Limit
from app.db.tx import Tx
from app.domain.api_keys import Caller


async def _tx(request: Request) -> Tx:
    return request.tx  # type: ignore[attr-defined,no-any-return]


async def _caller(request: Request) -> Caller:
    return request.caller  # type: ignore[attr-defined,no-any-return]


class Cursors:
    def __init__(self, call: Call) -> None:
        self.read = call.read_cursor
        self.page = call.page


async def _cursors(request: Request) -> Any:
    return Cursors(request)  # type: ignore[arg-type]


TxDep = Annotated[Tx, Depends(_tx)]
CallerDep = Annotated[Caller, Depends(_caller)]
CursorsDep = Annotated[Cursors, Depends(_cursors)]
__all__ = ["DEFAULT_PAGE", "CallerDep", "Cursor", "CursorsDep", "Limit", "TxDep"]

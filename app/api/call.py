"""What a handler is given: one request of one caller, with its transaction, parsed body and cursors.

Handlers take it as `call: Call`. FastAPI hands a request over as it is, where a dependency for each of these would
cost more than reading the customer does (docs/decisions/0003).
"""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request

from app.api.bodies import ParsedRequest
from app.api.pages import DEFAULT_LIMIT, MAX_LIMIT, CursorSigner, CursorValue
from app.db.tx import Tx
from app.domain.api_keys import Caller

Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="How many items a page has at most.")]
Cursor = Annotated[
    str | None, Query(max_length=1024, description="The `next_cursor` of the page before; leave it out at first.")
]
DEFAULT_PAGE = DEFAULT_LIMIT


class Call(ParsedRequest):
    """An authenticated request, its body read and parsed within limits. `tx` commits before the answer leaves."""

    caller: Caller
    tx: Tx

    def __init__(self, request: Request, caller: Caller, raw: bytes, parsed: Any) -> None:
        super().__init__(request, raw, parsed)
        self.caller = caller

    @property
    def parsed(self) -> Any:
        """The body as parsed JSON, before any schema; None without a body."""
        return self._json

    @property
    def path(self) -> str:
        """As it was routed: `url` would be put together from the Host header and taken apart again."""
        path: str = self.scope["path"]
        return path

    @property
    def sees_personal_data(self) -> bool:
        return self.caller.sees_personal_data

    def read_cursor(self, cursor: str | None) -> Any:
        """The sort key of the last row seen, or None at the beginning. Invalid for a cursor of another list."""
        if cursor is None:
            return None
        return self._signer.decode(self.caller.tenant.tenant_id, self.path, cursor)

    def page(self, rows: list[Any], limit: int, key: Any) -> dict[str, Any]:
        """`rows` of this page, of which one more than `limit` was asked for, `has_more` and `next_cursor`."""
        if len(rows) <= limit:
            return {"rows": rows, "has_more": False, "next_cursor": None}
        values: tuple[CursorValue, ...] = key(rows[limit - 1])
        # The path is part of the place: a cursor of one customer's orders is none of another's.
        cursor = self._signer.encode(self.caller.tenant.tenant_id, self.path, values)
        return {"rows": rows[:limit], "has_more": True, "next_cursor": cursor}

    @property
    def _signer(self) -> CursorSigner:
        signer: CursorSigner = self.app.state.parts.cursors
        return signer

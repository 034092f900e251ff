"""The executor's statements: SQLAlchemy Core compiled once for asyncpg, run by `Tx` with its parameters bound.

SQLAlchemy's own async connection costs half of a request's time (docs/decisions/0002); a compiled statement on
asyncpg costs nothing, and the SQL stays composed rather than concatenated.
"""

from collections.abc import Callable
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, ClauseElement, ColumnElement, bindparam, func
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect


class Statement:
    """One statement, compiled on first use; `build` makes the clause, so that importing costs nothing."""

    __slots__ = ("_build", "_defaults", "_names", "_sql")

    _dialect: ClassVar[Any] = cast(Any, asyncpg_dialect)()

    def __init__(self, build: Callable[[], ClauseElement]) -> None:
        self._build = build
        self._sql: str | None = None
        self._names: tuple[str, ...] = ()
        self._defaults: dict[str, Any] = {}

    @property
    def sql(self) -> str:
        if self._sql is None:
            self._compile()
        assert self._sql is not None
        return self._sql

    def arguments(self, values: dict[str, Any], tenant_id: UUID) -> list[Any]:
        """The positional arguments for asyncpg; a KeyError names the parameter that is missing.

        `tenant_id` is bound wherever the statement asks for it: no caller can give another one.
        """
        if self._sql is None:
            self._compile()
        given = {**self._defaults, **values, "tenant_id": tenant_id}
        return [given[name] for name in self._names]

    def _compile(self) -> None:
        compiled: Any = self._build().compile(dialect=self._dialect)
        self._names = tuple(compiled.positiontup or ())
        # A bind without a value must be given by the caller: it is left out here, so that forgetting it is an error.
        self._defaults = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        sql = str(compiled)
        assert "[POSTCOMPILE_" not in sql, "in_() is spelled out per call: use any() of an array, or or_()"
        self._sql = sql


def binds(*names: str) -> dict[str, Any]:
    """{name: parameter} for `insert(table).values(**binds("a", "b"))`: columns left out take their server default."""
    return {name: bindparam(name) for name in names}


def any_of(name: str, kind: Any) -> ColumnElement[Any]:
    """`= any(:name)`, an array of this type, for `column == any_of("ids", Uuid)`."""
    return func.any(bindparam(name, type_=ARRAY(kind)))

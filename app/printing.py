"""What the command line prints: answers as lines for people or JSON for programs, and errors in one line."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import orjson

from app.domain.api_keys import ApiKey, Scope
from app.domain.jobs import COUNTED, Job
from app.domain.predictions import Fitted
from app.domain.tenants import Source, Tenant
from app.errors import AppError, Invalid

# These say no more than that something was wrong, which the detail says better.
_SAYS_NOTHING = frozenset({AppError.title, Invalid.title})


def show(answer: dict[str, Any], *, as_json: bool) -> None:
    """One thing: a line a field. Several, under `data`: a line each below the names of their columns."""
    if as_json:
        text = orjson.dumps(answer).decode()
    elif "data" in answer:
        text = "\n".join(_columns(answer["data"]))
    else:
        text = "\n".join(f"{name}: {_text(value)}" for name, value in answer.items())
    print(text)  # noqa: T201


def refusal(error: AppError) -> str:
    """Title and detail in one line; a line more for every further thing that is wrong."""
    said = [error.title] if error.title not in _SAYS_NOTHING and error.title != error.detail else []
    first = ". ".join([*said, error.detail])
    more = [f"  {e.pointer or '-'}: {e.message}" for e in error.errors if e.message != error.detail]
    return "\n".join([f"clientela: {first}", *more])


def tenant(found: Tenant) -> dict[str, Any]:
    return {
        "tenant_id": f"ten_{found.tenant_id.hex}",
        "name": found.name,
        "currency": found.currency,
        "timezone": found.timezone,
        "country": found.country,
        "strict_sources": found.strict_sources,
    }


def key(found: ApiKey) -> dict[str, Any]:
    return {
        "api_key_id": f"key_{found.api_key_id.hex}",
        "prefix": found.prefix,
        "kind": found.kind.value,
        "name": found.name,
        "scopes": sorted(found.scopes),
        "expires_at": found.expires_at,
        "revoked_at": found.revoked_at,
    }


def fitted(found: Fitted) -> dict[str, Any]:
    spend = found.spend
    return {
        "fitted_at": found.fitted_at,
        "sample": found.sample,
        "repeat_sample": found.repeat_sample,
        **asdict(found.purchases),
        **(asdict(spend) if spend else {"p": None, "q": None, "gamma": None}),
    }


def source(found: Source) -> dict[str, Any]:
    return {
        "source_id": f"src_{found.source_id.hex}",
        "slug": found.slug,
        "kind": found.kind,
        "name": found.name,
    }


def job(found: Job) -> dict[str, Any]:
    walk = found.walk
    return {
        "job_id": f"job_{found.job_id.hex}",
        "kind": found.kind.value,
        "state": found.state.value,
        "list": walk.reading if walk is not None else None,
        **(walk.counts if walk is not None else {}),
        "attempts": found.attempts,
        "due_at": found.due_at,
        "finished_at": found.finished_at,
        "error": found.error_detail,
    }


def progress(found: Job) -> str:
    """How far a backfill has come, in a line."""
    told = job(found)
    counts = ", ".join(f"{told[name]} {name.replace('_', ' ')}" for name in COUNTED if name in told)
    return "; ".join(filter(None, (f"{told['state']}: {told['list'] or '-'}", counts, found.error_detail)))


def _columns(rows: list[dict[str, Any]]) -> Iterable[str]:
    if not rows:
        return ["none"]
    table = [list(rows[0]), *([_text(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "all" if set(value) == set(Scope) else ",".join(map(str, value))
    return str(value)

"""Commands about merchants: tenants, their API keys and their sources."""

import asyncio
import re
import sys
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from app import printing
from app.cli.place import Json, OfTenant, in_tenant, in_utc, with_database

tenant_app = typer.Typer(help="Merchants.", no_args_is_help=True)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)
source_app = typer.Typer(help="Where data comes from.", no_args_is_help=True)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,240}")


@tenant_app.command("create")
def create_tenant(
    name: Annotated[str, typer.Argument(help="Short name: letters, digits, - and _.")],
    currency: Annotated[str, typer.Option(help="Reporting currency, ISO 4217; fixed from then on.")],
    timezone: Annotated[str, typer.Option(help="IANA time zone: decides what a day is.")],
    country: Annotated[str | None, typer.Option(help="ISO 3166-1: where phones without country code are read.")] = None,
    strict_sources: Annotated[bool, typer.Option(help="Refuse sources that were not created first.")] = False,
    include_shipping_and_tax: Annotated[bool, typer.Option(help="Count them for M; fixed from then on.")] = False,
    as_json: Json = False,
) -> None:
    """Create a tenant with keys of its own."""
    from app.services import tenants

    async def create(database: Any) -> Any:
        return await tenants.create(
            database,
            name=name,
            currency=currency,
            timezone=timezone,
            country=country,
            strict_sources=strict_sources,
            rfm_include_shipping_and_tax=include_shipping_and_tax,
            now=datetime.now(UTC),
        )

    printing.show(printing.tenant(with_database(create)), as_json=as_json)


@tenant_app.command("list")
def list_tenants(as_json: Json = False) -> None:
    """Every tenant."""
    from app.services import tenants

    printing.show({"data": [printing.tenant(found) for found in with_database(tenants.list_all)]}, as_json=as_json)


@key_app.command("create")
def create_key(
    tenant: OfTenant,
    scope: Annotated[list[str], typer.Option(help="What it may do; `all` for every scope. May be repeated.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    publishable: Annotated[bool, typer.Option(help="A key that may stand in a page.")] = False,
    origin: Annotated[list[str] | None, typer.Option(help="For publishable keys: where pages come from.")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="Requests a second, in each process.")] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it ends; UTC unless it says otherwise.")] = None,
    as_json: Json = False,
) -> None:
    """Create an API key. It is shown this once; only its digest is stored."""
    from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind
    from app.services import api_keys

    kind = KeyKind.PUBLISHABLE if publishable else KeyKind.SECRET
    scopes = _scopes(scope, every=PUBLISHABLE_SCOPES if publishable else None)
    origins = _origins(origin or [])

    async def create(tx: Any) -> Any:
        return await api_keys.create(
            tx,
            kind=kind,
            name=name,
            scopes=scopes,
            allowed_origins=origins,
            requests_per_second=rate,
            expires_at=in_utc(expires) if expires else None,
        )

    key, token = in_tenant(tenant, create)
    printing.show({**printing.key(key), "key": token}, as_json=as_json)


@key_app.command("list")
def list_keys(tenant: OfTenant, as_json: Json = False) -> None:
    """Every key of a tenant, without its secret."""
    from app.services import api_keys

    printing.show({"data": [printing.key(key) for key in in_tenant(tenant, api_keys.list_all)]}, as_json=as_json)


@key_app.command("revoke")
def revoke_key(
    tenant: OfTenant,
    key_id: Annotated[str, typer.Argument(help="key_… as `key list` shows it.")],
    as_json: Json = False,
) -> None:
    """Revoke a key: refused everywhere within a second. Repeatable."""
    from uuid import UUID

    from app.errors import Invalid
    from app.services import api_keys

    try:
        found = UUID(hex=key_id.removeprefix("key_"))
    except ValueError:
        raise Invalid("The id of a key looks like key_ and 32 hexadecimal digits.") from None
    printing.show(printing.key(in_tenant(tenant, lambda tx: api_keys.revoke(tx, found))), as_json=as_json)


@source_app.command("create")
def create_source(
    tenant: OfTenant,
    slug: Annotated[str, typer.Argument(help="Short name: letters, digits, - and _.")],
    kind: Annotated[str, typer.Option(help="shop, form, till, import or api.")] = "shop",
    name: Annotated[str | None, typer.Option(help="Its name for people.")] = None,
    as_json: Json = False,
) -> None:
    """Create a source of data."""
    from app.services import sources

    created = in_tenant(tenant, lambda tx: sources.create(tx, slug=slug, kind=kind, name=name))
    printing.show(printing.source(created), as_json=as_json)


@source_app.command("list")
def list_sources(tenant: OfTenant, as_json: Json = False) -> None:
    """Every source of a tenant."""
    from app.services import sources

    printing.show({"data": [printing.source(found) for found in in_tenant(tenant, sources.list_all)]}, as_json=as_json)


@source_app.command("backfill")
def backfill_source(
    tenant: OfTenant,
    slug: Annotated[str, typer.Argument(help="The slug of a source that is connected to its shop.")],
    since: Annotated[
        datetime | None, typer.Option(help="What has changed since then; UTC unless it says otherwise.")
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Show how far it has come, until it ends.")] = False,
    as_json: Json = False,
) -> None:
    """Take over a shop's history. A running `serve` does it, page by page; one that is under way is not doubled."""
    from app.db.tx import begin
    from app.services import jobs, sources, tenants

    async def backfill(database: Any) -> Any:
        found = await tenants.find(database, tenant)
        async with begin(database, found, now=datetime.now(UTC)) as tx:
            source_id = await sources.named(tx, slug)
            job = await jobs.start_backfill(tx, source_id, since=in_utc(since) if since else None)
        while wait and job.finished_at is None:
            print(printing.progress(job), file=sys.stderr)  # noqa: T201
            await asyncio.sleep(1)
            async with begin(database, found, now=datetime.now(UTC), read_only=True) as tx:
                job = await jobs.get(tx, job.job_id)
        return job

    job = with_database(backfill)
    printing.show(printing.job(job), as_json=as_json)
    if job.error_code is not None and job.finished_at is not None:
        raise typer.Exit(1)


def _origins(given: list[str]) -> tuple[str, ...]:
    from app.errors import Invalid

    if not all(_ORIGIN.fullmatch(origin) for origin in given):
        raise Invalid("An --origin is scheme, host and port as browsers send them, as in https://shop.example.")
    return tuple(given)


def _scopes(given: list[str], *, every: frozenset[Any] | None) -> frozenset[Any]:
    from app.domain.api_keys import Scope
    from app.errors import Invalid

    if given == ["all"]:
        return every or frozenset(Scope)
    unknown = [scope for scope in given if scope not in set(Scope)]
    if unknown:
        raise Invalid(f"Scopes are: all, {', '.join(Scope)}.")
    return frozenset(Scope(scope) for scope in given)

"""The command line: serve, migrate, tenants, keys, sources, the demo. `--json` prints one JSON object, for programs."""

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import orjson
import typer
from pydantic import ValidationError

from app.errors import AppError
from app.settings import Settings

# Everything else is imported where it is used: `clientela --help` answers at once, and a worker loads no demo.
app = typer.Typer(name="clientela", help=__doc__, no_args_is_help=True, add_completion=False)
tenant_app = typer.Typer(help="Merchants.", no_args_is_help=True)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)
source_app = typer.Typer(help="Where data comes from.", no_args_is_help=True)
keys_app = typer.Typer(help="Master keys.", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(key_app, name="key")
app.add_typer(source_app, name="source")
app.add_typer(keys_app, name="keys")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The tenant's name or id.")]
T = TypeVar("T")


def main() -> None:
    """Run a command; a planned error is one line on stderr and exit code 1."""
    try:
        app(prog_name="clientela")
    except AppError as error:
        lines = [error.detail, *(f"  {e.pointer or '-'}: {e.message}" for e in error.errors)]
        print("\n".join(["clientela: " + lines[0], *lines[1:]]), file=sys.stderr)  # noqa: T201
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
) -> None:
    """Start the service, and its own PostgreSQL unless CLIENTELA_DATABASE_URL is set."""
    from app import logs, serving

    settings = _settings()
    logs.configure(level=settings.log_level)
    with _opened(settings) as place:
        serving.run(settings, place, host=host, port=port, workers=workers)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema. Repeatable; `serve` does it too."""
    from app.db import migrate as migrations

    with _opened(_settings()):
        _print({"revision": migrations.HEAD}, as_json)


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

    _print(_tenant(_with_database(create)), as_json)


@tenant_app.command("list")
def list_tenants(as_json: Json = False) -> None:
    """Every tenant."""
    from app.services import tenants

    _print({"data": [_tenant(tenant) for tenant in _with_database(tenants.list_all)]}, as_json)


@key_app.command("create")
def create_key(
    tenant: OfTenant,
    scope: Annotated[list[str], typer.Option(help="What it may do; `all` for every scope. May be repeated.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    publishable: Annotated[bool, typer.Option(help="A key that may stand in a page.")] = False,
    origin: Annotated[list[str] | None, typer.Option(help="For publishable keys: where pages come from.")] = None,
    rate: Annotated[int | None, typer.Option(min=1, help="Requests a second, in each process.")] = None,
    expires: Annotated[datetime | None, typer.Option(help="When it ends (UTC).")] = None,
    as_json: Json = False,
) -> None:
    """Create an API key. It is shown this once; only its digest is stored."""
    from app.domain.api_keys import PUBLISHABLE_SCOPES, KeyKind
    from app.services import api_keys

    kind = KeyKind.PUBLISHABLE if publishable else KeyKind.SECRET
    scopes = _scopes(scope, every=PUBLISHABLE_SCOPES if publishable else None)

    async def create(tx: Any) -> Any:
        return await api_keys.create(
            tx,
            kind=kind,
            name=name,
            scopes=scopes,
            allowed_origins=tuple(origin or ()),
            requests_per_second=rate,
            expires_at=expires.replace(tzinfo=UTC) if expires else None,
        )

    key, token = _in_tenant(tenant, create)
    _print({**_key(key), "key": token}, as_json)


@key_app.command("list")
def list_keys(tenant: OfTenant, as_json: Json = False) -> None:
    """Every key of a tenant, without its secret."""
    from app.services import api_keys

    _print({"data": [_key(key) for key in _in_tenant(tenant, api_keys.list_all)]}, as_json)


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
    _print(_key(_in_tenant(tenant, lambda tx: api_keys.revoke(tx, found))), as_json)


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

    _print(_source(_in_tenant(tenant, lambda tx: sources.create(tx, slug=slug, kind=kind, name=name))), as_json)


@source_app.command("list")
def list_sources(tenant: OfTenant, as_json: Json = False) -> None:
    """Every source of a tenant."""
    from app.services import sources

    _print({"data": [_source(source) for source in _in_tenant(tenant, sources.list_all)]}, as_json)


@keys_app.command("generate")
def generate_master_key(as_json: Json = False) -> None:
    """Print a new master key, for CLIENTELA_MASTER_KEY. Nothing is stored."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    _print({"master_key": f"1:{key}"}, as_json)


@app.command()
def openapi(as_json: Json = True) -> None:
    """Print the specification, as it is committed in openapi/openapi.json."""
    from app.api.openapi import dump_openapi
    from app.crypto.keyring import MasterKeys
    from app.main import create_app, specification

    bare = create_app(Settings(), dsn="", master_keys=MasterKeys(primary=1, keys={1: os.urandom(32)}))
    print(dump_openapi(specification(bare)), end="")  # noqa: T201


@app.command()
def demo(
    orders: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="CSV: customer_id,date,quantity,amount.")
    ] = None,
    currency: Annotated[str | None, typer.Option(help="Default: USD for a file, else BRL.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Default: America/New_York for a file.")] = None,
    port: Annotated[
        int, typer.Option(help="Where `serve` will listen afterwards, for the lines to go on with.")
    ] = 8000,
) -> None:
    """Send a file of orders (or an invented shop) through the API and show its RFM. Run twice, it changes nothing."""
    from app import serving
    from app.demo.run import run
    from app.demo.show import console_for

    settings = _settings()
    currency = currency or ("USD" if orders else "BRL")
    timezone = timezone or ("America/New_York" if orders else "America/Sao_Paulo")
    tenant = "demo" if orders is None else "demo-" + "".join(c if c.isalnum() else "-" for c in orders.stem.lower())
    with _opened(settings) as place:
        key = _run(place, settings, lambda database: _demo_key(database, settings, tenant, currency, timezone))
        with serving.subprocess(settings, place) as url:
            result = asyncio.run(
                run(
                    url,
                    key,
                    orders_file=orders,
                    console=console_for(sys.stdout),
                    today=datetime.now(UTC).date(),
                    timezone=timezone,
                    currency=currency,
                    shown_url=f"http://127.0.0.1:{port}",
                )
            )
    if result.rejected:
        raise typer.Exit(1)


async def _demo_key(database: Any, settings: Settings, name: str, currency: str, timezone: str) -> str:
    """The key of an earlier run where it still works, so that a second run leaves nothing behind."""
    from app.db.tx import begin
    from app.domain.api_keys import KeyKind, Scope
    from app.errors import Unauthenticated
    from app.services import api_keys, tenants

    now = datetime.now(UTC)
    path = settings.data_dir / f"{name}.key"
    if path.exists():
        try:
            await api_keys.Authenticator(database).caller(path.read_text().strip(), now=now)
            return path.read_text().strip()
        except Unauthenticated:
            path.unlink()
    try:
        tenant = await tenants.find(database, name)
    except tenants.UnknownTenant:
        tenant = await tenants.create(database, name=name, currency=currency, timezone=timezone, now=now)
    async with begin(database, tenant, now=now) as tx:
        _, token = await api_keys.create(tx, kind=KeyKind.SECRET, name="demo", scopes=frozenset(Scope))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token + "\n")
    return token


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        names = ", ".join(f"CLIENTELA_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise AppError(f"The environment is not valid: {names}") from None


@contextmanager
def _opened(settings: Settings) -> Iterator[Any]:
    """The database, started or found; stopped at the end unless another process uses it."""
    from app.startup import open_place

    place = open_place(settings)
    if place.key_file_created is not None:
        line = "=" * 78
        print(  # noqa: T201
            f"{line}\nA master key was created: {place.key_file_created}\n"
            "Everything personal is sealed under it. Copy it to a safe place, apart from backups\n"
            f"of the data: without it the data cannot be read, by anybody, ever.\n{line}",
            file=sys.stderr,
        )
    try:
        yield place
    finally:
        place.stop()


def _with_database(action: Callable[[Any], Awaitable[T]]) -> T:
    settings = _settings()
    with _opened(settings) as place:
        return _run(place, settings, action)


def _run(place: Any, settings: Settings, action: Callable[[Any], Awaitable[T]]) -> T:
    from app.db.engine import Database

    async def connected() -> T:
        database = Database(place.service_dsn, master_keys=place.master_keys, pool_size=1)
        await database.open()
        try:
            return await action(database)
        finally:
            await database.close()

    return asyncio.run(connected())


def _in_tenant(name: str, action: Callable[[Any], Awaitable[T]]) -> T:
    """One transaction of one tenant."""
    from app.db.tx import begin
    from app.services import tenants

    async def act(database: Any) -> T:
        tenant = await tenants.find(database, name)
        async with begin(database, tenant, now=datetime.now(UTC)) as tx:
            return await action(tx)

    return _with_database(act)


def _scopes(given: list[str], *, every: frozenset[Any] | None) -> frozenset[Any]:
    from app.domain.api_keys import Scope
    from app.errors import Invalid

    if given == ["all"]:
        return every or frozenset(Scope)
    unknown = [scope for scope in given if scope not in set(Scope)]
    if unknown:
        raise Invalid(f"Scopes are: all, {', '.join(Scope)}.")
    return frozenset(Scope(scope) for scope in given)


def _tenant(tenant: Any) -> dict[str, Any]:
    return {
        "tenant_id": f"ten_{tenant.tenant_id.hex}",
        "name": tenant.name,
        "currency": tenant.currency,
        "timezone": tenant.timezone,
        "country": tenant.country,
        "strict_sources": tenant.strict_sources,
    }


def _key(key: Any) -> dict[str, Any]:
    return {
        "api_key_id": f"key_{key.api_key_id.hex}",
        "prefix": key.prefix,
        "kind": key.kind.value,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }


def _source(source: Any) -> dict[str, Any]:
    return {
        "source_id": f"src_{source.source_id.hex}",
        "slug": source.slug,
        "kind": source.kind,
        "name": source.name,
    }


def _print(answer: dict[str, Any], as_json: bool) -> None:
    """For people a line a field; several things a line each."""
    if as_json:
        print(orjson.dumps(answer).decode())  # noqa: T201
        return
    rows = answer.get("data")
    if rows is None:
        rows = [answer]
        print("\n".join(f"{name}: {_text(value)}" for name, value in answer.items()))  # noqa: T201
        return
    for row in rows:
        print("  ".join(_text(value) for value in row.values()))  # noqa: T201


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "-" if value is None else str(value)

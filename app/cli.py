"""The command line: serve, migrate, tenants, keys, sources, the demo. `--json` prints one JSON object, for programs."""

import asyncio
import base64
import os
import re
import secrets
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import ValidationError

from app import printing
from app.errors import AppError
from app.settings import Settings

# Everything else is imported where it is used: `clientela --help` answers at once, and a worker loads no demo.
app = typer.Typer(name="clientela", help=__doc__, no_args_is_help=True, add_completion=False)
tenant_app = typer.Typer(help="Merchants.", no_args_is_help=True)
key_app = typer.Typer(help="API keys.", no_args_is_help=True)
source_app = typer.Typer(help="Where data comes from.", no_args_is_help=True)
audience_app = typer.Typer(help="Customers chosen by a rule.", no_args_is_help=True)
keys_app = typer.Typer(help="Master keys.", no_args_is_help=True)
predict_app = typer.Typer(help="Predicted value of customers (the extra `predict`).", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(key_app, name="key")
app.add_typer(source_app, name="source")
app.add_typer(audience_app, name="audience")
app.add_typer(keys_app, name="keys")
app.add_typer(predict_app, name="predict")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
OfTenant = Annotated[str, typer.Option("--tenant", help="The tenant's name or id.")]
T = TypeVar("T")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,240}")


def main() -> None:
    """Run a command; a planned error is one line on stderr and exit code 1."""
    # As for Ctrl-C, so that whatever was started (PostgreSQL above all) is stopped in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app(prog_name="clientela")
    except AppError as error:
        print(printing.refusal(error), file=sys.stderr)  # noqa: T201
        sys.exit(1)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer requests.")] = 1,
    work: Annotated[
        bool | None, typer.Option("--worker/--no-worker", help="Do the background work here too; else run `worker`.")
    ] = None,
) -> None:
    """Start the service, and its own PostgreSQL unless CLIENTELA_DATABASE_URL is set."""
    from app import logs, serving

    settings = _settings() if work is None else _settings(worker=work)
    logs.configure(level=settings.log_level)
    serving.refuse_taken(host, port)
    with _opened(settings) as place:
        serving.run(settings, place, host=host, port=port, workers=workers)


@app.command()
def worker() -> None:
    """Do the background work: messages of shops, deliveries to subscribers. Any number of them may run at once."""
    from app import logs, serving

    settings = _settings()
    logs.configure(level=settings.log_level)
    with _opened(settings) as place:
        serving.work(settings, place)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema. Repeatable; `serve` does it too."""
    from app.db import migrate as migrations

    with _opened(_settings()):
        printing.show({"revision": migrations.HEAD}, as_json=as_json)


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

    printing.show(printing.tenant(_with_database(create)), as_json=as_json)


@tenant_app.command("list")
def list_tenants(as_json: Json = False) -> None:
    """Every tenant."""
    from app.services import tenants

    printing.show({"data": [printing.tenant(found) for found in _with_database(tenants.list_all)]}, as_json=as_json)


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
            expires_at=_in_utc(expires) if expires else None,
        )

    key, token = _in_tenant(tenant, create)
    printing.show({**printing.key(key), "key": token}, as_json=as_json)


@key_app.command("list")
def list_keys(tenant: OfTenant, as_json: Json = False) -> None:
    """Every key of a tenant, without its secret."""
    from app.services import api_keys

    printing.show({"data": [printing.key(key) for key in _in_tenant(tenant, api_keys.list_all)]}, as_json=as_json)


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
    printing.show(printing.key(_in_tenant(tenant, lambda tx: api_keys.revoke(tx, found))), as_json=as_json)


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

    created = _in_tenant(tenant, lambda tx: sources.create(tx, slug=slug, kind=kind, name=name))
    printing.show(printing.source(created), as_json=as_json)


@source_app.command("list")
def list_sources(tenant: OfTenant, as_json: Json = False) -> None:
    """Every source of a tenant."""
    from app.services import sources

    printing.show({"data": [printing.source(found) for found in _in_tenant(tenant, sources.list_all)]}, as_json=as_json)


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
            job = await jobs.start_backfill(tx, source_id, since=_in_utc(since) if since else None)
        while wait and job.finished_at is None:
            print(printing.progress(job), file=sys.stderr)  # noqa: T201
            await asyncio.sleep(1)
            async with begin(database, found, now=datetime.now(UTC), read_only=True) as tx:
                job = await jobs.get(tx, job.job_id)
        return job

    job = _with_database(backfill)
    printing.show(printing.job(job), as_json=as_json)
    if job.error_code is not None and job.finished_at is not None:
        raise typer.Exit(1)


@audience_app.command("preview")
def preview_audience(
    tenant: OfTenant,
    rule: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="A file with the rule, as JSON.")],
    as_json: Json = False,
) -> None:
    """How many customers a rule would choose, and some of them."""
    import orjson

    from app.errors import MalformedJson
    from app.services import audiences

    try:
        raw = orjson.loads(rule.read_bytes())
    except ValueError:
        raise MalformedJson(f"{rule} is not JSON.") from None
    found = _in_tenant(tenant, lambda tx: audiences.preview(tx, raw, None))
    printing.show({"size": found.size, "sample": [f"cus_{one.hex}" for one in found.sample]}, as_json=as_json)


@keys_app.command("generate")
def generate_master_key(as_json: Json = False) -> None:
    """Print a new master key, for CLIENTELA_MASTER_KEY. Nothing is stored."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    printing.show({"master_key": f"1:{key}"}, as_json=as_json)


@predict_app.command("fit")
def fit_predictions(tenant: OfTenant, as_json: Json = False) -> None:
    """Fit the models that predict what customers will buy, and keep them. Seconds; once a week is often enough."""
    from app.services import predictions, tenants

    async def fit(database: Any) -> Any:
        return await predictions.fit(database, await tenants.find(database, tenant), now=datetime.now(UTC))

    printing.show(printing.fitted(_with_database(fit)), as_json=as_json)


@app.command()
def openapi(as_json: Json = True) -> None:
    """Print the specification, as it is committed in openapi/openapi.json."""
    from app.api.openapi import dump_openapi
    from app.crypto.keyring import MasterKeys
    from app.main import create_app, specification

    bare = create_app(_settings(), dsn="", master_keys=MasterKeys(primary=1, keys={1: os.urandom(32)}))
    print(dump_openapi(specification(bare)), end="")  # noqa: T201


@app.command()
def rfm(
    tenant: OfTenant,
    as_of: Annotated[str | None, typer.Option(help="A date (its end) or a time with its offset; default: now.")] = None,
    window: Annotated[int | None, typer.Option(min=1, max=36_500, help="Only orders of so many days.")] = None,
    preset: Annotated[str | None, typer.Option(help="rfm125, rf25, r_fm, pymc4 or edrone4.")] = None,
    category: Annotated[str | None, typer.Option(help="Only products of it.")] = None,
    as_json: Json = False,
) -> None:
    """Segments and the matrix of recency and frequency; what is not said is as the tenant has set it."""
    from app import terminal
    from app.api import rfm_answers
    from app.domain.rfm import PRESETS
    from app.errors import Invalid
    from app.services import rfm_questions, segments

    if preset is not None and preset not in PRESETS:
        raise Invalid(f"Presets are: {', '.join(PRESETS)}.")
    asked = {"as_of": as_of, "window_days": window, "preset": preset, "category": category}

    async def answer(tx: Any) -> dict[str, Any]:
        try:
            question = rfm_questions.read(tx, asked)
        except Invalid as error:
            raise Invalid(error.detail) from None  # without the name of a query's parameter
        return rfm_answers.summary(await segments.summarize(tx, question), tx.tenant)

    found = _in_tenant(tenant, answer)
    if as_json:
        printing.show(found, as_json=True)
    else:
        console = terminal.console_for(sys.stdout)
        terminal.matrix(console, found)
        terminal.segments(console, found)


@app.command()
def demo(
    orders: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="CSV: customer_id,date,quantity,amount.")
    ] = None,
    customers: Annotated[int, typer.Option(min=1, max=50_000, help="Without a file: how many to invent.")] = 2000,
    currency: Annotated[str | None, typer.Option(help="Default: USD for a file, else BRL.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Default: America/New_York for a file.")] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65535, help="Where `serve` will listen, for the lines to go on with.")
    ] = 8000,
    as_json: Json = False,
) -> None:
    """Send a file of orders (or an invented shop) through the API and show its RFM. Run twice, it changes nothing."""
    from zoneinfo import ZoneInfo

    from app import serving, terminal
    from app.demo import run, tenant

    settings = _settings()
    now = datetime.now(UTC)
    name = tenant.name_for(orders)
    key_file = settings.data_dir / f"{name}.key"
    with _opened(settings) as place:
        access = _run(
            place,
            settings,
            lambda database: tenant.access(
                database, key_file, name=name, currency=currency, timezone=timezone, now=now
            ),
        )
        zone = ZoneInfo(access.tenant.timezone)
        with serving.subprocess(settings, place) as url:
            result = asyncio.run(
                run.run(
                    url,
                    access.key,
                    orders_file=orders,
                    customers=customers,
                    console=terminal.console_for(sys.stdout, quiet=as_json),
                    today=now.astimezone(zone).date(),
                    invented_on=(access.tenant.created_at or now).astimezone(zone).date(),
                    timezone=access.tenant.timezone,
                    currency=access.tenant.currency,
                    shown_url=f"http://127.0.0.1:{port}",
                )
            )
    if as_json:
        printing.show({"tenant": name, "key": access.key, **result.as_json()}, as_json=True)
    if result.rejected:
        raise typer.Exit(1)


def _settings(**given: Any) -> Settings:
    try:
        return Settings(**given)
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
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_IGN)  # we are ending already, and stopping must not be cut short
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


def _origins(given: list[str]) -> tuple[str, ...]:
    from app.errors import Invalid

    if not all(_ORIGIN.fullmatch(origin) for origin in given):
        raise Invalid("An --origin is scheme, host and port as browsers send them, as in https://shop.example.")
    return tuple(given)


def _in_utc(given: datetime) -> datetime:
    return given.astimezone(UTC) if given.tzinfo else given.replace(tzinfo=UTC)


def _scopes(given: list[str], *, every: frozenset[Any] | None) -> frozenset[Any]:
    from app.domain.api_keys import Scope
    from app.errors import Invalid

    if given == ["all"]:
        return every or frozenset(Scope)
    unknown = [scope for scope in given if scope not in set(Scope)]
    if unknown:
        raise Invalid(f"Scopes are: all, {', '.join(Scope)}.")
    return frozenset(Scope(scope) for scope in given)

"""The command line: serve, work, migrate, tenants, segments, the demo. `--json` prints one object, for programs."""

import asyncio
import base64
import os
import secrets
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app import printing
from app.cli.place import Json, on_database, opened, read_settings
from app.cli.segments import audience_app, predict_app, rfm
from app.cli.tenants import key_app, source_app, tenant_app
from app.errors import AppError

# Everything else is imported where it is used: `clientela --help` answers at once, and a worker loads no demo.
app = typer.Typer(name="clientela", help=__doc__, no_args_is_help=True, add_completion=False)
keys_app = typer.Typer(help="Master keys.", no_args_is_help=True)
app.add_typer(tenant_app, name="tenant")
app.add_typer(key_app, name="key")
app.add_typer(source_app, name="source")
app.add_typer(audience_app, name="audience")
app.add_typer(keys_app, name="keys")
app.add_typer(predict_app, name="predict")
app.command()(rfm)


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

    settings = read_settings() if work is None else read_settings(worker=work)
    logs.configure(level=settings.log_level)
    serving.refuse_taken(host, port)
    with opened(settings) as place:
        serving.run(settings, place, host=host, port=port, workers=workers)


@app.command()
def worker() -> None:
    """Do the background work: messages of shops, deliveries to subscribers. Any number of them may run at once."""
    from app import logs, serving

    settings = read_settings()
    logs.configure(level=settings.log_level)
    with opened(settings) as place:
        serving.work(settings, place)


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring the database to the newest schema. Repeatable; `serve` does it too."""
    from app.db import migrate as migrations

    with opened(read_settings()):
        printing.show({"revision": migrations.HEAD}, as_json=as_json)


@keys_app.command("generate")
def generate_master_key(as_json: Json = False) -> None:
    """Print a new master key, for CLIENTELA_MASTER_KEY. Nothing is stored."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    printing.show({"master_key": f"1:{key}"}, as_json=as_json)


@app.command()
def openapi(as_json: Json = True) -> None:
    """Print the specification, as it is committed in openapi/openapi.json."""
    from app.api.openapi import dump_openapi
    from app.crypto.keyring import MasterKeys
    from app.main import create_app, specification

    bare = create_app(read_settings(), dsn="", master_keys=MasterKeys(primary=1, keys={1: os.urandom(32)}))
    print(dump_openapi(specification(bare)), end="")  # noqa: T201


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

    settings = read_settings()
    now = datetime.now(UTC)
    name = tenant.name_for(orders)
    key_file = settings.data_dir / f"{name}.key"
    with opened(settings) as place:
        access = on_database(
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

"""Running the ASGI service under uvicorn, in this process or several, or as a child of the demo."""

import asyncio
import gc
import os
import signal
import socket
import subprocess as processes
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.db.engine import Database
from app.errors import AppError
from app.main import create_app
from app.settings import Settings
from app.startup import KEY_FILE, Place
from app.worker.lanes import Work

_DRAIN_SECONDS = 20
_READY_SECONDS = 30
_log = structlog.get_logger("app.serving")


class PortTaken(AppError):
    slug, status, title = "port-taken", 500, "The address cannot be listened on"


class NotStarted(AppError):
    slug, status, title = "not-started", 500, "The service did not start"


def run(settings: Settings, place: Place, *, host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way have 20 s to end."""
    options: dict[str, Any] = {
        "loop": "uvloop",
        "http": "httptools",
        "host": host,
        "port": port,
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "timeout_graceful_shutdown": _DRAIN_SECONDS,
    }
    _log.info(f"serving http://{f'[{host}]' if ':' in host else host}:{port}", port=port, count=workers)
    # What has been imported lives as long as the process: the collector need not look at it again. A batch makes
    # tens of thousands of objects that are all in use; the usual threshold would search them in vain forty times.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    if workers == 1:
        _run_here(create_app(settings, dsn=place.service_dsn, master_keys=place.master_keys), options)
        return
    # Worker processes are started anew and take everything from the environment.
    os.environ["CLIENTELA_DATABASE_URL"] = place.service_dsn
    os.environ["CLIENTELA_WORKER"] = str(settings.worker).lower()
    if settings.master_key is None and settings.master_key_file is None:
        os.environ["CLIENTELA_MASTER_KEY_FILE"] = str(settings.data_dir / KEY_FILE)
    with tempfile.TemporaryDirectory(prefix="clientela-metrics-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        _run_workers("app.main:from_environment", workers, options)


def work(settings: Settings, place: Place) -> None:
    """Do the background work until SIGTERM or SIGINT; what is under way is ended first."""
    _log.info("working")
    with suppress(KeyboardInterrupt):
        asyncio.run(_work(settings, place))


async def _work(settings: Settings, place: Place) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stopped.set)
    database = Database(place.service_dsn, master_keys=place.master_keys, pool_size=settings.pool_size)
    await database.open()
    worker = Work(database, private=settings.allow_private_receivers)
    await worker.start()
    try:
        await stopped.wait()
    finally:
        await worker.stop()
        await database.close()


def _run_here(service: FastAPI, options: dict[str, Any]) -> None:
    server = uvicorn.Server(uvicorn.Config(service, **options))
    try:
        server.run()
    except KeyboardInterrupt:  # it has ended in order, and says by what
        return
    except SystemExit:  # how it refuses to start
        raise NotStarted("The lines above say why.") from None


def _run_workers(factory: str, workers: int, options: dict[str, Any]) -> None:
    config = uvicorn.Config(factory, factory=True, workers=workers, **options)
    supervisor = Multiprocess(config, sockets=[config.bind_socket()])
    supervisor.run()
    if any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes):
        raise NotStarted("The lines above say why.")


@contextmanager
def subprocess(settings: Settings, place: Place) -> Iterator[str]:
    """The service in a process of its own on a free port; its URL once it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    environment = {**os.environ, "CLIENTELA_ACCESS_LOG": "false", "CLIENTELA_LOG_LEVEL": "WARNING"}
    child = processes.Popen(command, env=environment)  # noqa: S603
    try:
        _wait(url, child)
        yield url
    finally:
        child.send_signal(signal.SIGTERM)
        with suppress(processes.TimeoutExpired):
            child.wait(_DRAIN_SECONDS + 5)
        child.kill()


def _wait(url: str, child: "processes.Popen[bytes]") -> None:
    until = time.monotonic() + _READY_SECONDS
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy knows our own machine
    while time.monotonic() < until and child.poll() is None:
        try:
            with direct.open(f"{url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NotStarted("Its last lines above say why.")


def refuse_taken(host: str, port: int) -> None:
    """PortTaken where nothing can listen, before anything else is begun."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise PortTaken(f"{host}:{port} cannot be used ({error.strerror}). Choose another with --port.") from None

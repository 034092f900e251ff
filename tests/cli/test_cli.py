"""Every command that ends by itself: what it prints for people and for programs, and how it refuses."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.db import embedded
from tests.cli import commands
from tests.cli.commands import ROOT, Done

IS_ROOT = os.geteuid() == 0
GOOD = "1:" + "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
OTHER = "1:" + "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A="


@pytest.fixture(scope="module")
def run() -> Iterator[commands.Run]:
    """Commands under the good master key, unless they are given another."""
    with commands.quick_runner() as quick:
        yield lambda path, *arguments, **more: quick(path, *arguments, **{"master_key": GOOD, **more})


@pytest.fixture(scope="module")
def home(run: commands.Run) -> Iterator[Path]:
    """A used data directory, whose server runs on so that each command joins it instead of starting one."""
    settings = ["--currency", "brl", "--timezone", "america/sao_paulo", "--country", "br"]
    with commands.data_dir() as path, embedded.start(path):
        made = commands.run(path, "tenant", "create", "sapataria", *settings, "--json", master_key=GOOD)
        assert made.json["name"] == "sapataria"
        yield path


def assert_refused(done: Done, *words: str) -> None:
    """Exit code 1, nothing on standard output, one line that says what is wrong and no traceback."""
    assert done.code == 1, done
    assert done.out == ""
    assert done.err.startswith("clientela: ")
    assert done.err.count("\n") == 1, done.err
    for word in words:
        assert word in done.err, done.err


def test_migrating_is_repeatable_and_says_where_the_schema_is(run: commands.Run, home: Path) -> None:
    assert run(home, "migrate").out.startswith("revision: ")
    assert run(home, "migrate", "--json").json.keys() == {"revision"}


def test_a_tenant_is_created_in_normal_form_and_listed(run: commands.Run, home: Path) -> None:
    made = run(home, "tenant", "create", "Zapatera", "--currency", "EUR", "--timezone", "Europe/Madrid",
               "--strict-sources")  # fmt: skip
    assert made.code == 0, made.err
    assert "name: zapatera\ncurrency: EUR\ntimezone: Europe/Madrid\ncountry: -\nstrict_sources: yes\n" in made.out
    listed = {tenant["name"]: tenant for tenant in run(home, "tenant", "list", "--json").json["data"]}
    assert listed["zapatera"]["strict_sources"] is True
    assert listed["sapataria"]["currency"] == "BRL"
    assert listed["sapataria"]["timezone"] == "America/Sao_Paulo"
    table = run(home, "tenant", "list").out.splitlines()
    assert table[0].split() == ["tenant_id", "name", "currency", "timezone", "country", "strict_sources"]
    assert len(table) == 1 + len(listed)
    assert len({line.index(name) for line, name in zip(table, ["name", "sapataria"], strict=False)}) == 1


def test_a_key_is_shown_once_listed_without_its_secret_and_revoked(run: commands.Run, home: Path) -> None:
    """T16"""
    made = run(home, "key", "create", "--tenant", "sapataria", "--scope", "all", "--json").json
    assert made["key"].startswith(made["prefix"])
    assert {"admin", "pii:read", "segments:read"} <= set(made["scopes"])
    for listed in (run(home, "key", "list", "--tenant", "sapataria", *more) for more in ([], ["--json"])):
        assert listed.code == 0, listed.err
        assert made["api_key_id"] in listed.out
        assert made["key"] not in listed.out
    first = run(home, "key", "revoke", made["api_key_id"], "--tenant", "sapataria", "--json").json
    assert first["revoked_at"] is not None
    again = run(home, "key", "revoke", made["api_key_id"], "--tenant", "sapataria")
    assert again.code == 0
    assert "key: " not in again.out
    kept = {key["api_key_id"]: key for key in run(home, "key", "list", "--tenant", "sapataria", "--json").json["data"]}
    assert kept[made["api_key_id"]] == first


def test_keys_with_some_scopes_with_an_end_and_for_pages(run: commands.Run, home: Path) -> None:
    some = run(home, "key", "create", "--tenant", "sapataria", "--scope", "events:write", "--scope", "events:read",
               "--name", "till", "--rate", "5", "--expires", "2099-01-01T02:00:00+02:00")  # fmt: skip
    assert some.code == 0, some.err
    lines = dict(line.split(": ", 1) for line in some.out.splitlines())
    assert lines["scopes"] == "events:read,events:write"
    assert lines["expires_at"] == "2099-01-01 00:00:00+00:00"
    assert lines["key"].startswith("ck_live_")
    page = run(home, "key", "create", "--tenant", "sapataria", "--scope", "all", "--publishable",
               "--origin", "https://shop.example", "--expires", "2099-01-01", "--json").json  # fmt: skip
    assert page["kind"] == "publishable"
    assert page["scopes"] == ["consents:write", "events:write"]
    assert page["expires_at"] == "2099-01-01T00:00:00+00:00"


def test_a_source_is_created_and_listed(run: commands.Run, home: Path) -> None:
    made = run(home, "source", "create", "Till-1", "--tenant", "sapataria", "--kind", "till", "--json").json
    assert (made["slug"], made["kind"], made["name"]) == ("till-1", "till", "till-1")
    assert "slug: form-1\n" in run(home, "source", "create", "form-1", "--tenant", "sapataria", "--kind", "form").out
    listed = run(home, "source", "list", "--tenant", "sapataria", "--json").json["data"]
    assert {"till-1", "form-1"} <= {source["slug"] for source in listed}
    assert "till-1" in run(home, "source", "list", "--tenant", "sapataria").out
    assert_refused(run(home, "source", "create", "till-1", "--tenant", "sapataria"), "another slug")


def test_an_audience_is_previewed_from_a_file(run: commands.Run, home: Path, tmp_path: Path) -> None:
    rule = tmp_path / "rule.json"
    rule.write_text('{"hold_out": {"seed": "spring", "from": 0, "to": 100}}')
    preview = ("audience", "preview", "--tenant", "sapataria", "--rule", str(rule))
    assert run(home, *preview, "--json").json == {"size": 0, "sample": []}
    assert run(home, *preview).out == "size: 0\nsample: \n"
    rule.write_text('{"trait": {"name": "first_name", "in": ["Maria"]}}')
    assert_refused(run(home, *preview), "sealed")
    rule.write_text("{")
    assert_refused(run(home, *preview), "not JSON")


def test_what_cannot_be_is_refused_in_one_line(run: commands.Run, home: Path) -> None:
    of = ["--tenant", "sapataria"]
    every = ["--scope", "all"]
    expected: list[tuple[list[str], str]] = [
        (["key", "list", "--tenant", "nobody"], "There is no such tenant. List the tenants with `clientela tenant"),
        (["key", "create", *of, "--scope", "nope"], "Scopes are: all, customers:read"),
        (["key", "create", *of, "--scope", "pii:read", "--publishable"], "A publishable key may only have: "),
        (["key", "create", *of, *every, "--expires", "2020-01-01"], "A key expires in the future"),
        (["key", "create", *of, *every, "--origin", "shop"], "--origin"),
        (["key", "revoke", *of, "key_1"], "32 hexadecimal digits"),
        (["key", "revoke", *of, "key_" + "0" * 32], "There is no such API key"),
        (["source", "create", *of, "a", "--kind", "b"], "shop, form"),
        (["predict", "fit", *of], "100 buyers" if find_spec("scipy") else "requirements-predict.lock"),
        (["tenant", "create", "sapataria", "--currency", "BRL", "--timezone", "UTC"], "There is a tenant with this"),
        (["tenant", "create", "x", "--currency", "REAL", "--timezone", "UTC"], "ISO 4217"),
        (["tenant", "create", "x", "--currency", "BRL", "--timezone", "Mars/Olympus"], "IANA time zone"),
    ]
    for arguments, words in expected:
        assert_refused(run(home, *arguments), words)


def test_an_environment_that_does_not_fit_is_refused_in_one_line(run: commands.Run, home: Path) -> None:
    """T11"""
    expected: list[tuple[dict[str, str], str]] = [
        ({"master_key": OTHER}, "differ"),
        ({"master_key": "no base64"}, "base64"),
        ({"master_key_file": "/nowhere/key"}, "not both"),
        ({"pool_size": "many", "log_level": "LOUD"}, "CLIENTELA_LOG_LEVEL: "),
        ({"database_url": "nonsense://user:hunter2"}, "CLIENTELA_DATABASE_URL"),
        ({"database_url": "postgresql://user:hunter2@127.0.0.1:1/x"}, "CLIENTELA_DATABASE_URL"),
        ({"database_url": "postgresql://user:hunter2@nowhere.invalid/x"}, "CLIENTELA_DATABASE_URL"),
        ({"database_url": "postgresql://user:hunter2@127.0.0.1:port/x"}, "CLIENTELA_DATABASE_URL"),
    ]
    for more, words in expected:
        done = run(home, "tenant", "list", **more)
        assert_refused(done, words)
        assert "hunter2" not in done.err
        assert not any(value in done.err for value in more.values())


def test_a_data_directory_that_is_none_or_closed_is_refused_in_one_line(
    run: commands.Run, home: Path, tmp_path: Path
) -> None:
    file = home / "file"
    file.write_text("")
    closed = home / "closed"
    closed.mkdir(mode=0o700 if IS_ROOT else 0o000)
    # Closed to root's PostgreSQL, which runs as another user; or to ourselves.
    for path, where in ((file, file), (file / "below", file), (closed / "data", closed)):
        assert_refused(run(path, "tenant", "list"), str(where), "CLIENTELA_DATA_DIR")
    if IS_ROOT:
        stranger = run(closed / "data", "tenant", "list", user=pwd.getpwnam("nobody").pw_uid)
        assert_refused(stranger, str(closed), "CLIENTELA_DATA_DIR")
    closed.chmod(0o700)


def test_a_taken_port_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = commands.run(tmp_path / "data", "serve", "--port", port)
    assert_refused(refused, port, "--port")
    assert not (tmp_path / "data").exists()


def test_wrong_use_is_explained_with_exit_code_2(run: commands.Run, tmp_path: Path) -> None:
    for arguments in (["nothing"], ["tenant", "create"], ["serve", "--port", "70000"], ["demo", "--orders", "nowhere"]):
        done = run(tmp_path / "data", *arguments)
        assert done.code == 2, done
        assert "Traceback" not in done.err
        assert done.out == ""
    assert not (tmp_path / "data").exists()


def test_what_needs_no_database_starts_none(run: commands.Run, tmp_path: Path) -> None:
    path = tmp_path / "data"
    first, second = (run(path, "keys", "generate", "--json").json["master_key"] for _ in range(2))
    assert first != second
    assert first.startswith("1:")
    assert run(path, "keys", "generate").out.startswith("master_key: 1:")
    assert run(path, "openapi").out == (ROOT / "openapi" / "openapi.json").read_text()
    assert_refused(run(path, "openapi", pool_size="0"), "CLIENTELA_POOL_SIZE")
    assert not path.exists()


def test_every_command_that_prints_knows_json() -> None:
    for words in ("migrate", "tenant create", "tenant list", "key create", "key list", "key revoke", "source create",
                  "source list", "keys generate", "openapi", "demo"):  # fmt: skip
        assert knows_json(words), words


def knows_json(words: str) -> bool:
    """By the parser, because a process for each would take long."""
    import typer.main

    from app.cli import app

    found = typer.main.get_command(app)
    for word in words.split():
        found = found.commands[word]  # type: ignore[attr-defined]
    return any("--json" in parameter.opts for parameter in found.params)


def test_dev_passes_the_command_on(home: Path) -> None:
    """What the README says, from another directory and with the exit code kept."""
    environment = commands.environment(home, master_key=GOOD)
    done = subprocess.run(
        [str(ROOT / "dev"), "clientela", "key", "list", "--tenant", "nobody"],
        cwd="/", env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert_refused(Done(done.returncode, done.stdout, done.stderr), "no such tenant")


def test_segments_are_drawn_and_told_for_programs(run: commands.Run, home: Path) -> None:
    drawn = run(home, "rfm", "--tenant", "sapataria", "--as-of", "2026-01-31", "--window", "90")
    assert drawn.code == 0, drawn.err
    assert "Customers by recency (R) and frequency (F)" in drawn.out
    assert "R5" in drawn.out
    assert "champions" in drawn.out
    assert "0 buyers" in drawn.out
    small = run(home, "rfm", "--tenant", "sapataria", "--preset", "pymc4")
    assert "R4" in small.out
    assert "R5" not in small.out
    found = run(home, "rfm", "--tenant", "sapataria", "--preset", "rf25", "--window", "90", "--json").json
    assert (found["map"]["id"], found["window_days"], found["population"]) == ("rf25", 90, 0)
    assert len(found["matrix"]) == 25


def test_segments_of_what_cannot_be_are_refused_in_one_line(run: commands.Run, home: Path) -> None:
    for wrong, word in (
        (["--as-of", "2999-01-01"], "future"),
        (["--as-of", "soon"], "date"),
        (["--preset", "best"], "rfm125"),
    ):
        assert_refused(run(home, "rfm", "--tenant", "sapataria", *wrong), word)
    assert_refused(run(home, "rfm", "--tenant", "nobody"), "tenant")
    assert run(home, "rfm", "--tenant", "sapataria", "--window", "0").code == 2

"""One service a process for all pages, with a database of its own and a tenant a page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import commands
from tests.cli.commands import Run


@dataclass(frozen=True, slots=True)
class Desk:
    """A running service, its data directory, and the way to its command line."""

    home: Path
    url: str
    quick_run: Run

    def open_tenant(self, name: str) -> str:
        """A new tenant, in Brazil; a key for everything of it."""
        place = ["--currency", "BRL", "--timezone", "America/Sao_Paulo", "--country", "BR"]
        made = self.quick_run(self.home, "tenant", "create", name, *place)
        assert made.code == 0, made.err
        key = self.quick_run(self.home, "key", "create", "--tenant", name, "--scope", "all", "--json").json["key"]
        assert isinstance(key, str)
        return key


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    with commands.data_dir() as home, commands.serve(home) as service, commands.quick_runner() as quick_run:
        yield Desk(home, service.url, quick_run)

"""The service as a process of its own, as the SDKs meet it: with a worker, and receivers of webhooks on loopback."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli import commands
from tests.sdks import typescript_sdk


@dataclass(frozen=True, slots=True)
class Served:
    """Where the service listens, a key for everything, and one that may ask once a second, twice in a burst."""

    home: Path
    url: str
    key: str
    slow_key: str

    def new_shop(self, name: str) -> "Served":
        """The same service with a tenant of its own, who knows nobody yet."""
        settings = ["--currency", "BRL", "--timezone", "America/Sao_Paulo", "--country", "BR"]
        assert commands.run(self.home, "tenant", "create", name, *settings).code == 0
        keys = [
            commands.run(
                self.home, "key", "create", "--tenant", name, "--scope", "all", "--rate", rate, "--json"
            ).json["key"]
            for rate in ("100000", "1")
        ]  # fmt: skip
        return Served(self.home, self.url, *keys)

    @property
    def environment(self) -> dict[str, str]:
        """As the quickstarts of the SDKs read it."""
        return {"CLIENTELA_URL": self.url, "CLIENTELA_KEY": self.key}


@pytest.fixture(scope="session")
def service() -> Iterator[Served]:
    settings = {"allow_private_receivers": "true", "requests_per_second": "100000", "access_log": "false"}
    with commands.data_dir() as home, commands.serve(home, **settings) as running:
        yield Served(home, running.url, "", "")


@pytest.fixture(scope="session")
def shop(service: Served) -> Served:
    """One tenant for the tests of this process, who keep to identifiers of their own."""
    return service.new_shop("sapataria")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript SDK, built."""
    folder = tmp_path_factory.mktemp("typescript")
    typescript_sdk.build(folder)
    return folder

"""Every environment variable, typed and frozen. Read by `main` and `cli` only; values are passed down."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """`CLIENTELA_<NAME>`; the documentation lists them by these descriptions."""

    model_config = SettingsConfigDict(env_prefix="CLIENTELA_", frozen=True, extra="ignore", hide_input_in_errors=True)

    env: Literal["development", "production"] = Field(
        "development", description="`production`: no master key is made up, no documentation, an end that drains."
    )
    data_dir: Path = Field(Path("data"), description="Where the embedded PostgreSQL and the first master key lie.")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL 16 or newer, instead of the embedded one: postgresql://user:password@host/name."
    )
    migration_database_url: SecretStr | None = Field(
        None, description="The owner's login, for migrations, if the service has one of its own."
    )
    master_key: SecretStr | None = Field(None, description="The master key, as `clientela keys generate` prints it.")
    master_key_file: Path | None = Field(None, description="A file with it. One of the two, not both.")
    pool_size: int = Field(16, ge=1, le=200, description="Connections to PostgreSQL, in each process.")
    requests_per_second: int = Field(
        1000, ge=1, description="Rate limit of keys that have none of their own, in each process."
    )
    worker: bool = Field(True, description="Do the background work inside `serve`.")
    drain_seconds: float | None = Field(
        None, ge=0, le=300, description="Seconds of serving after SIGTERM, not ready any more: 5 in production, else 0."
    )
    telemetry: bool = Field(False, description="FastAPI's own OpenTelemetry, where its providers are set up.")
    docs: bool | None = Field(
        None, description="Serve the documentation: true, but false in production, where true asks for an admin's key."
    )
    docs_dir: Path | None = Field(
        None, description="Where the built site lies; `build/docs` beside the code, where `./dev docs` builds it."
    )
    access_log: bool = Field(True, description="A line a request, without personal data.")
    allow_private_receivers: bool = Field(
        False, description="Webhooks and shops may be at private addresses, other ports and http: for development."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="From which level on.")

    @property
    def serves_docs(self) -> bool:
        """The documentation is off in production unless it is switched on."""
        return self.docs if self.docs is not None else self.env != "production"

    @property
    def site(self) -> Path:
        return self.docs_dir or _ROOT / "build" / "docs"

    @property
    def locks_docs(self) -> bool:
        """In production it is for who has an admin's key."""
        return self.env == "production"

    @property
    def drains_for(self) -> float:
        """Seconds of serving after SIGTERM: in production there is somebody to notice, and another replica."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        return 5.0 if self.env == "production" else 0.0

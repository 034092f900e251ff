"""Every environment variable, typed and frozen. Read by `main` and `cli` only; values are passed down."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """`CLIENTELA_<NAME>`; the README says what each means."""

    model_config = SettingsConfigDict(env_prefix="CLIENTELA_", frozen=True, extra="ignore", hide_input_in_errors=True)

    env: Literal["development", "production"] = "development"
    data_dir: Path = Path("data")
    database_url: SecretStr | None = None
    migration_database_url: SecretStr | None = None
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    pool_size: int = Field(16, ge=1, le=200)
    requests_per_second: int = Field(1000, ge=1)
    worker: bool = True
    drain_seconds: float | None = Field(None, ge=0, le=300)
    telemetry: bool = False
    docs: bool | None = None
    access_log: bool = True
    allow_private_receivers: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def serves_docs(self) -> bool:
        """The API reference is off in production unless it is switched on."""
        return self.docs if self.docs is not None else self.env != "production"

    @property
    def drains_for(self) -> float:
        """Seconds of serving after SIGTERM: in production there is somebody to notice, and another replica."""
        if self.drain_seconds is not None:
            return self.drain_seconds
        return 5.0 if self.env == "production" else 0.0

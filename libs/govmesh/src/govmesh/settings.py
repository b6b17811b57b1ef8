"""What an installation may choose: from the environment (``GOVMESH_…``) or ``govmesh.toml``, typed."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

DEFAULT_PORTS = {"console": 8686, "grid": 8701, "dispatch": 8702, "petition": 8703, "points": 8704}


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="GOVMESH_", toml_file="govmesh.toml", extra="ignore")

    home: Path = Field(default=Path(".govmesh"), description="where the embedded profile keeps its files")
    url: str = Field(default="http://127.0.0.1:8686", description="where a running mesh answers")
    pack: str = "tongcheng"
    notices: Path | None = Field(
        default=None, description="CSV year,name,holidays,makeup of notices that came out after the pack"
    )
    profile: Literal["embedded", "cluster"] = "embedded"
    rpc: bool = Field(default=False, description="answer questions by nameko RPC too; cluster profile only")
    amqp_url: str = "amqp://guest:guest@127.0.0.1:5672/"
    database_url: str = "postgresql://postgres@127.0.0.1:5432/postgres"
    schema_prefix: str = Field(default="", description="put before each service's schema name")
    host: str = "127.0.0.1"
    ports: dict[str, int] = Field(default_factory=lambda: dict(DEFAULT_PORTS))
    upstreams: dict[str, str] = Field(default_factory=dict, description="service → URL, for the edge of a cluster")
    vault_key: SecretStr | None = Field(
        default=None, description="base64 of 32 bytes; the embedded profile makes its own in home"
    )
    cipher: Literal["aes-gcm", "sm4-gcm"] = "aes-gcm"
    signing: Literal["auto", "on", "off"] = Field(
        default="auto", description="whether messages to departments are signed; auto: where there is a key"
    )
    signing_key: SecretStr | None = Field(default=None, description="base64 of an Ed25519 private key's 32 bytes; or")
    signing_key_file: Path | None = Field(
        default=None, description="a PEM file that holds one; the embedded profile makes its own in home"
    )
    batch: int = Field(default=200, ge=1, le=1000)
    linger_ms: int = Field(default=20, ge=0, le=1000)
    prefetch: int = Field(default=400, ge=1)
    otlp_endpoint: str | None = None
    log_format: Literal["console", "json"] = "console"
    log_level: str = "info"
    evidence: Path | None = Field(
        default=None,
        description="folder where evidence is kept, shared by all processes; the embedded profile's own: home",
    )
    evidence_most_bytes: int = Field(default=10 * 1024 * 1024, ge=1, le=32 * 1024 * 1024)
    evidence_types: tuple[Literal["image/jpeg", "image/png"], ...] = ("image/jpeg", "image/png")
    spool: Path | None = Field(default=None, description="folder of notices for other programs to send; home/spool")
    crash: str | None = Field(default=None, description="service:point:type,…, for fault tests: kill -9 there")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

"""What the operator of the service decides, read from `MILEPOST_…` variables once, by whoever builds the app."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_LENGTH = 32
"""Characters below which a key could be guessed."""


class Settings(BaseSettings):
    """Settings of one process. Everything has a default with which the service works on one machine."""

    model_config = SettingsConfigDict(env_prefix="MILEPOST_", env_nested_delimiter="__", extra="forbid")

    database_url: str = Field(
        default="sqlite:///milepost.db",
        description="Where the records are: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    public_url: str | None = Field(
        default=None,
        description="The address at which customers and providers reach this service, such as https://t.example.com. "
        "Without it texts that leave carry no links, and receipts and replies are polled.",
    )
    notifiers: dict[str, dict[str, Any]] = Field(
        default_factory=dict,
        description="The notifiers in use: `MILEPOST_NOTIFIERS__TWILIO__ACCOUNT_SID=…`. See adding-a-notifier.md.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="The key from which link tokens are derived, at least 32 characters. Made on the first start and "
        "kept in the database where it is not set.",
    )
    host: str = Field(default="127.0.0.1", description="The address on which `milepost serve` listens.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port on which `milepost serve` listens.")
    senders: int = Field(default=8, ge=1, le=200, description="How many messages are handed over at the same time.")
    quarantine_seconds: float = Field(
        default=120.0,
        ge=1.0,
        le=3600.0,
        description="How long after a call whose end is not known the provider's list is asked for it.",
    )
    drain_per_minute: int = Field(
        default=600,
        ge=1,
        le=100_000,
        description="How many messages that waited leave in a minute after a pause or an outage.",
    )
    max_body_bytes: int = Field(default=5_000_000, ge=1_000, description="The largest request body that is read.")
    rate_per_minute: int = Field(
        default=60_000, ge=1, description="How many calls one API key may make in a minute before it is told to wait."
    )
    pause_file: str = Field(
        default="milepost.pause",
        description="While this file exists nothing is handed over, even with the database down.",
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")
    log_json: bool = Field(default=False, description="Log lines as JSON in place of plain text.")

    @property
    def local_url(self) -> str:
        """Where this machine itself reaches `milepost serve`."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", ""} else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @field_validator("public_url")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value is None or value == "":
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// (or http:// on one machine)")
        return value.rstrip("/")

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"must have at least {SECRET_LENGTH} characters; leave it out and one is made")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be debug, info, warning or error")
        return value.lower()

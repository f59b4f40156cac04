"""What an operator may set, each from an environment variable with the prefix SMEZHNIK_."""

import os
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.vocabulary import Language

PREFIX = "SMEZHNIK_"


class SettingsInvalid(ValueError):
    """The environment holds a setting that cannot be used; the text says which and why."""


class Settings(BaseSettings):
    """All settings, with the defaults of an embedded installation."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: str = Field(
        default="sqlite:///smezhnik.db",
        description="SQLAlchemy URL: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME.",
    )
    database_pool_size: Annotated[int, Field(ge=10, le=200)] = Field(
        default=20,
        description="Connections of one process; workers × this must stay under PostgreSQL's limit.",
    )
    admin_key: SecretStr | None = Field(
        default=None,
        description="The first administrator's key; `smezhnik keys` makes the others.",
    )
    test_keys: bool = Field(
        default=False,
        description="A trial installation: its keys begin with smz_test_, and smz_live_ ones are refused.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(default=8000, description="Port to listen on.")
    workers: Annotated[int, Field(ge=1, le=64)] = Field(default=1, description="Number of worker processes.")
    encoder: bool = Field(
        default=True, description="Compare meanings, also across languages; off, only words and codes."
    )
    public_url: str = Field(
        default="",
        description="Where the world reaches the service, as https://partners.example; used in links.",
    )
    site_contact: str = Field(
        default="",
        description="Who runs the service and how to write to them; stands on the pages of rules and data.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("*",), description="Host names the service answers to, separated by commas."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Origins of pages that may read the API in a browser besides those of keys, by commas.",
    )
    max_body_bytes: Annotated[int, Field(ge=1_000, le=100_000_000)] = Field(
        default=1_000_000, description="Largest body of a request, in bytes."
    )
    answer_cache_bytes: Annotated[int, Field(ge=0, le=10_000_000_000)] = Field(
        default=64_000_000,
        description="Memory of each worker for answers that are given again until a change; 0 is none.",
    )
    language: Language = Field(
        default=Language.RU, description="Language where a caller names none: ru or en."
    )
    review_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=5,
        description="Calendar days a centre has to review a member's statement; 0 turns review off.",
    )
    expiry_warning_days: Annotated[int, Field(ge=0, le=365)] = Field(
        default=14,
        description="Calendar days before its end that the owner of a statement is warned; 0 for never.",
    )
    rebuild_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.1,
        description="Share of changed statements at which the index is built anew in the background.",
    )
    rate_per_key: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=600, description="Requests a minute with one key; 0 for no limit."
    )
    rate_per_address: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=300, description="Requests a minute without a key, from one address; 0 for no limit."
    )
    rate_failed_keys: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=20, description="Wrong keys a minute from one address; 0 for no limit."
    )
    rate_store: str = Field(
        default="memory://",
        description="Where requests are counted: memory:// in each process, redis://HOST:PORT over all.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Proxies whose X-Forwarded-For is believed, as addresses or networks, by commas.",
    )
    feedback_hide_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=90,
        description="Days a partner called not useful is not suggested to whoever said so; 0 hides nobody.",
    )
    introduction_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=14, description="Days a partner has to answer an interest; the reminder comes at 3/4 of them."
    )
    introduction_open: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=30, description="Interests of one organisation that may wait for an answer at a time."
    )
    introduction_daily: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=10, description="Interests one organisation may send in a day."
    )
    declined_days: Annotated[int, Field(ge=0, le=3_650)] = Field(
        default=180, description="Days for which two organisations are not suggested after one declined."
    )
    digest_weekday: Annotated[int, Field(ge=0, le=7)] = Field(
        default=0,
        description="Day of the digest of the week, 1 Monday to 7 Sunday; 0 for no digests.",
    )
    digest_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=9, description="Hour in Moscow from which digests go out on that day."
    )
    record_shown_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        default=0,
        description="Days to keep what members and centres were shown, for evaluation; 0 records nothing.",
    )
    worker_threads: Annotated[int, Field(ge=1, le=64)] = Field(
        default=4, description="How many messages `smezhnik worker` delivers at the same time."
    )
    webhook_ports: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(443, 8443), description="Ports that webhooks may go to, separated by commas."
    )
    webhook_http: bool = Field(
        default=False, description="Let webhooks go over http too, without encryption."
    )
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Private networks that webhooks may reach, as 10.20.0.0/16, separated by commas.",
    )
    mail_host: str | None = Field(
        default=None, description="Server that takes letters; without one they are laid into the mail folder."
    )
    mail_port: Annotated[int, Field(ge=1, le=65535)] = Field(default=587, description="Its port.")
    mail_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the connection to it is encrypted."
    )
    mail_username: str | None = Field(default=None, description="Name to log in there; none logs in nowhere.")
    mail_password: SecretStr | None = Field(default=None, description="Password to log in there.")
    mail_from: str = Field(
        default="smezhnik@localhost", description="Address that letters come from, without a name."
    )
    mail_folder: str = Field(
        default="mail", description="Folder that letters are laid into as .eml where there is no server."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged, to standard error, as JSON."
    )

    @field_validator(
        "allowed_hosts", "cors_origins", "trusted_proxies", "webhook_ports", "webhook_networks", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        for short in ("postgres://", "postgresql://"):
            if value.startswith(short):
                return "postgresql+psycopg://" + value.removeprefix(short)
        if value in ("sqlite://", "sqlite:///") or ":memory:" in value:
            raise ValueError("an in-memory SQLite database cannot be shared; name a file: sqlite:///FILE")
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            kind = value.partition(":")[0]
            raise ValueError(f"“{kind}” is not supported; use sqlite:///FILE or postgresql+psycopg://…")
        return value

    @field_validator("rate_store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value != "memory://" and not value.startswith(("redis://", "rediss://", "redis+unix://")):
            raise ValueError("use memory:// for one process, or redis://HOST:PORT for many")
        return value

    @field_validator("webhook_networks", "trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network)
        return value

    @field_validator("admin_key")
    @classmethod
    def _sendable(cls, value: SecretStr | None) -> SecretStr | None:
        key = value.get_secret_value() if value else ""
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ValueError("must be of Latin letters, digits and signs, without spaces")
        return value if key else None

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsInvalid with a line for each wrong or unknown one."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    unknown = [name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known]
    wrong = [f"{name}: no such setting; known are {', '.join(sorted(known))}" for name in unknown]
    try:
        settings = Settings()
    except ValidationError as error:
        wrong += [
            f"{PREFIX}{str(details['loc'][0]).upper()}: {details['msg']}"
            for details in error.errors(include_url=False, include_input=False)
        ]
    if wrong:
        raise SettingsInvalid("\n".join(wrong))
    return settings

"""Every setting, read from the environment and ``.env``. Nothing else in Tagshot reads the environment."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import ByteSize, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import SettingsError

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")


def looks_like_token(token: str) -> bool:
    """Whether a text could be a bot's token; it becomes part of an address, so nothing else may be in it."""
    return _TOKEN.fullmatch(token) is not None


class Settings(BaseSettings):
    """The settings; ``.env.example`` shows each with its default and a line of meaning (a test compares them)."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, and ``.env`` where there is one: to ask a source for each setting takes its time."""
        has_file = isinstance(dotenv_settings, DotEnvSettingsSource) and dotenv_settings.env_vars
        return init_settings, env_settings, *((dotenv_settings,) if has_file else ())

    telegram_bot_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather. Empty: there is only the local chat."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org",
        description="Where the Bot API answers; change it for a local Bot API server.",
    )
    telegram_proxy: str | None = Field(
        None, description="A proxy for reaching Telegram, http://… or socks5://…"
    )
    telegram_webhook_url: str | None = Field(
        None,
        description=(
            "The public https address that Telegram delivers messages to, on port 443, 80, 88 or 8443. "
            "Empty: the bot fetches them."
        ),
    )
    telegram_webhook_address: str = Field(
        "127.0.0.1:8443",
        description="Where the bot listens for these deliveries, host:port; a web server with TLS passes them on.",
    )
    allowed_chats: Annotated[tuple[int, ...], NoDecode] = Field(
        (),
        description=(
            "Who may use the bot: ids of persons and groups, comma-separated. "
            "Empty: the start-up log has a link, and whoever opens it first owns the bot."
        ),
    )
    data_dir: Path = Field(Path("data"), description="The folder for everything that is kept.")
    database_url: str | None = Field(
        None, description="The database. Empty: the SQLite file tagshot.db in DATA_DIR."
    )
    artifacts_url: str | None = Field(
        None,
        description=(
            "Where screenshots and PDFs are kept: a folder, s3://bucket/…, gs://bucket/… or az://container/… "
            "Empty: the folder artifacts in DATA_DIR."
        ),
    )
    spare_mb: int = Field(
        200,
        ge=0,
        description=(
            "Captures wait while less than this is free on the disk of the artifacts, in MB, "
            "so that links can still be saved."
        ),
    )
    backup_url: str | None = Field(
        None,
        description="Where a backup is made every night: a folder, s3://…, gs://… or az://… Empty: nowhere.",
    )
    backup_keep: int = Field(
        14,
        ge=1,
        le=1000,
        description=(
            "How many days' and weeks' newest backups are kept; those of the last two days are kept in any case."
        ),
    )
    chromium_path: Path | None = Field(
        None, description="The browser to use. Empty: the first that is found."
    )
    chromium_sandbox: Literal["auto", "on", "off"] = Field(
        "auto", description="Chromium's own sandbox: auto (on where the host allows it), on or off."
    )
    capture_workers: int = Field(2, ge=1, le=16, description="How many pages are captured at the same time.")
    capture_timeout_seconds: float = Field(
        90, ge=5, le=900, description="The longest that one capture may take, in seconds."
    )
    host_delay_seconds: float = Field(
        1,
        ge=0,
        le=60,
        description="How long a host is left alone after a capture, in seconds; it never has two at the same time.",
    )
    max_queued_per_chat: int = Field(
        5000,
        ge=0,
        description="How many pages of one chat may wait; further links are kept without a copy. 0: any number.",
    )
    max_bytes_per_chat: ByteSize = Field(
        ByteSize(0),
        description="How much one chat may keep, like 20GB; further links are kept without a copy. 0: any amount.",
    )
    egress_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description=(
            "Private places that pages may be captured from all the same: host, host:port, address or "
            "network (10.1.0.0/16), comma-separated."
        ),
    )
    egress_proxy: str | None = Field(
        None, description="A proxy that the captured pages are fetched through, http://host:port."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How it is logged: text, or json with one object a line."
    )
    health_address: str | None = Field(
        None,
        description="Where /healthz and /metrics (Prometheus) are served, host:port. Empty: nowhere.",
    )

    @field_validator("telegram_bot_token", mode="before")
    @classmethod
    def _without_blanks(cls, value: object) -> object:
        return value.strip() or None if isinstance(value, str) else value

    @field_validator("telegram_api_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        return _shaped(value, r"https?://[^\s/?#]+(/[^\s?#]*)?", "http://host:port or https://host").rstrip(
            "/"
        )

    @field_validator("telegram_proxy")
    @classmethod
    def _is_proxy(cls, value: str | None) -> str | None:
        shape = r"(https?|socks5h?)://[^\s/?#]+/?"
        return value and _shaped(value, shape, "http://host:port or socks5://host:port")

    @field_validator("telegram_webhook_url")
    @classmethod
    def _is_public(cls, value: str | None) -> str | None:
        shape = "https://host/path"
        try:
            _port = urlsplit(value or "").port
        except ValueError:  # of a port that there is not, or half an IPv6 address
            raise ValueError(f"write it as {shape}") from None
        return value and _shaped(value, r"https?://[^\s/?#@]+(/[^\s#]*)?", shape)

    @field_validator("telegram_webhook_address", "health_address")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        return value and _shaped(
            value, r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+):[0-9]{1,5}", "host:port, like 127.0.0.1:8443"
        )

    @field_validator("egress_allow", mode="before")
    @classmethod
    def _hosts(cls, value: object) -> object:
        return _parts(value) if isinstance(value, str) else value

    @field_validator("allowed_chats", mode="before")
    @classmethod
    def _ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = _parts(value)
        if not all(re.fullmatch(r"-?[0-9]{1,18}", each) for each in ids):
            raise ValueError("an id is a number, like 4711 for a person or -1001234567890 for a group")
        return ids

    @field_validator("data_dir", "chromium_path")
    @classmethod
    def _with_home(cls, value: Path | None) -> Path | None:
        """``~`` is a matter of the shell, which never sees ``.env``."""
        return value and value.expanduser()

    @field_validator("chromium_sandbox", "log_level", "log_format", mode="before")
    @classmethod
    def _in_its_case(cls, value: object, field: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        return value.upper() if field.field_name == "log_level" else value.lower()

    @property
    def database(self) -> str:
        """The database's URL with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'tagshot.db'}"

    @property
    def artifacts(self) -> str:
        """The place of the artifacts with the default filled in."""
        return self.artifacts_url or str(self.data_dir.absolute() / "artifacts")


def read_settings() -> Settings:
    """Read the settings, and take the token out of the environment so that no child process inherits it.

    Raises ``SettingsError`` with a sentence that names the setting.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except (OSError, UnicodeError) as error:
        raise SettingsError(f"The file .env can't be read: {error}.") from None
    for name in [name for name in os.environ if name.upper() == "TELEGRAM_BOT_TOKEN"]:
        del os.environ[name]
    return settings


def _parts(value: str) -> list[str]:
    """``a, b`` taken apart; an empty part is none."""
    return [part for part in re.split(r"[,，\s]+", value) if part]


def _shaped(value: str, pattern: str, shape: str) -> str:
    """The value, if it has that shape; it may hold a password, so no error repeats it."""
    if not re.fullmatch(pattern, value):
        raise ValueError(f"write it as {shape}")
    return value


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong, without the value: it may be a secret."""
    problem = error.errors(include_url=False, include_input=False)[0]
    own_words = problem.get("ctx", {}).get("error")
    reason = own_words or problem["msg"].partition(", unable")[0].replace("Input should", "it should")
    return f"{str(problem['loc'][0]).upper()} can't be used: {reason}. See .env.example for what it takes."


def terminal_language() -> str:
    """The language that this terminal is set to, like ``zh_CN``; English where it is none that anybody speaks."""
    given = next((value for name in _LOCALES if (value := os.environ.get(name))), "")
    code = re.split("[.@]", given, maxsplit=1)[0]
    return "en" if code in {"", "C", "POSIX"} else code

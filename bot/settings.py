"""Every setting, read from the environment and ``.env``. Nothing else in Tagshot reads the environment."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError


class Settings(BaseSettings):
    """The settings; ``.env.example`` shows each with its default and a line of meaning (a test compares them)."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

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

    @field_validator("allowed_chats", "egress_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Take ``a, b`` apart; an empty part is none."""
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

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
        problem = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in problem["loc"][:1]).upper()
        raise SettingsError(
            f"The setting {name} can't be used: {problem['msg']}. See .env.example for what it takes."
        ) from None
    os.environ.pop("TELEGRAM_BOT_TOKEN", None)
    return settings

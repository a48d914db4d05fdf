"""What the settings make of the environment and of .env, and what they say when a value can't be used."""

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.errors import SettingsError
from bot.settings import Settings, read_settings

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
HEAD = """\
# The settings of Tagshot. Copy this file to .env, fill in what you need, and take the # away from what you change.
# What is set in the environment counts more than what stands in .env.
"""


def example() -> str:
    """What .env.example is to hold: settings without a default are left to be filled in."""
    parts = [HEAD]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else str(field.default)
        hidden = "# " if default else ""
        parts.append(f"# {field.description}\n{hidden}{name.upper()}={default}\n")
    return "\n".join(parts)


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment without settings, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def _set(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_the_example_shows_every_setting_with_its_default_and_its_meaning() -> None:
    shown = Path(__file__).parent.with_name(".env.example").read_text(encoding="utf-8")
    assert shown == example()
    assert all("\n" not in (field.description or "\n") for field in Settings.model_fields.values())


def test_a_copy_of_the_example_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(example(), encoding="utf-8")
    assert read_settings() == Settings(_env_file=None)


def test_the_defaults_in_the_example_are_values_that_can_be_used(tmp_path: Path) -> None:
    told = example().removeprefix(HEAD).replace("\n# ", "\n")
    lines = [line for line in told.splitlines() if line.partition("=")[0].isupper()]
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    assert len(lines) == len(Settings.model_fields)
    assert read_settings() == Settings(_env_file=None)


def test_the_environment_counts_more_than_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("\ufeffLOG_LEVEL=ERROR\nCAPTURE_WORKERS=3\nUNKNOWN=1\n", encoding="utf-8")
    _set(monkeypatch, CAPTURE_WORKERS="4", TELEGRAM_BOT_TOKEN="", TELEGRAM_PROXY="")
    settings = read_settings()
    assert (settings.capture_workers, settings.log_level) == (4, "ERROR")
    assert settings.telegram_bot_token is None
    assert settings.telegram_proxy is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ALLOWED_CHATS", "4711, -1001234567890", (4711, -1001234567890)),
        ("ALLOWED_CHATS", " 1,,2\t3，4, ", (1, 2, 3, 4)),
        ("ALLOWED_CHATS", " , ", ()),
        ("EGRESS_ALLOW", "wiki.lan, nas.lan:8080 ,10.1.0.0/16", ("wiki.lan", "nas.lan:8080", "10.1.0.0/16")),
        ("LOG_LEVEL", "debug", "DEBUG"),
        ("LOG_FORMAT", "JSON", "json"),
        ("HEALTH_ADDRESS", "127.0.0.1:9090", "127.0.0.1:9090"),
        ("CHROMIUM_SANDBOX", "Off", "off"),
        ("CAPTURE_WORKERS", " 3 ", 3),
        ("DATA_DIR", "~/kept", Path.home() / "kept"),
        ("TELEGRAM_API_URL", "http://localhost:8081/", "http://localhost:8081"),
        ("TELEGRAM_PROXY", "socks5://user:word@localhost:1080", "socks5://user:word@localhost:1080"),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org:8443/hook", "https://bot.example.org:8443/hook"),
        ("TELEGRAM_WEBHOOK_ADDRESS", "[::1]:80", "[::1]:80"),
        ("TELEGRAM_BOT_TOKEN", " \t", None),
        ("TELEGRAM_BOT_TOKEN", f" {TOKEN}\n", SecretStr(TOKEN)),
    ],
)
def test_a_value_may_be_written_as_people_write_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: Any
) -> None:
    _set(monkeypatch, **{name: value})
    assert getattr(read_settings(), name.lower()) == expected


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ALLOWED_CHATS", "4711, @ada", "an id is a number, like 4711 for a person"),
        ("ALLOWED_CHATS", "47.11", "an id is a number"),
        ("ALLOWED_CHATS", "4" * 30, "an id is a number"),
        ("CAPTURE_WORKERS", "0", "it should be greater than or equal to 1"),
        ("CAPTURE_WORKERS", "many", "it should be a valid integer."),
        ("CAPTURE_TIMEOUT_SECONDS", "1", "it should be greater than or equal to 5"),
        ("CAPTURE_TIMEOUT_SECONDS", "nan", "it should be"),
        ("CHROMIUM_SANDBOX", "maybe", "it should be 'auto', 'on' or 'off'"),
        ("LOG_LEVEL", "loud", "it should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("TELEGRAM_API_URL", "api.telegram.org", "write it as http://host:port or https://host"),
        ("TELEGRAM_WEBHOOK_URL", "bot.example.org", "write it as https://host/path"),
        ("TELEGRAM_WEBHOOK_URL", "https://bot.example.org:99999/", "write it as https://host/path"),
        ("TELEGRAM_WEBHOOK_URL", "https://[::1/", "write it as https://host/path"),
        ("TELEGRAM_WEBHOOK_URL", "https://ada:secret@bot.example.org/", "write it as https://host/path"),
        ("HEALTH_ADDRESS", ":9090", "write it as host:port, like 127.0.0.1:8443"),
        ("TELEGRAM_WEBHOOK_ADDRESS", "8443", "write it as host:port, like 127.0.0.1:8443"),
        ("TELEGRAM_PROXY", "socks4://secret:word@host", "write it as http://host:port or socks5://host:port"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_setting_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, reason: str
) -> None:
    _set(monkeypatch, **{name: value})
    with pytest.raises(SettingsError) as error:
        read_settings()
    sentence = str(error.value)
    assert sentence.startswith(f"{name} can't be used: {reason}")
    assert sentence.endswith("See .env.example for what it takes.")
    assert "secret" not in sentence
    assert "\n" not in sentence


def test_a_file_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("LOG_LEVEL=INFO".encode("utf-16"))
    with pytest.raises(SettingsError, match=r"^The file \.env can't be read"):
        read_settings()


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "telegram_bot_token"])
def test_the_token_is_gone_from_the_environment_once_it_was_read(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    _set(monkeypatch, **{name: TOKEN})
    settings = read_settings()
    assert settings.telegram_bot_token is not None
    assert settings.telegram_bot_token.get_secret_value() == TOKEN
    assert TOKEN not in os.environ.values()


def test_the_token_in_the_file_stays_for_the_next_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    assert read_settings().telegram_bot_token == read_settings().telegram_bot_token == SecretStr(TOKEN)


def test_settings_never_show_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, TELEGRAM_BOT_TOKEN=TOKEN)
    settings = read_settings()
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


def test_everything_is_kept_in_the_data_folder_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = read_settings()
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/data/tagshot.db"
    assert settings.artifacts == f"{tmp_path}/data/artifacts"
    _set(monkeypatch, DATABASE_URL="postgresql+asyncpg://host/db", ARTIFACTS_URL="s3://bucket/tagshot")
    settings = read_settings()
    assert (settings.database, settings.artifacts) == ("postgresql+asyncpg://host/db", "s3://bucket/tagshot")

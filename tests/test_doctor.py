"""The doctor on a healthy installation, and on ones with a single thing wrong with them."""

import asyncio
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.capture.chromium import launch
from bot.capture.setup.fontcheck import draw_probe
from bot.capture.setup.provision import find_browser
from bot.doctor import CHECKS, examine
from bot.findings import Finding, State, report
from bot.settings import Settings
from bot.wording import Words
from storage.database import Database
from tests.fakes.telegram.double import BotApiDouble

NOBODY_LISTENS = "http://127.0.0.1:9"


def changed(settings: Settings, **values: Any) -> Settings:
    return settings.model_copy(update=values)


async def findings(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding for finding in await examine(settings)}


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests about something else: no browser is started, and no package list is asked what to type."""
    monkeypatch.setattr("bot.doctor.find_browser", lambda _: None)
    monkeypatch.setattr("bot.doctor.browser_advice", lambda _: "Type: this")


async def test_a_healthy_installation_has_nothing_failed(settings: Settings) -> None:
    database = Database(settings.database)
    await database.migrate()
    await database.close()
    found = await findings(settings)
    assert list(found) == ["token", "API", "database", "artifacts", "browser", "fonts", "disk", "privacy"]
    assert [finding for finding in found.values() if finding.has_failed] == []
    assert (found["token"].state, found["database"].state, found["fonts"].state) == (State.OK,) * 3
    assert not list((settings.data_dir / "artifacts").rglob("*/*")), "the probe was left behind"


@pytest.mark.usefixtures("without_browser")
class TestOneThingWrong:
    async def test_no_token_is_a_warning_that_says_where_to_get_one(self, settings: Settings) -> None:
        found = await findings(changed(settings, telegram_bot_token=None))
        assert found["token"].state is State.WARNING
        assert "@BotFather" in found["token"].advice
        assert found["API"].state is State.OK

    async def test_the_place_of_the_backups_is_tried_where_there_is_one(self, settings: Settings) -> None:
        place = settings.data_dir.parent / "backups elsewhere"
        found = await findings(changed(settings, backup_url=str(place)))
        assert found["backup"].state is State.OK
        assert found["backup"].sentence == f"{place} can be written and read; it has no backup yet."
        assert [each for each in place.rglob("*") if each.is_file()] == []

    @pytest.mark.parametrize(
        ("place", "said"),
        [("/proc/nowhere", "could not be written"), ("inside", "holds what is to be backed up")],
    )
    async def test_a_place_where_no_backup_can_be_made_is_a_failure(
        self, settings: Settings, place: str, said: str
    ) -> None:
        url = str(settings.data_dir) if place == "inside" else place
        found = await findings(changed(settings, backup_url=url))
        assert found["backup"].has_failed
        assert said in found["backup"].sentence
        assert "BACKUP_URL" in found["backup"].advice

    async def test_without_a_token_an_unreachable_api_is_a_warning(self, settings: Settings) -> None:
        found = await findings(changed(settings, telegram_bot_token=None, telegram_api_url=NOBODY_LISTENS))
        assert found["API"].state is State.WARNING
        assert NOBODY_LISTENS in found["API"].sentence
        assert "TELEGRAM_PROXY" in found["API"].advice

    async def test_half_a_token_is_told_without_asking_telegram(self, settings: Settings) -> None:
        half = changed(settings, telegram_bot_token=SecretStr("no-number"), telegram_api_url=NOBODY_LISTENS)
        found = await findings(half)
        assert found["token"].has_failed
        assert "API" not in found

    async def test_a_refused_token_is_told_and_never_shown(self, settings: Settings) -> None:
        other = "987654:" + "x" * 35
        found = await findings(changed(settings, telegram_bot_token=SecretStr(other)))
        assert found["token"].sentence == "Telegram refuses the token: Unauthorized."
        assert found["API"].state is State.OK
        assert other not in report(Words(), list(found.values()))

    @pytest.mark.parametrize("url", [NOBODY_LISTENS, "ftp://127.0.0.1", "nonsense"])
    async def test_an_api_out_of_reach_is_told_and_the_token_never_shown(
        self, settings: Settings, url: str
    ) -> None:
        found = await findings(changed(settings, telegram_api_url=url))
        assert found["API"].has_failed
        assert found["API"].sentence.startswith(f"{url} can't be reached")
        assert settings.telegram_bot_token
        assert settings.telegram_bot_token.get_secret_value() not in report(Words(), list(found.values()))

    async def test_a_check_that_breaks_keeps_no_other_from_its_answer(self, settings: Settings) -> None:
        found = await findings(changed(settings, telegram_api_url="http://127.0.0.1:99999"))
        assert found["API"].sentence.startswith("The check broke")
        assert found["artifacts"].state is State.OK

    async def test_something_else_than_the_api_is_told(
        self, settings: Settings, telegram: BotApiDouble
    ) -> None:
        found = await findings(changed(settings, telegram_api_url=f"{telegram.url}/nothing/here"))
        assert found["API"].has_failed

    async def test_an_old_schema_is_a_warning_with_the_command(self, settings: Settings) -> None:
        found = await findings(settings)
        assert found["database"].state is State.WARNING
        assert "tagshot migrate" in found["database"].advice

    async def test_a_database_of_a_newer_program_is_told(self, settings: Settings, migrated: Path) -> None:
        settings.data_dir.mkdir()
        path = settings.data_dir / "tagshot.db"
        shutil.copy(migrated, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        found = await findings(settings)
        assert found["database"].has_failed
        assert "of a newer Tagshot than this one" in found["database"].sentence
        assert not found["database"].advice

    async def test_a_file_that_is_no_database_is_told(self, settings: Settings) -> None:
        settings.data_dir.mkdir()
        (settings.data_dir / "tagshot.db").write_bytes(b"not a database at all" * 100)
        found = await findings(settings)
        assert found["database"].has_failed
        assert "not a database" in found["database"].sentence

    async def test_a_damaged_database_is_told_with_the_way_back(
        self, settings: Settings, migrated: Path
    ) -> None:
        settings.data_dir.mkdir()
        content = bytearray(migrated.read_bytes())
        content[8192:20480] = b"\xff" * (20480 - 8192)
        (settings.data_dir / "tagshot.db").write_bytes(content)
        found = await findings(settings)
        assert found["database"].has_failed
        assert found["database"].sentence.startswith("The database file is damaged")
        assert "tagshot restore" in found["database"].sentence
        assert not found["database"].advice

    async def test_artifacts_that_can_not_be_written_are_told(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        found = await findings(changed(settings, artifacts_url=str(tmp_path / "file" / "artifacts")))
        assert found["artifacts"].has_failed
        assert found["database"].state is State.WARNING, "the other checks went on"

    @pytest.mark.parametrize(
        ("free", "state"), [(10**10, State.OK), (10**9, State.WARNING), (10**8, State.FAILED)]
    )
    async def test_little_space_is_a_warning_and_none_a_failure(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: State
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        assert (await findings(settings))["disk"].state is state

    async def test_a_folder_that_others_may_look_into_is_a_warning(self, settings: Settings) -> None:
        settings.data_dir.mkdir(mode=0o700)
        assert (await findings(settings))["privacy"].state is State.OK
        settings.data_dir.chmod(0o750)
        found = await findings(settings)
        assert found["privacy"].state is State.WARNING
        assert found["privacy"].advice == f"Type: chmod -R go= {settings.data_dir}"

    async def test_no_browser_is_told_with_the_command(self, settings: Settings) -> None:
        found = await findings(settings)
        assert found["browser"].has_failed
        assert found["browser"].sentence == "Type: this"
        assert "fonts" not in found

    async def test_a_check_without_end_is_ended(
        self, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def look(_: Settings) -> list[Finding]:
            await asyncio.Event().wait()
            return []

        monkeypatch.setattr("bot.doctor.CHECK_SECONDS", 0)
        monkeypatch.setattr("bot.doctor.CHECKS", [replace(check, look=look) for check in CHECKS])
        found = await findings(settings)
        assert found
        assert all(finding.sentence.startswith("The check did not end") for finding in found.values())


async def test_a_wrong_chromium_path_is_told(settings: Settings) -> None:
    found = await findings(changed(settings, chromium_path=Path("/nowhere/chrome")))
    assert "CHROMIUM_PATH names /nowhere/chrome" in found["browser"].sentence


def test_a_report_has_a_mark_a_name_and_what_to_do() -> None:
    found = [Finding("disk", State.OK, "Much is free."), Finding("browser", State.FAILED, "None.", "Type: x")]
    assert report(Words(), found).splitlines() == [
        "✓ disk     Much is free.",
        "✗ browser  None.",
        "           Type: x",
    ]
    assert report(Words("zh"), found).splitlines() == [
        "✓ 磁盘    Much is free.",
        "✗ 浏览器  None.",
        "          请输入：x",
    ]


@pytest.fixture
def readable_folder() -> Iterator[Path]:
    """A folder that the browser's unprivileged user can read, as ``tmp_path`` is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def test_a_browser_without_fonts_for_chinese_and_emoji_is_seen_through(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, readable_folder: Path
) -> None:
    config = readable_folder / "fonts.conf"
    shutil.copy(_latin_font(), readable_folder)
    config.write_text(
        f"<fontconfig><dir>{readable_folder}</dir><cachedir>{readable_folder}</cachedir></fontconfig>"
    )
    environment = launch._environment

    def without_fonts(folder: Path, *, is_headed: bool) -> dict[str, str | float | bool]:
        return environment(folder, is_headed=is_headed) | {"FONTCONFIG_FILE": str(config)}

    monkeypatch.setattr(launch, "_environment", without_fonts)
    found = await findings(settings)
    assert found["browser"].state in {State.OK, State.WARNING}
    assert found["fonts"].has_failed
    assert found["fonts"].sentence.startswith("There is no font for Chinese, Japanese and Korean and emoji")


def _latin_font() -> Path:
    """A font that has neither Chinese nor emoji in colour."""
    names = ("NotoSans-Regular.ttf", "DejaVuSans.ttf", "LiberationSans-Regular.ttf")
    return next(path for name in names for path in Path("/usr/share/fonts").rglob(name))


async def test_boxes_are_not_taken_for_characters(settings: Settings) -> None:
    browser = find_browser(settings.chromium_path)
    assert browser
    drawn = await draw_probe(browser.path, "auto", chinese="\U0003fff0\U0003fff1\U0003fff2", emoji="☃")
    assert (drawn.has_chinese, drawn.has_emoji, drawn.has_pdf_text) == (False, False, False)

"""Backups as they are asked for: from the command line, at night, and when the database turns out to be damaged."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot import backups, cli, local
from bot.cli import shell
from bot.conversation.query import Bare
from bot.errors import DamagedDatabase, OldBackupsStay, SettingsError, StorageError
from bot.kept import opened
from bot.settings import Settings
from bot.way_back import with_way_back
from storage.backup import runs
from storage.database import Database
from tests.keeping import Shelf, damage, fill


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", backup_url=str(tmp_path / "the vault"))


@pytest.fixture
def tagshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command line in this process, in an empty folder, with the default settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shell, "set_up_logging", lambda *_, **__: None)
    runner = CliRunner()
    return lambda *arguments, **environment: runner.invoke(cli.tagshot, arguments, env=environment)


async def back_up(settings: Settings) -> None:
    async with opened(settings) as kept:
        await local.save(kept, "https://example.org/a #optimizer", wait=False)
        await kept.artifacts.put(b"a file")
        await backups.make(settings, kept.database, kept.artifacts, settings.backup_url or "", keep=None)


def garble(path: Path) -> bytes:
    content = bytearray(path.read_bytes())
    content[8192:20480] = b"\xff" * (20480 - 8192)
    path.write_bytes(bytes(content))
    return bytes(content)


def test_the_command_line_backs_up_moves_and_verifies(tagshot: Callable[..., Result], tmp_path: Path) -> None:
    tagshot("save", "https://example.org/a #optimizer")
    made = tagshot("backup", "vault", "--keep", "3", "--json")
    said = json.loads(made.stdout)
    assert (made.exit_code, said["files"], said["damaged"]) == (0, 0, [])
    assert "There is something already" in str(tagshot("restore", "vault").exception)
    restored = tagshot("restore", "vault", "--at", said["stamp"], "--json", DATA_DIR="new")
    assert (restored.exit_code, json.loads(restored.stdout)["stamp"]) == (0, said["stamp"])
    [found] = json.loads(tagshot("tag", "optimizer", "--json", DATA_DIR="new").stdout)
    assert found["url"] == "https://example.org/a"
    assert "Good: the database, and 0 files" in tagshot("verify", DATA_DIR="new").stdout
    assert "完好：数据库和 0 个文件" in tagshot("verify", DATA_DIR="new", LC_ALL="zh_CN.UTF-8").stdout
    garble(tmp_path / "new" / "tagshot.db")
    broken = tagshot("verify", "--json", DATA_DIR="new")
    assert broken.exit_code == 1
    assert json.loads(broken.stdout)["database"]


def test_what_is_lost_is_listed_repaired_or_captured_again(
    tagshot: Callable[..., Result], settings: Settings, tmp_path: Path
) -> None:
    async def keep_pages() -> None:
        async with opened(settings) as kept:
            shelf = Shelf(kept.database, kept.artifacts, tmp_path)
            await fill(shelf)

    asyncio.run(keep_pages())
    assert tagshot("backup", "vault").exit_code == 0
    [one, other, *_] = sorted((tmp_path / "data" / "artifacts").glob("*/*"))
    damage(one)
    other.unlink()
    found = tagshot("verify")
    assert found.exit_code == 1
    assert f"Damaged: 1\n  {one.name}\nMissing: 1\n  {other.name}\n--repair-from" in found.stdout
    again = json.loads(tagshot("verify", "--recapture", "--json").stdout)
    assert again["recaptured"]
    made = tagshot("backup", "other")
    assert made.exit_code == 1
    assert "damaged here: 1" in made.stdout
    mended = tagshot("verify", "--repair-from", "vault")
    assert mended.exit_code == 0
    assert "Repaired: 2" in mended.stdout
    assert tagshot("backup", "other").exit_code == 0


async def test_what_is_to_be_backed_up_is_no_place_for_the_backup(settings: Settings, tmp_path: Path) -> None:
    for place in (tmp_path / "data", tmp_path, tmp_path / "data" / "artifacts", f"file://{tmp_path}/data/"):
        with pytest.raises(SettingsError, match="holds what is to be backed up"):
            backups.vault_of(settings, str(place))
    remote = settings.model_copy(update={"artifacts_url": "memory:///tagshot/artifacts"})
    for url in ("memory:///tagshot", "memory:///tagshot/artifacts"):
        with pytest.raises(SettingsError, match="holds what is to be backed up"):
            backups.vault_of(remote, url)
    backups.vault_of(remote, "memory:///tagshot/art")
    backups.vault_of(settings, str(tmp_path / "data" / "vault"))


async def test_each_backup_is_noted_also_one_that_failed(settings: Settings, tmp_path: Path) -> None:
    await back_up(settings)
    async with opened(settings) as kept:
        made = await runs.last_backup(kept.database, settings.backup_url or "")
        assert made is not None
        assert (made.error, made.lost) == (None, 0)
        (tmp_path / "file").write_bytes(b"no folder")
        with pytest.raises(StorageError):
            await backups.make(
                settings, kept.database, kept.artifacts, str(tmp_path / "file" / "vault"), keep=None
            )
        failed = await runs.last_run(kept.database, str(tmp_path / "file" / "vault"))
        assert failed is not None
        assert "could not be written" in (failed.error or "")


async def test_a_backup_is_made_though_old_ones_can_not_be_removed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> int:
        raise StorageError("Nothing may be removed there.")

    monkeypatch.setattr(backups, "thin_out", refused)
    place = str(tmp_path / "vault")
    async with opened(settings) as kept:
        with pytest.raises(OldBackupsStay, match=r"was made, but old .*: Nothing may be removed there\.$"):
            await backups.make(settings, kept.database, kept.artifacts, place, keep=1)
        assert await runs.last_backup(kept.database, place) is not None


async def test_a_damaged_database_is_refused_with_the_way_to_the_newest_backup(
    settings: Settings, tmp_path: Path
) -> None:
    await back_up(settings)
    damaged = garble(tmp_path / "data" / "tagshot.db")
    way = rf"damaged: .* Move .*data away and restore the backup of 20.* UTC: tagshot restore '{tmp_path}/the vault'"
    with pytest.raises(DamagedDatabase, match=way):
        async with opened(settings):
            pass
    assert (tmp_path / "data" / "tagshot.db").read_bytes() == damaged
    (tmp_path / "data").rename(tmp_path / "moved")
    await backups.bring_back(
        settings, settings.backup_url or "", at=None, skip_damaged=False, progress=lambda _: None
    )
    async with opened(settings) as kept:
        assert len(await local.find(kept, "optimizer", Bare.TAG)) == 1


async def test_without_a_backup_the_copy_from_before_the_last_upgrade_is_named(
    settings: Settings, tmp_path: Path
) -> None:
    database = Database(settings.database)
    await database.close()
    error = DamagedDatabase("It is damaged.")
    assert "if you have one" in str(await with_way_back(error, settings, database))
    copy = tmp_path / "data" / "backups" / "tagshot-0001-before-upgrade-20260101T000000Z.db"
    copy.parent.mkdir()
    copy.touch()
    assert f"put {copy} in its place" in str(await with_way_back(error, settings, database))


async def test_files_without_their_database_are_noticed(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await back_up(settings)
    assert not caplog.records
    (tmp_path / "data" / "tagshot.db").unlink()
    with caplog.at_level(logging.WARNING):
        async with opened(settings):
            pass
    [record] = caplog.records
    assert "was missing or empty, so a new one was made, though there are files" in record.getMessage()

"""The nightly backup: once a night, also after a night that was missed, and a failure is told once."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot import app
from bot.errors import OldBackupsStay, StorageError
from bot.kept import opened
from bot.settings import Settings
from bot.wording import Words, languages
from bot.work.news import Item, News, said
from bot.work.nightly import Nightly, last_night
from storage.backup.making import Made
from storage.backup.runs import BackupRun, note
from storage.database import Database
from storage.faults import DISK_FULL

CHINA = timezone(timedelta(hours=8))
EVENING = datetime(2026, 5, 3, 20, tzinfo=CHINA)
HOUR = timedelta(hours=1)


class Night:
    """Nights that pass, and how often a backup was made."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.news = News()
        self.at = EVENING
        self.made = 0
        self.error: str | None = None
        self.nightly = Nightly(database, "vault", self._make, self.news)

    async def _make(self) -> Made:
        self.made += 1
        stamp = None if self.error else "stamp"
        await note(
            self.database,
            BackupRun(place="vault", stamp=stamp, error=self.error, ended_at=self.at.astimezone(UTC)),
        )
        if self.error:
            raise StorageError(self.error)
        return Made("stamp", 3, 30, 1, 10)

    async def looks(self, times: int, every: timedelta = HOUR) -> int:
        """Let time pass, looking now and then; how many backups were made meanwhile."""
        before = self.made
        for _ in range(times):
            self.at += every
            await self.nightly.back_up(self.at)
        return self.made - before

    async def told(self) -> list[Item]:
        items = []
        while not self.news._items.empty():
            items.append(await self.news.next())
        return items


@pytest.fixture
def night(database: Database) -> Night:
    return Night(database)


async def test_a_backup_is_made_once_a_night(night: Night) -> None:
    assert await night.looks(1) == 1, "there was none at all"
    assert await night.looks(5) == 0
    assert await night.looks(24) == 1
    assert await night.looks(72) == 3
    assert await night.told() == []


async def test_a_night_that_was_missed_is_made_up_for(night: Night) -> None:
    await night.looks(1)
    night.at += timedelta(days=3, hours=12)
    assert await night.looks(3) == 1


async def test_a_failure_is_told_once_and_tried_again_each_hour(
    night: Night, caplog: pytest.LogCaptureFixture
) -> None:
    night.error = "The disk is full <for ever>."
    assert await night.looks(12, HOUR / 6) == 2
    [item] = await night.told()
    assert item == Item("backup-failed", {"reason": "The disk is full <for ever>."})
    assert "The disk is full &lt;for ever&gt;." in said(Words(), item)
    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 2
    night.error = None
    assert await night.looks(2) == 1
    night.error = "It is full again."
    await night.looks(24)
    assert len(await night.told()) == 1


async def test_a_backup_that_was_tried_by_hand_elsewhere_changes_nothing(
    night: Night, database: Database
) -> None:
    await note(database, BackupRun(place="stick", error="It is not there.", ended_at=EVENING.astimezone(UTC)))
    night.error = "The disk is full."
    assert await night.looks(1, HOUR / 6) == 1
    assert len(await night.told()) == 1
    await note(database, BackupRun(place="stick", stamp="stamp", ended_at=night.at.astimezone(UTC)))
    assert await night.looks(1, HOUR / 6) == 0
    assert await night.looks(1) == 1
    assert await night.told() == []


async def test_old_backups_that_stay_are_told_and_nothing_is_tried_again(night: Night) -> None:
    async def made() -> Made:
        await note(night.database, BackupRun(place="vault", stamp="stamp", ended_at=EVENING.astimezone(UTC)))
        raise OldBackupsStay("They stay.")

    nightly = Nightly(night.database, "vault", made, night.news)
    for _ in range(2):
        await nightly.back_up(EVENING)
    assert await night.told() == [Item("backups-not-removed", {"reason": "They stay."})]


async def test_what_is_not_in_a_backup_is_told(night: Night) -> None:
    async def made() -> Made:
        return Made("stamp", 3, 30, 1, 10, damaged=("a",), missing=("b",))

    await Nightly(night.database, "vault", made, night.news).back_up(EVENING)
    assert await night.told() == [Item("backup-not-whole", {"count": 2})]


def test_the_news_can_be_said_in_each_language() -> None:
    full = said(Words("zh"), Item("backup-failed", {"reason": DISK_FULL}))
    assert "磁盘满了" in full
    for language in languages():
        words = Words(language)
        assert "Voll" in words("backup-failed", reason="Voll")
        assert "2" in words("backup-not-whole", count=2)
        assert "Voll" in words("backups-not-removed", reason="Voll")


@pytest.mark.parametrize(("hour", "day"), [(2, 2), (3, 3), (23, 3)])
def test_a_night_begins_at_three_by_the_clock_of_the_machine(hour: int, day: int) -> None:
    assert last_night(EVENING.replace(hour=hour)) == datetime(2026, 5, day, 3, tzinfo=CHINA)


async def test_the_bot_makes_the_backup_that_its_settings_name(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path / "data", backup_url=str(tmp_path / "vault"))
    async with opened(settings) as kept:
        nightly = app._nightly(kept, News())
        assert nightly is not None
        await nightly.back_up()
        await nightly.back_up()
    assert len(await asyncio.to_thread(lambda: list((tmp_path / "vault" / "manifests").iterdir()))) == 1

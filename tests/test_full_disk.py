"""A full disk: what was said is not lost, whoever waits is told, no try is charged, and all goes on by itself."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.app import conversation
from bot.errors import DiskFull
from bot.health.metrics import Metrics
from bot.kept import Kept, opened
from bot.settings import Settings
from bot.telegram import client, lanes
from bot.telegram.run import run_telegram
from bot.work import held_up, worker
from bot.work.bell import Bell
from bot.work.news import News
from storage.artifacts import LocalArtifacts, open_artifacts
from storage.database import Database
from storage.kinds import SnapshotStatus
from storage.queue import Queue
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User
from tests.storing import snapshots

DISK_BYTES = 4_000_000
LONG = "words " * 600
NO_LIMIT = 4_294_967_294


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(client, "LONGEST_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(lanes, "STORAGE_TROUBLE_SECONDS", 0.1)
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.2)
    monkeypatch.setattr(held_up, "LOOK_EVERY_SECONDS", 0.1)


class Disk:
    """A disk that is filled and emptied again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave not a byte."""
        with suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as ballast:
            while ballast.write(b"\0" * 4096):
                pass

    def empty(self) -> None:
        (self.folder / "ballast").unlink()


class Pages(Disk):
    """The same for a database alone, where nothing may be mounted: SQLite is not given another page."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.most_pages = NO_LIMIT
        event.listen(Engine, "begin", self._limit)

    def fill(self) -> None:
        self.most_pages = 1  # SQLite takes as many as there are

    def empty(self) -> None:
        self.most_pages = NO_LIMIT

    def close(self) -> None:
        event.remove(Engine, "begin", self._limit)

    def _limit(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {self.most_pages}")


def _mounted(folder: Path) -> bool:
    """Whether a small disk could be put there."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tagshot-test", str(folder)]
    if shutil.which("mount") is None:
        return False
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607 - our own words


@pytest.fixture(params=["disk", "pages"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A small disk of its own, where one may be mounted; and in any case SQLite's own limit."""
    folder = tmp_path / "disk"
    if request.param == "disk" and os.geteuid() == 0 and _mounted(folder):
        try:
            yield Disk(folder)
        finally:
            _unmount(folder)
        return
    folder.mkdir(exist_ok=True)
    pages = Pages(folder)
    yield pages
    pages.close()


@asynccontextmanager
async def receiving(settings: Settings) -> AsyncIterator[Kept]:
    """The bot without its workers."""
    async with opened(settings) as kept:
        work = run_telegram(
            settings,
            database=kept.database,
            artifacts=kept.artifacts,
            members=kept.members,
            conversation=conversation(kept, Bell()),
            captured=Bell(),
            news=News(),
            metrics=Metrics(),
        )
        task = asyncio.create_task(work)
        try:
            yield kept
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=10)


async def test_a_message_that_there_is_no_room_for_is_kept_by_telegram_until_there_is(
    settings: Settings, telegram: BotApiDouble, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    ada = telegram.user(OWNER)
    settings = settings.model_copy(update={"data_dir": disk.folder, "spare_mb": 0})
    async with receiving(settings) as kept:
        ada.say("https://example.org/before")
        await ada.sees("Saved")
        disk.fill()
        ada.say(f"https://example.org/meanwhile {LONG}")
        await telegram.until(lambda: "The disk is full" in caplog.text)
        assert len(await snapshots(kept.database)) == 1, "what was there can still be read"
        disk.empty()
        await ada.sees("meanwhile")
        assert len(await snapshots(kept.database)) == 2


async def test_whoever_waits_is_told_and_the_card_comes_by_itself(
    settings: Settings, telegram: BotApiDouble, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = 100_000_000

    def usage(_: object) -> Any:
        return SimpleNamespace(free=free)

    monkeypatch.setattr("storage.artifacts.shutil", SimpleNamespace(disk_usage=usage))
    ada = telegram.user(OWNER)
    async with running(settings):
        ada.say(site.url("/short"))
        await ada.sees("The disk is full; your link is kept.")
        assert not site.requests
        ada.say(f"{site.url('/short')}?a\n{site.url('/short')}?b")
        await telegram.until(lambda: _told(ada) == 2)
        async with database_of(settings) as database:
            [first, *_] = await snapshots(database)
        assert (first.status, first.attempts) == (SnapshotStatus.QUEUED, 0)
        free = 300_000_000
        await telegram.until(lambda: _told(ada) == 0)
        assert ada.chat.messages[1].media


def _told(person: User) -> int:
    """How many messages say that the disk is full."""
    return sum("The disk is full" in (message.text or "") for message in person.chat.messages)


@asynccontextmanager
async def database_of(settings: Settings) -> AsyncIterator[Database]:
    database = Database(settings.database)
    try:
        yield database
    finally:
        await database.close()


async def test_a_disk_that_turns_out_to_be_full_is_let_be_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quotas can't be seen from outside."""

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    artifacts = open_artifacts(str(tmp_path / "artifacts"))
    assert artifacts.has_room()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            await artifacts.put(b"a file")
    assert not artifacts.has_room()
    monkeypatch.setattr("storage.artifacts.time.monotonic", lambda: 1e9)
    assert artifacts.has_room()


async def test_without_room_nothing_is_claimed(database: Database, tmp_path: Path) -> None:
    async def capture(*_: object) -> Any:
        raise AssertionError

    artifacts = LocalArtifacts(tmp_path / "artifacts", spare_bytes=1 << 60)
    with pytest.raises(DiskFull, match="The disk is full"):
        await worker.Worker(Queue(database), artifacts, capture, timeout_seconds=5, bell=Bell()).work_once()

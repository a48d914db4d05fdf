"""Of two bots on one data folder the second says so and ends with 3; the lock ends with its process."""

import asyncio
import errno
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot import cli
from bot.alone import LOCK_FILE, alone
from bot.cli import shell
from bot.errors import AlreadyRunning, SettingsError
from storage.copies import upgrade_copies
from tests.golden import load, revisions

HOLD = """
import subprocess, sys, time
from pathlib import Path
from bot.alone import alone
with alone(Path(sys.argv[1])):
    child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(60)
"""


@asynccontextmanager
async def another(folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that has the folder's lock, and a child that outlives it until the end."""
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLD,
        str(folder),
        cwd=Path(__file__).parent.parent,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    child = int(await holder.stdout.readline())
    try:
        yield holder
    finally:
        os.kill(child, signal.SIGKILL)
        if holder.returncode is None:
            holder.kill()
        await holder.communicate()


async def _tagshot(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    """A command in this process, in a thread without a loop; its exit code."""
    monkeypatch.setattr(sys, "argv", ["tagshot", *arguments])
    monkeypatch.setattr(shell, "set_up_logging", lambda level, *, as_json: None)
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(cli.main)
    return ended.value.code


async def test_a_second_bot_says_so_and_ends_with_3_while_other_commands_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(folder))
    async with another(folder) as holder:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "110201543:a")
        assert await _tagshot(monkeypatch, "run") == 3
        said = " ".join(capsys.readouterr().err.split())
        assert f"A bot is running on the data folder {folder} already, as process {holder.pid}." in said
        assert "Stop that one first, or give this one another DATA_DIR" in said
        assert not (folder / "tagshot.db").exists(), "it has touched what is the other's"
        assert await _tagshot(monkeypatch, "save", "https://example.org/a #one") == 0
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("language", "said"),
    [("C.UTF-8", "would upgrade it, but a bot is at work on it"), ("zh_CN", "要先升级数据库")],
)
async def test_a_command_that_would_upgrade_the_database_under_a_running_bot_refuses(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    language: str,
    said: str,
) -> None:
    path = tmp_path / "tagshot.db"
    old, newest = revisions()[-2:]
    load(old, path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", language)
    async with another(tmp_path) as holder:
        for arguments in (["migrate"], ["tags"], ["save", "https://example.org/a #one"]):
            assert await _tagshot(monkeypatch, *arguments) == 3
            sentence = "".join(capsys.readouterr().err.split())
            assert "".join(said.split()) in sentence
            assert str(holder.pid) in sentence
            assert _revision(path) == old
        assert upgrade_copies(path) == []
        holder.kill()
        await holder.wait()
        assert await _tagshot(monkeypatch, "tags") == 0
        assert _revision(path) == newest


def _revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        [[revision]] = connection.execute("SELECT version_num FROM alembic_version")
    return str(revision)


async def test_the_lock_ends_with_a_process_that_is_killed_though_its_children_live(tmp_path: Path) -> None:
    async with another(tmp_path) as holder:
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid}"), alone(tmp_path):
            pass
        holder.kill()
        await holder.wait()
        with alone(tmp_path):
            assert (tmp_path / LOCK_FILE).read_text() == f"{os.getpid()}\n"


def test_a_full_disk_keeps_nobody_from_starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with alone(tmp_path):
        assert (tmp_path / LOCK_FILE).exists()


def test_a_folder_that_can_not_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"^DATA_DIR can't be used"), alone(tmp_path / "file" / "data"):
        pass

"""A database file that can't be trusted is refused at the start, and left as it is to the last byte."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage import integrity
from storage.database import Database
from storage.errors import DamagedDatabase
from tests.storing import queued

PAGE_BYTES = 4096


@pytest.fixture
async def path(database: Database, tmp_path: Path) -> Path:
    """A closed database with a link in it."""
    await queued(database)
    await database.close()
    return tmp_path / "tagshot.db"


async def _migrate(path: Path) -> None:
    database = Database(f"sqlite:///{path}")
    try:
        await database.migrate()
    finally:
        await database.close()


def _truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _with_garbage_in_front(content: bytes) -> bytes:
    return b"This is a letter. " * 200 + content[3600:]


def _with_a_damaged_page(content: bytes) -> bytes:
    middle = len(content) // 2 // PAGE_BYTES * PAGE_BYTES
    return content[:middle] + b"\xff" * PAGE_BYTES + content[middle + PAGE_BYTES :]


def _a_letter(_: bytes) -> bytes:
    return b"This is a letter, not a database. " * 200


@pytest.mark.parametrize("damage", [_truncated, _with_garbage_in_front, _with_a_damaged_page, _a_letter])
async def test_a_damaged_database_is_refused_and_left_as_it_is(
    path: Path, damage: Callable[[bytes], bytes]
) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(DamagedDatabase, match=r"^The database file is damaged: [^\n]*\.$"):
        await _migrate(path)
    assert path.read_bytes() == damaged
    assert integrity.findings(path)


async def test_what_is_left_of_a_database_whose_file_is_gone_is_not_thrown_away(path: Path) -> None:
    """SQLite would delete a log without its database; the newest links may be in it."""
    log = path.with_name("tagshot.db-wal")
    log.write_bytes(b"the newest links")
    for lose in (path.unlink, path.touch):
        lose()
        with pytest.raises(DamagedDatabase, match=r"missing or empty, but tagshot\.db-wal"):
            await _migrate(path)
        assert log.read_bytes() == b"the newest links"


def test_a_whole_database_has_no_findings(path: Path) -> None:
    assert integrity.check(path)
    assert integrity.findings(path) == []


def test_a_row_without_its_parent_is_found(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM link")
        connection.commit()
    assert "row 1 of snapshot refers to a row of link that is missing" in integrity.findings(path)


def test_a_large_database_does_not_hold_up_the_start(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "STEPS_BETWEEN_LOOKS", 1)
    began = time.monotonic()
    assert not integrity.check(path, seconds=0)
    assert time.monotonic() - began < 5

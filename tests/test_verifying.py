"""Looking at everything: each damage is found, mended from a backup where that has it, and else captured again."""

import asyncio
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from storage.artifacts import LocalArtifacts, open_artifacts
from storage.backup.making import back_up
from storage.backup.manifest import file_name
from storage.backup.vault import FolderVault
from storage.chats import LooseFile
from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import forget_chat
from storage.kinds import SnapshotStatus
from storage.leftovers import remove_leftovers
from storage.library import Library
from storage.models import now
from storage.undoing import Undoing
from storage.verifying import Looked, look, recapture, repair
from tests.keeping import CHAT, Shelf, answers, damage, fill, opened_shelf


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    shelf = opened_shelf(database, tmp_path)
    await fill(shelf)
    return shelf


async def looked(shelf: Shelf) -> Looked:
    return await look(shelf.database, shelf.artifacts, lambda _: None)


def path(shelf: Shelf, sha256: str) -> Path:
    found = shelf.artifacts.path(sha256)
    assert found is not None
    return found


async def with_losses(shelf: Shelf) -> tuple[str, str]:
    """Damage one file and remove another of another page; their names."""
    library = Library(shelf.database, CHAT)
    names = []
    for key in ("example.org/adam", "example.org/sgd"):
        link = await library.find(key)
        snapshot = await library.newest_snapshot(link.id or 0) if link else None
        assert snapshot is not None
        names.append(snapshot.artifacts[0].sha256)
    damage(path(shelf, names[0]))
    path(shelf, names[1]).unlink()
    return names[0], names[1]


async def test_what_is_good_is_counted(shelf: Shelf) -> None:
    found = await looked(shelf)
    hashes = await shelf.hashes()
    assert found == Looked(
        files=len(hashes), size_bytes=sum(path(shelf, each).stat().st_size for each in hashes)
    )
    assert found.is_good


async def test_what_is_damaged_and_what_is_missing_is_found(shelf: Shelf) -> None:
    bad, gone = await with_losses(shelf)
    found = await looked(shelf)
    assert (found.damaged, found.missing, found.is_good) == ([bad], [gone], False)


async def test_an_empty_file_is_damaged(shelf: Shelf) -> None:
    bad = (await shelf.hashes())[0]
    path(shelf, bad).write_bytes(b"")
    assert (await looked(shelf)).damaged == [bad]


async def test_what_is_deleted_while_all_is_read_is_not_missing(shelf: Shelf) -> None:
    async def forget() -> None:
        await forget_chat(shelf.database, shelf.artifacts, CHAT)
        await shelf.artifacts.remove(await shelf.hashes(), put_before=now() + timedelta(hours=1))

    forgetting: list[asyncio.Task[None]] = []

    def progress(said: str) -> None:
        if said.startswith("Listing") and not forgetting:
            forgetting.append(asyncio.create_task(forget()))

    class Slow(LocalArtifacts):
        async def whole(self, sha256: str) -> bytes:
            await forgetting[0]
            return await super().whole(sha256)

    found = await look(shelf.database, Slow(shelf.folder / "artifacts"), progress)
    assert found == Looked()


async def test_what_nothing_names_is_told_unless_it_may_just_be_coming(shelf: Shelf) -> None:
    orphan = await shelf.artifacts.put(b"of nobody")
    assert (await looked(shelf)).orphaned == []
    yesterday = time.time() - 86_400
    os.utime(path(shelf, orphan), (yesterday, yesterday))
    found = await looked(shelf)
    assert (found.orphaned, found.is_good) == ([orphan], True)


async def test_a_damaged_database_is_found_and_nothing_else_is_believed(shelf: Shelf) -> None:
    await shelf.database.close()
    file = shelf.folder / "tagshot.db"
    content = bytearray(file.read_bytes())
    content[8192:20480] = b"\xff" * (20480 - 8192)
    file.write_bytes(bytes(content))
    found = await looked(shelf)
    assert found.database
    assert not found.is_good


async def test_a_backup_mends_what_it_has(shelf: Shelf, tmp_path: Path) -> None:
    vault, before = FolderVault(tmp_path / "vault"), await answers(shelf.database, shelf.artifacts)
    await back_up(shelf.database, shelf.artifacts, vault, version="1")
    bad, gone = await with_losses(shelf)
    found = await looked(shelf)
    await repair(found, shelf.database, shelf.artifacts, vault)
    assert (sorted(found.repaired), found.is_good) == (sorted([bad, gone]), True)
    assert await answers(shelf.database, shelf.artifacts) == before
    assert (await looked(shelf)).files == found.files


async def test_a_file_that_was_deleted_while_it_was_mended_is_swept_away(
    shelf: Shelf, tmp_path: Path
) -> None:
    vault = FolderVault(tmp_path / "vault")
    await back_up(shelf.database, shelf.artifacts, vault, version="1")
    bad, gone = await with_losses(shelf)
    found = await looked(shelf)

    class Late(LocalArtifacts):
        async def mend(self, sha256: str, content: bytes) -> None:
            await forget_chat(shelf.database, self, CHAT)
            await super().mend(sha256, content)

    await repair(found, shelf.database, Late(shelf.folder / "artifacts"), vault)
    assert {bad, gone} == set(found.repaired) <= set(await shelf.hashes())
    assert await remove_leftovers(shelf.database, shelf.artifacts) == 0, "they may just be coming"
    await _pass_a_day(shelf)
    await remove_leftovers(shelf.database, shelf.artifacts)
    assert await shelf.hashes() == []


async def _pass_a_day(shelf: Shelf) -> None:
    """Let notes and files grow old."""
    yesterday = time.time() - 86_400
    for each in await shelf.hashes():
        os.utime(path(shelf, each), (yesterday, yesterday))
    async with shelf.database.write() as session:
        for note in (await session.exec(select(LooseFile))).all():
            note.noted_at -= timedelta(days=1)


async def test_what_is_damaged_in_the_backup_too_is_left_for_another(shelf: Shelf, tmp_path: Path) -> None:
    vault = FolderVault(tmp_path / "vault")
    await back_up(shelf.database, shelf.artifacts, vault, version="1")
    bad, gone = await with_losses(shelf)
    damage(tmp_path / "vault" / file_name(bad))
    found = await looked(shelf)
    await repair(found, shelf.database, shelf.artifacts, vault)
    assert (found.repaired, found.damaged, found.missing) == ([gone], [bad], [])


async def test_pages_whose_files_are_lost_are_captured_again_once(shelf: Shelf) -> None:
    lost = await with_losses(shelf)
    for _ in range(2):
        urls = await recapture(shelf.database, lost)
        assert sorted(urls) == ["https://example.org/adam", "https://example.org/sgd"]
    library = Library(shelf.database, CHAT)
    for key, waits in (("adam", True), ("sgd", True), ("untagged", False)):
        link = await library.find(f"example.org/{key}")
        assert link is not None
        states = [each.status for each in link.snapshots]
        assert states == [SnapshotStatus.DONE, *([SnapshotStatus.QUEUED] if waits else [])]


async def test_what_was_deleted_is_not_captured_again(shelf: Shelf) -> None:
    lost = await with_losses(shelf)
    link = await Library(shelf.database, CHAT).find("example.org/adam")
    assert link is not None
    await Undoing(shelf.database, CHAT).delete_link(link.id or 0)
    assert list(await recapture(shelf.database, lost)) == ["https://example.org/sgd"]


async def test_where_there_is_no_database_that_is_said(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'none' / 'tagshot.db'}")
    with pytest.raises(StorageError, match="unable to open database file"):
        await look(database, open_artifacts(str(tmp_path / "artifacts")), lambda _: None)
    await database.close()

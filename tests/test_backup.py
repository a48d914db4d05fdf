"""Backups: made while everything is used, small after the first, and of one moment."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.artifacts import open_artifacts
from storage.backup import making, runs
from storage.backup.manifest import generations, manifest_of
from storage.backup.restoring import restore
from storage.backup.vault import FolderVault, Vault, open_vault
from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import forget_chat
from storage.library import Library
from storage.models import now
from tests.keeping import CHAT, Shelf, answers, damage, filled_shelf, made, new_vault, restored, stored


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    return await filled_shelf(database, tmp_path)


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """Each of the two kinds of vaults."""
    return new_vault(request.param, tmp_path)


async def test_only_what_is_new_is_copied(shelf: Shelf, vault: Vault) -> None:
    first = await made(shelf, vault)
    await shelf.keep("more", text="One more page.")
    second = await made(shelf, vault)
    assert (first.new_files, second.new_files) == (first.files, 2)
    assert second.files == first.files + 2
    assert (await made(shelf, vault)).new_files == 0


async def test_a_backup_is_made_while_others_write(shelf: Shelf, tmp_path: Path) -> None:
    """Each copy is of one moment: what it names is in it, whatever comes meanwhile."""
    vault, is_over = FolderVault(tmp_path / "vault"), asyncio.Event()

    async def write() -> int:
        count = 0
        while not is_over.is_set():
            await shelf.keep(f"meanwhile-{count}", "meanwhile", text=f"Page {count}")
            count += 1
        return count

    writing = asyncio.create_task(write())
    stamps = [(await made(shelf, vault)).stamp for _ in range(3)]
    is_over.set()
    assert await writing > 0
    for stamp in stamps:
        async with restored(vault, tmp_path / stamp, stamp) as again:
            links = (await Library(again.database, CHAT).recent()).total
            assert links >= 4
            await answers(again.database, again.artifacts)


async def test_until_its_manifest_is_written_there_is_no_backup(
    shelf: Shelf, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr(making, "_concluded", cut_off)
        with pytest.raises(asyncio.CancelledError):
            await made(shelf, vault)
    assert await generations(vault) == []
    again = await made(shelf, vault)
    assert (again.is_whole, again.new_files) == (True, 0)
    assert [path for path in shelf.folder.iterdir() if path.name.startswith(".tagshot-backup")] == []


async def test_a_damaged_or_missing_file_does_not_keep_the_others_from_their_backup(
    shelf: Shelf, vault: Vault, tmp_path: Path
) -> None:
    bad, gone, *_ = await shelf.hashes()
    for sha256, harm in ((bad, damage), (gone, Path.unlink)):
        path = shelf.artifacts.path(sha256)
        assert path is not None
        harm(path)
    done = await made(shelf, vault)
    assert (done.damaged, done.missing, done.is_whole) == ((bad,), (gone,), False)
    result = await restore(vault, tmp_path / "n" / "tagshot.db", str(tmp_path / "n" / "artifacts"))
    assert set(result.missing) == {bad, gone}
    assert len(await stored(open_artifacts(str(tmp_path / "n" / "artifacts")))) == result.files == done.files


async def test_what_is_deleted_while_a_backup_is_made_is_not_missed(
    shelf: Shelf, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_files = making._copy_files

    async def forgets_first(files: dict[str, int], *rest: Any) -> object:
        await forget_chat(shelf.database, shelf.artifacts, CHAT)
        await shelf.artifacts.remove(files, put_before=now() + timedelta(hours=1))
        return await copy_files(files, *rest)

    monkeypatch.setattr(making, "_copy_files", forgets_first)
    done = await made(shelf, vault)
    assert (done.files, done.is_whole) == (0, True)
    [generation] = await generations(vault)
    assert len((await manifest_of(vault, generation)).missing) == 6
    result = await restore(vault, tmp_path / "n" / "tagshot.db", str(tmp_path / "n" / "artifacts"))
    assert len(result.missing) == 6, "the copy of the database is older than that"


async def test_two_backups_at_one_place_do_not_meet(shelf: Shelf, vault: Vault) -> None:
    async with vault.held():
        with pytest.raises(StorageError, match="Another backup is being made"):
            await made(shelf, vault)
    assert (await made(shelf, vault)).is_whole


async def test_the_manifest_says_what_there_is_and_names_no_path(shelf: Shelf, vault: Vault) -> None:
    await made(shelf, vault)
    [generation] = await generations(vault)
    manifest = await manifest_of(vault, generation)
    assert sorted(manifest.artifacts) == await shelf.hashes()
    assert set(await vault.sizes("artifacts")) == {
        f"artifacts/{each[:2]}/{each}" for each in manifest.artifacts
    }
    assert "/" not in json.dumps(manifest.model_dump())


async def test_what_came_of_backups_is_remembered(database: Database) -> None:
    assert await runs.last_backup(database) is None
    await runs.note(database, runs.BackupRun(place="a", stamp="1", files=3))
    await runs.note(database, runs.BackupRun(place="b", error="It is full."))
    last, tried = await runs.last_backup(database), await runs.last_run(database, "b")
    assert last is not None
    assert tried is not None
    assert (last.place, last.files, tried.error) == ("a", 3, "It is full.")
    assert await runs.last_backup(database, "b") is None
    for _ in range(60):
        await runs.note(database, runs.BackupRun(place="b", stamp="2"))
    async with database.read() as session:
        rows = await (await session.connection()).exec_driver_sql("SELECT count(*) FROM backup_run")
        assert rows.scalar_one() == runs.KEPT_RUNS


@pytest.mark.parametrize("url", ["foo://bar", "s3://"])
def test_a_place_that_makes_no_sense_is_a_sentence(url: str) -> None:
    with pytest.raises(StorageError, match=r"^The place of the backup can't be used: [^\n]*az://…$"):
        open_vault(url)

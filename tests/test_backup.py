"""Backups: made while everything is used, small after the first, and what is restored answers as before."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, delete

from storage.artifacts import open_artifacts
from storage.backup import making, runs
from storage.backup.making import Made, back_up
from storage.backup.manifest import Generation, generations, manifest_of
from storage.backup.objects import Objects
from storage.backup.restoring import restore
from storage.backup.retention import kept, thin_out
from storage.backup.vault import FolderVault, ObjectVault, Vault, open_vault
from storage.database import Database
from storage.errors import StorageError
from storage.forgetting import forget_chat
from storage.library import Library
from storage.models import Link, now
from tests.keeping import CHAT, Shelf, answers, damage, fill, opened_shelf, stored, tree

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    shelf = opened_shelf(database, tmp_path)
    await fill(shelf)
    return shelf


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """Each of the two kinds of vaults."""
    return (
        FolderVault(tmp_path / "vault") if request.param == "folder" else ObjectVault(Objects("memory:///"))
    )


async def made(shelf: Shelf, vault: Vault) -> Made:
    return await back_up(shelf.database, shelf.artifacts, vault, version="1")


@contextlib.asynccontextmanager
async def restored(vault: Vault, folder: Path, at: str | None = None) -> AsyncIterator[Shelf]:
    """A backup brought back into a folder that there is not yet, and opened as a bot would."""
    await restore(vault, folder / "tagshot.db", str(folder / "artifacts"), at=at)
    database = Database(f"sqlite:///{folder / 'tagshot.db'}")
    await database.migrate()
    try:
        yield opened_shelf(database, folder)
    finally:
        await database.close()


async def test_what_is_restored_answers_as_before(shelf: Shelf, vault: Vault, tmp_path: Path) -> None:
    before = await answers(shelf.database, shelf.artifacts)
    assert (await made(shelf, vault)).is_whole
    async with restored(vault, tmp_path / "new") as again:
        assert await answers(again.database, again.artifacts) == before
        assert await again.hashes() == await shelf.hashes()
    left = {path.name for path in (tmp_path / "new").iterdir()}
    assert left == {"tagshot.db", "artifacts"}


async def test_only_what_is_new_is_copied(shelf: Shelf, vault: Vault) -> None:
    first = await made(shelf, vault)
    await shelf.keep("more", text="One more page.")
    second = await made(shelf, vault)
    assert (first.new_files, second.new_files) == (first.files, 2)
    assert second.files == first.files + 2
    assert (await made(shelf, vault)).new_files == 0


async def test_an_older_backup_can_be_chosen_by_its_time(shelf: Shelf, vault: Vault, tmp_path: Path) -> None:
    first = await made(shelf, vault)
    await shelf.keep("more", "later", text="One more page.")
    await made(shelf, vault)
    for number, at in enumerate((first.stamp, f"{first.stamp[:-1]}+00:00")):
        async with restored(vault, tmp_path / str(number), at) as again:
            assert "later" not in [tag.name for tag in await Library(again.database, CHAT).tags()]
    with pytest.raises(StorageError, match=rf"no backup of 2020-01-01 or before.*{first.stamp}"):
        await restore(vault, tmp_path / "x" / "tagshot.db", str(tmp_path / "x" / "a"), at="2020-01-01")
    with pytest.raises(StorageError, match="yesterday is no time"):
        await restore(vault, tmp_path / "x" / "tagshot.db", str(tmp_path / "x" / "a"), at="yesterday")


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


async def test_a_backup_is_never_restored_over_something(shelf: Shelf, tmp_path: Path) -> None:
    vault = FolderVault(tmp_path / "vault")
    await made(shelf, vault)
    before = tree(tmp_path)
    for database, artifacts in (("tagshot.db", "elsewhere"), ("new.db", "artifacts")):
        with pytest.raises(StorageError, match="already"):
            await restore(vault, tmp_path / database, str(tmp_path / artifacts))
    assert tree(tmp_path) == before


async def test_restoring_that_is_cut_off_leaves_nothing_and_can_begin_again(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, new = FolderVault(tmp_path / "vault"), tmp_path / "new"
    await made(shelf, vault)
    reads, read = 0, FolderVault.read

    async def cut_off(self: FolderVault, name: str, *, most_bytes: int) -> bytes:
        nonlocal reads
        reads += 1
        if reads == 4:
            raise asyncio.CancelledError
        return await read(self, name, most_bytes=most_bytes)

    with monkeypatch.context() as patched:
        patched.setattr(FolderVault, "read", cut_off)
        with pytest.raises(asyncio.CancelledError):
            await restore(vault, new / "tagshot.db", str(new / "artifacts"))
    assert not (new / "tagshot.db").exists()
    assert not (new / "artifacts").exists()
    async with restored(vault, new) as again:
        assert await answers(again.database, again.artifacts) == await answers(
            shelf.database, shelf.artifacts
        )


async def test_object_storage_that_an_earlier_try_began_to_fill_is_filled_on(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault, place = FolderVault(tmp_path / "vault"), open_artifacts("memory:///")
    await made(shelf, vault)
    await place.put(await shelf.artifacts.get((await shelf.hashes())[0]))
    monkeypatch.setattr("storage.backup.restoring.open_artifacts", lambda _: place)
    await restore(vault, tmp_path / "new" / "tagshot.db", "s3://bucket")
    assert sorted(await stored(place)) == await shelf.hashes()
    await place.put(b"of somebody else")
    with pytest.raises(StorageError, match="files already in s3://bucket"):
        await restore(vault, tmp_path / "other" / "tagshot.db", "s3://bucket")


async def test_an_empty_place_has_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="There is no backup there"):
        await restore(FolderVault(tmp_path), tmp_path / "n" / "tagshot.db", str(tmp_path / "n" / "a"))


def test_all_of_two_days_are_kept_then_one_a_day_then_one_a_week() -> None:
    hourly = [Generation(NOON - timedelta(hours=6 * number)) for number in range(4 * 100)]
    staying = sorted((each.at for each in kept(hourly, 7, NOON)), reverse=True)
    days = [(NOON - at).days for at in staying]
    assert [day for day in days if day < 2] == [0] * 4 + [1] * 4
    assert [(at.month, at.day, at.hour) for at in staying if NOON - at > timedelta(days=2)] == [
        (4, 30, 18),
        (4, 29, 18),
        (4, 28, 18),
        (4, 27, 18),
        (4, 26, 18),
        (4, 19, 18),
        (4, 12, 18),
        (4, 5, 18),
        (3, 29, 18),
        (3, 22, 18),
    ]


def test_a_pause_and_a_wrong_clock_cost_no_backup() -> None:
    old = [Generation(NOON - timedelta(days=400 + number)) for number in range(3)]
    assert kept(old, 3, NOON) == set(old)
    assert kept([], 3, NOON) == set()
    future = [Generation(NOON + timedelta(days=900))]
    assert kept([*future, *old], 1, NOON) >= {future[0]}


async def test_thinning_out_removes_what_only_old_backups_need(
    shelf: Shelf, vault: Vault, tmp_path: Path
) -> None:
    first = await made(shelf, vault)
    async with shelf.database.write() as session:
        await session.exec(delete(Link).where(col(Link.title) == "Title of sgd"))
    await made(shelf, vault)
    later = datetime.now(UTC) + timedelta(days=3)
    await vault.write("artifacts/notes.txt", b"of somebody else")
    assert await thin_out(vault, 1, later) == 1
    [newest] = await generations(vault)
    assert newest.stamp > first.stamp
    manifest = await manifest_of(vault, newest)
    assert len(manifest.artifacts) == first.files - 2
    there = set(await vault.sizes(""))
    assert there == {
        newest.manifest,
        newest.database,
        "artifacts/notes.txt",
        *(f"artifacts/{each[:2]}/{each}" for each in manifest.artifacts),
    } | {name for name in there if name.startswith((".", "in-progress"))}
    async with restored(vault, tmp_path / "new") as again:
        assert await again.hashes() == sorted(manifest.artifacts)


async def test_nothing_is_removed_where_a_kept_manifest_can_not_be_read(shelf: Shelf, vault: Vault) -> None:
    await made(shelf, vault)
    await made(shelf, vault)
    newest, _ = await generations(vault)
    await vault.write(newest.manifest, b"{")
    before = await vault.sizes("")
    with pytest.raises(StorageError, match="is damaged"):
        await thin_out(vault, 1, datetime.now(UTC) + timedelta(days=3))
    assert await vault.sizes("") == before


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

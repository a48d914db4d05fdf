"""What is restored from a backup answers as before, takes the place of nothing, and may be begun again."""

import asyncio
from pathlib import Path

import pytest

from storage.artifacts import open_artifacts
from storage.backup.restoring import restore
from storage.backup.vault import FolderVault, Vault
from storage.database import Database
from storage.errors import StorageError
from storage.library import Library
from tests.keeping import CHAT, Shelf, answers, filled_shelf, made, new_vault, restored, stored, tree


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    return await filled_shelf(database, tmp_path)


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """Each of the two kinds of vaults."""
    return new_vault(request.param, tmp_path)


async def test_what_is_restored_answers_as_before(shelf: Shelf, vault: Vault, tmp_path: Path) -> None:
    before = await answers(shelf.database, shelf.artifacts)
    assert (await made(shelf, vault)).is_whole
    async with restored(vault, tmp_path / "new") as again:
        assert await answers(again.database, again.artifacts) == before
        assert await again.hashes() == await shelf.hashes()
    left = {path.name for path in (tmp_path / "new").iterdir()}
    assert left == {"tagshot.db", "artifacts"}


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

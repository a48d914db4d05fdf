"""Which backups are kept, and what goes with those that are not."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, delete

from storage.backup.manifest import Generation, generations, manifest_of
from storage.backup.retention import kept, thin_out
from storage.backup.vault import Vault
from storage.database import Database
from storage.errors import StorageError
from storage.models import Link
from tests.keeping import Shelf, filled_shelf, made, new_vault, restored

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
async def shelf(database: Database, tmp_path: Path) -> Shelf:
    return await filled_shelf(database, tmp_path)


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """Each of the two kinds of vaults."""
    return new_vault(request.param, tmp_path)


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

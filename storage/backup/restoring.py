"""Bringing a backup back into an empty place. It is taken for hostile: everything is looked at before it counts."""

import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.artifacts import Artifacts, LocalArtifacts, digest, open_artifacts
from storage.backup.making import Progress
from storage.backup.manifest import Generation, Manifest, file_name, generations, manifest_of
from storage.backup.packing import files_in, in_thread, look_through, revision_of, unpack, work_folder
from storage.backup.vault import Vault
from storage.durable import UNFINISHED, make_folder, sync
from storage.errors import DamagedFile, StorageError
from storage.faults import of_file
from storage.schemas import knows
from storage.together import each_of

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back. ``missing`` are files that the backup lacks, and says so."""

    stamp: str
    files: int
    size_bytes: int
    missing: tuple[str, ...]


async def restore(
    vault: Vault,
    database: Path,
    artifacts: str,
    *,
    at: str | None = None,
    skip_damaged: bool = False,
    progress: Progress = lambda _: None,
) -> Restored:
    """Bring back the newest backup, or the newest that is not later than ``at``.

    ``database`` is the file to make, ``artifacts`` the place for the files; both must be empty. They get their
    names as the last step, so when it is cut off there is nothing, and it can begin again. ``skip_damaged`` does
    without files that are damaged, for there may be no other backup.
    Raises ``StorageError``.
    """
    generation = await chosen(vault, at)
    manifest = await manifest_of(vault, generation)
    if not knows(manifest.database.revision):
        raise StorageError(
            f"The backup of {generation.stamp} was made by a newer Tagshot ({manifest.tagshot}) than this one. "
            "Install that."
        )
    await _refuse_what_is_there(database, artifacts, manifest)
    make_folder(database.parent)
    with work_folder(database.parent) as folder:
        _refuse_too_little_room(folder, manifest)
        progress("Looking through the database…")
        plain = await _database(vault, generation, manifest, folder)
        place, final = _staged(artifacts)
        lost = await _copy_files(vault, manifest, place, progress, skip_damaged=skip_damaged)
        try:
            if final:
                _move_in(*final)
            plain.rename(database)
            sync(database.parent)
        except OSError as error:
            raise of_file(error, f"{database} could not be put in its place") from error
    size_bytes = sum(manifest.artifacts.values()) + manifest.database.unpacked_bytes
    return Restored(
        generation.stamp, len(manifest.artifacts) - len(lost), size_bytes, (*manifest.missing, *lost)
    )


async def chosen(vault: Vault, at: str | None) -> Generation:
    """The newest backup that is not later than ``at``; a day counts to its end. Raises ``StorageError``."""
    made = await generations(vault)
    if not made:
        raise StorageError(
            "There is no backup there. It takes the place that tagshot backup or BACKUP_URL named."
        )
    until = _until(at) if at else made[0].at
    fitting = [each for each in made if each.at <= until]
    if not fitting:
        raise StorageError(f"There is no backup of {at} or before. There are: {_listed(made)}.")
    return fitting[0]


def _listed(made: Sequence[Generation]) -> str:
    more = f" and {len(made) - SHOWN} older ones" if len(made) > SHOWN else ""
    return ", ".join(each.stamp for each in made[:SHOWN]) + more


def _until(at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise StorageError(
            f"{at} is no time. Write it as 2026-05-03, 2026-05-03T12:00 or 20260503T120000Z."
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    is_day = len(at) <= len("2026-05-03")
    return moment + timedelta(days=1, seconds=-1) if is_day else moment


async def _refuse_what_is_there(database: Path, artifacts: str, manifest: Manifest) -> None:
    """Nothing that is there is ever overwritten. Object storage may hold what an earlier try has brought there."""
    for path in (database, database.with_name(f"{database.name}-wal")):
        if path.exists():
            raise StorageError(f"There is something already: {path}. Restore into an empty DATA_DIR.")
    place = open_artifacts(artifacts)
    if folder := _folder(place):
        is_empty = not any(each.is_file() for each in folder.rglob("*") if UNFINISHED not in each.parts)
    else:
        is_empty = all([sha256 in manifest.artifacts async for sha256 in _stored(place)])
    if not is_empty:
        raise StorageError(f"There are files already in {artifacts}. Restore into an empty place.")


async def _stored(place: Artifacts) -> AsyncIterator[str]:
    async for some in place.put_before(datetime.max.replace(tzinfo=UTC)):
        for sha256 in some:
            yield sha256


def _refuse_too_little_room(folder: Path, manifest: Manifest) -> None:
    """Before anything is written: the sizes that a forged manifest claims may be any."""
    needed = (
        manifest.database.size_bytes + manifest.database.unpacked_bytes + sum(manifest.artifacts.values())
    )
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise StorageError(
            f"The backup needs {needed:,} bytes, and only {free:,} are free in {folder.parent}."
        )


async def _database(vault: Vault, generation: Generation, manifest: Manifest, folder: Path) -> Path:
    """The database of the backup, unpacked in ``folder`` and looked through."""
    said, packed, plain = manifest.database, folder / "tagshot.db.gz", folder / "tagshot.db"
    await vault.fetch(generation.database, packed, most_bytes=said.size_bytes)
    await in_thread(lambda give_up: unpack(packed, plain, said, give_up))
    packed.unlink()
    await in_thread(lambda _: look_through(plain, said.revision))
    if revision_of(plain) != said.revision or not _agree(files_in(plain), manifest):
        raise StorageError(
            "The manifest of this backup names other files than its database. Try an older backup."
        )
    return plain


def _agree(files: dict[str, int], manifest: Manifest) -> bool:
    """Whether the files that the database names are those of the manifest."""
    missing = set(manifest.missing)
    had = {sha256: size for sha256, size in files.items() if sha256 not in missing}
    return had == manifest.artifacts and missing <= files.keys()


def _folder(place: Artifacts) -> Path | None:
    return place.folder if isinstance(place, LocalArtifacts) else None


def _staged(artifacts: str) -> tuple[Artifacts, tuple[Path, Path] | None]:
    """Where to put the files, and from where to where that is renamed at the end."""
    place = open_artifacts(artifacts)
    folder = _folder(place)
    if folder is None:
        return place, None
    staging = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(staging, ignore_errors=True)
    return LocalArtifacts(staging), (staging, folder)


def _move_in(staging: Path, folder: Path) -> None:
    make_folder(staging)
    if folder.exists():
        shutil.rmtree(folder / UNFINISHED, ignore_errors=True)
        for shelf in folder.iterdir():
            shelf.rmdir()
    staging.rename(folder)
    sync(folder.parent)


async def _copy_files(
    vault: Vault, manifest: Manifest, place: Artifacts, progress: Progress, *, skip_damaged: bool
) -> list[str]:
    """Bring the files, and give those that are damaged."""
    damaged: list[str] = []
    done, files = 0, manifest.artifacts

    async def copy_one(sha256: str) -> None:
        nonlocal done
        try:
            await place.put(await whole(vault, sha256, files[sha256]))
        except DamagedFile as error:
            if not skip_damaged:
                raise StorageError(f"{error} With --skip-damaged all the rest is restored.") from error
            damaged.append(sha256)
        done += 1
        progress(f"Copying files: {done:,} of {len(files):,}…")

    await each_of(files, copy_one)
    return damaged


async def whole(vault: Vault, sha256: str, size: int) -> bytes:
    """A file from a backup. Raises ``DamagedFile`` when it is not what its name says, else ``StorageError``."""
    content = await vault.read(file_name(sha256), most_bytes=size)
    if len(content) != size or digest(content) != sha256:
        raise DamagedFile(f"The file {sha256} in the backup is damaged or forged.")
    return content

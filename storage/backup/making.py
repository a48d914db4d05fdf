"""Making a backup while everything is used: the database, then the files that it names, then the manifest."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from storage.artifacts import Artifacts
from storage.backup.manifest import FILES, Generation, Manifest, file_name, generations
from storage.backup.packing import Packed, packed
from storage.backup.vault import Vault
from storage.database import Database
from storage.errors import DamagedFile, MissingFile, StorageError
from storage.leftovers import spoken_of
from storage.together import each_of

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. ``new_*`` is what was not in the vault before.

    ``damaged`` and ``missing`` are files that could not be copied, because they are not what their names say, or
    are not there. The backup is good for all the others. What was deleted while the backup was made is not missed.
    """

    stamp: str
    files: int
    size_bytes: int
    new_files: int
    new_bytes: int
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all that the database names is in it."""
        return not (self.damaged or self.missing)


@dataclass(slots=True)
class _Copied:
    """What has been found and done so far."""

    new: dict[str, int] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


async def back_up(
    database: Database,
    artifacts: Artifacts,
    vault: Vault,
    *,
    version: str,
    progress: Progress = lambda _: None,
) -> Made:
    """Make a backup. Until its manifest is there, which is the last step, there is none. Raises ``StorageError``."""
    if database.path is None:
        raise StorageError(
            "Only a database in a SQLite file is backed up by Tagshot. Use what your database brings (pg_dump), "
            "then copy the artifacts."
        )
    async with vault.held():
        generation = await _next(vault)
        progress("Copying the database…")
        async with packed(database.path) as copy:
            await vault.write_file(generation.database, copy.path)
            copied = await _copy_files(copy.files, artifacts, vault, progress)
            await vault.settle()
            made = await _concluded(vault, generation, copy, copied, version)
            named = await spoken_of(database, made.missing)
            return replace(made, missing=tuple(each for each in made.missing if each in named))


async def _concluded(
    vault: Vault, generation: Generation, copy: Packed, copied: _Copied, version: str
) -> Made:
    """Write the manifest: only now the backup is one."""
    lost = {*copied.damaged, *copied.missing}
    kept = {sha256: size for sha256, size in copy.files.items() if sha256 not in lost}
    manifest = Manifest(
        tagshot=version,
        made_at=generation.stamp,
        database=copy.copy,
        artifacts=kept,
        missing=sorted(lost),
    )
    await vault.write(generation.manifest, manifest.model_dump_json().encode())
    await vault.settle()
    return Made(
        generation.stamp,
        len(kept),
        sum(kept.values()) + copy.copy.size_bytes,
        len(copied.new),
        sum(copied.new.values()) + copy.copy.size_bytes,
        tuple(copied.damaged),
        tuple(copied.missing),
    )


async def _next(vault: Vault) -> Generation:
    """A moment that is later than those of all backups there: the clock may have been put back."""
    at = datetime.now(UTC).replace(microsecond=0)
    newest = next(iter(await generations(vault)), None)
    return Generation(at if newest is None or newest.at < at else newest.at + timedelta(seconds=1))


async def _copy_files(
    files: dict[str, int], artifacts: Artifacts, vault: Vault, progress: Progress
) -> _Copied:
    """Copy what the vault lacks. A file never changes, so one of the right size is the right one."""
    there = await vault.sizes(FILES)
    lacking = {sha256: size for sha256, size in files.items() if there.get(file_name(sha256)) != size}
    copied, done = _Copied(), 0

    async def copy_one(sha256: str) -> None:
        nonlocal done
        try:
            content = await artifacts.whole(sha256)
        except MissingFile:
            copied.missing.append(sha256)
        except DamagedFile:
            copied.damaged.append(sha256)
        else:
            await vault.write(file_name(sha256), content)
            copied.new[sha256] = len(content)
        done += 1
        progress(f"Copying files: {done:,} of {len(lacking):,}…")

    await each_of(lacking, copy_one)
    return copied

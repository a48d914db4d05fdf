"""Backups as a person asks for them, and as the schedule does: where, whether that can be, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

from bot import __version__
from bot.errors import OldBackupsStay, SettingsError, StorageError
from bot.settings import Settings
from storage.artifacts import Artifacts
from storage.backup import runs
from storage.backup.making import Made, back_up
from storage.backup.restoring import Restored, restore
from storage.backup.retention import thin_out
from storage.backup.vault import Vault, open_vault, shown
from storage.database import Database
from storage.models import now

Progress = Callable[[str], None]


def vault_of(settings: Settings, url: str) -> Vault:
    """The vault at ``url``. Raises ``SettingsError`` when what is to be backed up is in it, else ``StorageError``.

    The files of a backup are called like those of Tagshot itself, so thinning out would remove the originals.
    """
    kept = [settings.artifacts, str(settings.data_dir), settings.database.rpartition("///")[2]]
    if any(_is_in(place, url) for place in kept):
        raise SettingsError(f"{shown(url)} holds what is to be backed up. Name another place for the backup.")
    return open_vault(url)


async def make(
    settings: Settings,
    database: Database,
    artifacts: Artifacts,
    url: str,
    *,
    keep: int | None,
    progress: Progress = lambda _: None,
) -> Made:
    """Make a backup at ``url``, note what came of it, and then keep only the backups that ``keep`` says.

    Raises ``StorageError`` or ``SettingsError``.
    """
    try:
        vault = vault_of(settings, url)
        made = await back_up(database, artifacts, vault, version=__version__, progress=progress)
    except (SettingsError, StorageError) as error:
        await runs.note(database, runs.BackupRun(place=shown(url), error=str(error)))
        raise
    lost = len(made.damaged) + len(made.missing)
    await runs.note(
        database,
        runs.BackupRun(
            place=shown(url), stamp=made.stamp, files=made.files, size_bytes=made.size_bytes, lost=lost
        ),
    )
    if keep is not None:
        progress("Removing old backups…")
        try:
            await thin_out(vault, keep, now())
        except StorageError as error:
            raise OldBackupsStay(
                f"The backup {made.stamp} was made, but old ones could not be removed: {error}"
            ) from error
    return made


async def bring_back(
    settings: Settings, url: str, *, at: str | None, skip_damaged: bool, progress: Progress
) -> Restored:
    """Restore a backup into the empty places that the settings name. Raises ``StorageError`` or ``SettingsError``."""
    database = Database(settings.database)
    await database.close()
    if database.path is None:
        raise SettingsError(
            "Only a database in a SQLite file can be restored: leave DATABASE_URL empty, or name a file."
        )
    return await restore(
        vault_of(settings, url),
        database.path,
        settings.artifacts,
        at=at,
        skip_damaged=skip_damaged,
        progress=progress,
    )


def _is_in(place: str, container: str) -> bool:
    """Whether a place is another one, or inside it."""
    if _scheme(place) != _scheme(container):
        return False
    if not _scheme(place):
        return _folder(place).is_relative_to(_folder(container))
    return f"{place.rstrip('/')}/".startswith(f"{container.rstrip('/')}/")


def _scheme(place: str) -> str:
    scheme = place.partition("://")[0] if "://" in place else ""
    return "" if scheme == "file" else scheme


def _folder(place: str) -> Path:
    return Path(unquote(place.removeprefix("file://")) if "://" in place else place).expanduser().resolve()

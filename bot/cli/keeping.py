"""The commands that keep safe what is kept: backups, bringing them back, and looking at everything."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated

import typer

from bot import backups
from bot.cli.shell import Json, finished, given_settings, print_json, progress, tagshot, with_kept
from bot.settings import Settings
from storage import verifying
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.verifying import Looked

Place = Annotated[str, typer.Argument(metavar="DIR|URL", help="A folder, s3://…, gs://… or az://…")]


@tagshot.command()
def backup(
    to: Place,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Then keep the newest of so many days and weeks, and all of two days."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Back everything up, also while the bot runs; only what is new is copied."""
    with progress("Copying the database…") as line:
        made = with_kept(
            lambda kept: backups.make(
                kept.settings, kept.database, kept.artifacts, to, keep=keep, progress=line.update
            )
        )
    if as_json:
        print_json(asdict(made))
    else:
        print(f"Backup {made.stamp}: {_sizes(made.files, made.size_bytes)}, new {_bytes(made.new_bytes)}.")
        _print_lost("Not in it, because damaged here", made.damaged)
        _print_lost("Not in it, because missing here", made.missing)
    raise typer.Exit(0 if made.is_whole else 1)


@tagshot.command()
def restore(
    source: Annotated[str, typer.Argument(metavar="DIR|URL", help="Where the backup is.")],
    at: Annotated[
        str | None, typer.Option(help="The newest backup of this time or before, such as 2026-05-03.")
    ] = None,
    skip_damaged: Annotated[
        bool, typer.Option("--skip-damaged", help="Do without files that are damaged in the backup.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back, into an empty DATA_DIR only; everything is checked while it is copied."""
    settings = given_settings()
    with progress("Looking at the backup…") as line:
        done = finished(
            backups.bring_back(settings, source, at=at, skip_damaged=skip_damaged, progress=line.update)
        )
    if as_json:
        print_json(asdict(done))
    else:
        print(f"Restored the backup {done.stamp}: {_sizes(done.files, done.size_bytes)}.")
        _print_lost("Not in the backup", done.missing)
    raise typer.Exit(1 if done.missing else 0)


@tagshot.command()
def verify(
    repair_from: Annotated[
        str | None,
        typer.Option(metavar="DIR|URL", help="Put back from a backup what is damaged or missing."),
    ] = None,
    recapture: Annotated[
        bool, typer.Option("--recapture", help="Queue a new snapshot of the links whose files are lost.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read the database and every stored file, and say what is damaged, missing or of no use."""
    settings = given_settings()
    with progress("Reading the database…") as line:
        looked, queued = finished(_verified(settings, repair_from, line.update, recapture=recapture))
    if as_json:
        print_json({**asdict(looked), "recaptured": queued})
    else:
        _print_looked(looked, queued, is_offered=not recapture)
    raise typer.Exit(0 if looked.is_good else 1)


async def _verified(
    settings: Settings, repair_from: str | None, told: backups.Progress, *, recapture: bool
) -> tuple[Looked, list[str]]:
    """What was found, and the addresses that are captured again. The database is not upgraded for that."""
    database, artifacts = Database(settings.database), open_artifacts(settings.artifacts)
    try:
        looked = await verifying.look(database, artifacts, told)
        if repair_from and not looked.database and not looked.is_good:
            told("Repairing…")
            vault = backups.vault_of(settings, repair_from)
            await verifying.repair(looked, database, artifacts, vault)
        lost = [*looked.damaged, *looked.missing]
        return looked, list(await verifying.recapture(database, lost)) if recapture else []
    finally:
        await database.close()


def _print_looked(looked: Looked, queued: Collection[str], *, is_offered: bool) -> None:
    for finding in looked.database:
        print(f"The database is damaged: {finding}")
    if looked.database:
        print("Move DATA_DIR away and restore a backup: tagshot restore DIR|URL")
        return
    print(f"Good: the database, and {_sizes(looked.files, looked.size_bytes)}.")
    _print_lost("Repaired", looked.repaired)
    _print_lost("Damaged", looked.damaged)
    _print_lost("Missing", looked.missing)
    _print_lost("Stored, but nothing names them", looked.orphaned)
    _print_lost("Captured again", queued)
    if is_offered and (looked.damaged or looked.missing):
        print("--repair-from DIR|URL puts them back from a backup; --recapture captures the pages again.")


def _print_lost(what: str, names: Collection[str]) -> None:
    if names:
        print(f"{what}: {len(names):,}", *names, sep="\n  ")


def _sizes(files: int, size_bytes: int) -> str:
    return f"{files:,} files, {_bytes(size_bytes)}"


def _bytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.1f} MB"

"""The commands that keep safe what is kept: backups, bringing them back, and looking at everything."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Annotated

import typer

from bot import backups
from bot.cli.library import with_kept
from bot.cli.root import command
from bot.cli.shell import (
    Json,
    finished,
    given_settings,
    print_json,
    progress,
    said,
    terminal_words,
)
from bot.settings import Settings
from storage import verifying
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.verifying import Looked

Place = Annotated[str, typer.Argument(metavar="DIR|URL", help="A folder, s3://…, gs://… or az://…")]


@command("backup")
def backup(
    to: Place,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Then keep the newest of so many days and weeks, and all of two days."),
    ] = None,
    as_json: Json = False,
) -> None:
    with progress("Copying the database…") as tell:
        made = with_kept(
            lambda kept: backups.make(
                kept.settings, kept.database, kept.artifacts, to, keep=keep, progress=tell
            )
        )
    if as_json:
        print_json(asdict(made))
    else:
        words = terminal_words()
        sizes = {"size": words.size(made.size_bytes), "new": words.size(made.new_bytes)}
        print(words("backup-made", stamp=made.stamp, count=made.files, **sizes))
        _print_names(words("backup-damaged", count=len(made.damaged)), made.damaged)
        _print_names(words("backup-missing", count=len(made.missing)), made.missing)
    raise typer.Exit(0 if made.is_whole else 1)


@command("restore")
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
    settings = given_settings()
    with progress("Looking at the backup…") as tell:
        done = finished(backups.bring_back(settings, source, at=at, skip_damaged=skip_damaged, progress=tell))
    if as_json:
        print_json(asdict(done))
    else:
        words = terminal_words()
        size = words.size(done.size_bytes)
        print(words("backup-restored", stamp=done.stamp, count=done.files, size=size))
        _print_names(words("backup-without", count=len(done.missing)), done.missing)
    raise typer.Exit(1 if done.missing else 0)


@command("verify")
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
    settings = given_settings()
    with progress("Reading the database…") as tell:
        looked, queued = finished(_verified(settings, repair_from, tell, recapture=recapture))
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
    words = terminal_words()
    for finding in looked.database:
        print(words("verify-database", reason=said(finding)))
    if looked.database:
        print(words("verify-restore"))
        return
    print(words("verify-good", count=looked.files, size=words.size(looked.size_bytes)))
    for name, names in (
        ("verify-repaired", looked.repaired),
        ("verify-damaged", looked.damaged),
        ("verify-missing", looked.missing),
        ("verify-orphaned", looked.orphaned),
        ("verify-recaptured", queued),
    ):
        _print_names(words(name, count=len(names)), names)
    if is_offered and (looked.damaged or looked.missing):
        print(words("verify-offer"))


def _print_names(what: str, names: Collection[str]) -> None:
    if names:
        print(what, *names, sep="\n  ")

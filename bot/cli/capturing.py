"""The command that captures pages into a folder."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.capture.export import capture_to_folder, told
from bot.capture.options import Options
from bot.cli.root import command
from bot.cli.shell import finished, given_settings, progress, terminal_words
from storage.kinds import ArtifactKind, Sheet, Viewport

DESKTOP, A4 = Viewport.DESKTOP, Sheet.A4


@command("capture")
def capture(
    urls: Annotated[list[str], typer.Argument(help="Addresses; - reads them from standard input.")],
    folder: Annotated[Path, typer.Option("-o", "--output", help="The folder for the files.")],
    viewport: Annotated[Viewport, typer.Option(help="The screen that the pages are shown on.")] = DESKTOP,
    pdf: Annotated[Sheet, typer.Option(help="The sheets of the PDF; phone is about 400 pixels wide.")] = A4,
    formats: Annotated[
        list[ArtifactKind] | None,
        typer.Option("--format", help="Make only this kind of file; may be given several times."),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser on this screen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON line for each address.")] = False,
) -> None:
    settings = given_settings()
    if "-" in urls:
        urls = [each for each in urls if each != "-"] + sys.stdin.read().split()
    options = Options(viewport, pdf, frozenset(formats or ArtifactKind))
    has_failed = False

    async def work() -> None:
        nonlocal has_failed
        async for record in capture_to_folder(settings, urls, folder, options, is_headed=headed):
            has_failed = has_failed or record["status"] == "failed"
            print(
                json.dumps(record, ensure_ascii=False) if as_json else told(terminal_words(), record),
                flush=True,
            )

    with progress("Capturing…"):
        finished(work())
    raise typer.Exit(1 if has_failed else 0)

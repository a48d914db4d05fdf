"""The commands for the bot, for what is saved, and for what Tagshot needs."""

import gc
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__, app, chat, doctor, local
from bot.alone import alone, refuse_beside_a_bot
from bot.capture.export import capture_to_folder, told
from bot.capture.options import Options
from bot.capture.setup import provision
from bot.cli.shell import (
    Json,
    errors,
    finished,
    given_settings,
    print_json,
    progress,
    said,
    tagshot,
    terminal_words,
    with_kept,
    with_words,
)
from bot.conversation.query import Bare
from bot.conversation.status import told as told_status
from bot.file_types import Record
from bot.findings import report
from bot.health.gathering import gather_from_outside
from bot.health.gathering import record as status_record
from bot.plain import as_text
from bot.settings import terminal_language
from bot.wording import Words
from storage.database import Database
from storage.kinds import ArtifactKind, Sheet, Viewport

DESKTOP, A4 = Viewport.DESKTOP, Sheet.A4


@tagshot.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit


@tagshot.command()
def run() -> None:
    """Run the bot; without a token, open the local chat."""
    settings = given_settings(is_service=True)
    if settings.telegram_bot_token is None:
        errors.print(terminal_words()("no-token"))
        raise typer.Exit(finished(chat.run_chat(settings)))
    with alone(settings.data_dir):
        gc.freeze()  # What is loaded stays: to look through it for garbage would stop everything for 0.2 seconds.
        finished(app.until_stopped(app.run_bot(settings)))


@tagshot.command(name="chat")
def _chat() -> None:
    """Talk to the bot in this terminal; if the input is no terminal, play a short sample conversation."""
    raise typer.Exit(finished(chat.run_chat(given_settings())))


@tagshot.command()
def save(
    text: Annotated[str, typer.Argument(help="A message with links and #tags.")],
    wait: Annotated[bool, typer.Option("--wait", help="Capture the pages before returning.")] = False,
    as_json: Json = False,
) -> None:
    """Save links with their tags."""
    with progress("Capturing…" if wait else "Saving…"):
        words, saved = with_words(lambda kept: local.save(kept, text, wait=wait))
    if as_json:
        refused = [{"url": address, "reason": reason} for address, reason in saved.refused]
        print_json({"links": saved.links, "refused": refused})
    else:
        _print_links(words, saved.links)
        for address, reason in saved.refused:
            print(words("refused", address=address, reason=reason))
        if not (saved.links or saved.refused):
            print(words("no-link-in-text"))
    raise typer.Exit(0 if saved.is_whole else 1)


@tagshot.command()
def tag(
    query: Annotated[list[str], typer.Argument(help="Tags; also -not, | or, opt*, site:, before:, is: …")],
    as_json: Json = False,
) -> None:
    """List the links with a tag, or with several."""
    _list(query, Bare.TAG, as_json=as_json)


@tagshot.command()
def search(
    query: Annotated[list[str], typer.Argument(help='Words, "phrases", #tags, site:, before:, is: …')],
    as_json: Json = False,
) -> None:
    """List the links whose pages, titles and notes have some words, best first."""
    _list(query, Bare.TEXT, as_json=as_json)


def _list(query: list[str], bare: Bare, *, as_json: bool) -> None:
    words, links = with_words(lambda kept: local.find(kept, " ".join(query), bare))
    if as_json:
        print_json(links)
    else:
        _print_links(words, links)


@tagshot.command()
def rename(
    old: str,
    new: str,
    merge: Annotated[
        bool, typer.Option("--merge", help="Also onto a tag that there is: they become one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Give a tag another name."""
    words, done = with_words(lambda kept: local.rename(kept, old, new, merge=merge))
    if as_json:
        print_json(done)
    else:
        print(words("tag-renamed", old=f"#{old}", new=f"#{done['name']}", count=done["links"]))


@tagshot.command()
def rm(address: str, as_json: Json = False) -> None:
    """Delete a link with all its snapshots."""
    words, done = with_words(lambda kept: local.remove(kept, address))
    if as_json:
        print_json(done)
    else:
        print(words("link-deleted", link=done["title"] or done["url"]))


@tagshot.command()
def tags(as_json: Json = False) -> None:
    """List all tags."""
    counts = with_kept(local.all_tags)
    if as_json:
        print_json(counts)
        return
    for count in counts:
        print(f"#{count['name']}  {count['links']}")


@tagshot.command()
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
    """Capture pages into a folder, without database and bot."""
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


@tagshot.command()
def migrate() -> None:
    """Bring the database to the newest schema, unless a bot is running; ``tagshot run`` does this by itself."""
    settings = given_settings()

    async def work() -> None:
        database = Database(settings.database)
        try:
            await database.migrate(partial(refuse_beside_a_bot, settings.data_dir, terminal_language()))
        finally:
            await database.close()

    finished(work())
    print(terminal_words()("at-newest-schema"))


@tagshot.command()
def setup() -> None:
    """Find or install what is needed besides Python: a browser and fonts."""
    provision.set_up(given_settings(), lambda line: print(said(line), flush=True))


@tagshot.command(name="status")
def _status(as_json: Json = False) -> None:
    """Say how the bot is doing: queue, failures, disk, browser, last backup."""
    gathered = finished(gather_from_outside(given_settings()))
    if as_json:
        print_json(status_record(gathered))
    else:
        print(as_text(told_status(terminal_words(), gathered)))


@tagshot.command(name="doctor")
def _doctor() -> None:
    """Check everything that Tagshot needs, and say what to do."""
    findings = finished(doctor.examine(given_settings()))
    print(report(terminal_words(), findings))
    raise typer.Exit(1 if any(each.has_failed for each in findings) else 0)


def _print_links(words: Words, links: Sequence[Record]) -> None:
    for link in links:
        print(_line(link), local.state(words, link), sep="\n  ")


def _line(link: Record) -> str:
    return " ".join(
        [link["title"] or link["url"], *(f"#{name}" for name in link["tags"]), f"<{link['url']}>"]
    )

"""The commands for what is saved. No browser is loaded for them, nor Telegram: they are to answer at once."""

from collections.abc import Sequence
from typing import Annotated

import typer

from bot import local
from bot.cli.library import with_kept, with_words
from bot.cli.root import command
from bot.cli.shell import Json, print_json, progress
from bot.conversation.query import Bare
from bot.file_types import Record
from bot.wording import Words


@command("save")
def save(
    text: Annotated[str, typer.Argument(help="A message with links and #tags.")],
    wait: Annotated[bool, typer.Option("--wait", help="Capture the pages before returning.")] = False,
    as_json: Json = False,
) -> None:
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


@command("tag")
def tag(
    query: Annotated[list[str], typer.Argument(help="Tags; also -not, | or, opt*, site:, before:, is: …")],
    as_json: Json = False,
) -> None:
    _list(query, Bare.TAG, as_json=as_json)


@command("search")
def search(
    query: Annotated[list[str], typer.Argument(help='Words, "phrases", #tags, site:, before:, is: …')],
    as_json: Json = False,
) -> None:
    _list(query, Bare.TEXT, as_json=as_json)


def _list(query: list[str], bare: Bare, *, as_json: bool) -> None:
    words, links = with_words(lambda kept: local.find(kept, " ".join(query), bare))
    if as_json:
        print_json(links)
    else:
        _print_links(words, links)


@command("rename")
def rename(
    old: str,
    new: str,
    merge: Annotated[
        bool, typer.Option("--merge", help="Also onto a tag that there is: they become one.")
    ] = False,
    as_json: Json = False,
) -> None:
    words, done = with_words(lambda kept: local.rename(kept, old, new, merge=merge))
    if as_json:
        print_json(done)
    else:
        print(words("tag-renamed", old=f"#{old}", new=f"#{done['name']}", count=done["links"]))


@command("rm")
def rm(address: str, as_json: Json = False) -> None:
    words, done = with_words(lambda kept: local.remove(kept, address))
    if as_json:
        print_json(done)
    else:
        print(words("link-deleted", link=done["title"] or done["url"]))


@command("tags")
def tags(as_json: Json = False) -> None:
    counts = with_kept(local.all_tags)
    if as_json:
        print_json(counts)
        return
    for count in counts:
        print(f"#{count['name']}  {count['links']}")


def _print_links(words: Words, links: Sequence[Record]) -> None:
    for link in links:
        print(_line(link), local.state(words, link), sep="\n  ")


def _line(link: Record) -> str:
    return " ".join(
        [link["title"] or link["url"], *(f"#{name}" for name in link["tags"]), f"<{link['url']}>"]
    )

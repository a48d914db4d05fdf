"""How a reply looks: rows of the database become texts and buttons. Everything foreign is escaped here."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from bot.conversation import wording
from bot.conversation.replies import Action, Attachment, Button, Buttons, Card, Message, Verb
from storage.library import PAGE_SIZE, Page, TagCount
from storage.models import Artifact, ArtifactKind, Link, Snapshot, SnapshotStatus, Tag, now

TITLE_LENGTH = 200
LABEL_LENGTH = 80
TAGS_LENGTH = 200
FILE_NAME_LENGTH = 80
TAGS_A_PAGE = 30
SUMMARY_LINKS = 20
# Controls, bidi marks and overrides: a title could use them to show something else than it is.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')
_FILE_ENDINGS = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/markdown": ".md",
    "text/plain": ".txt",
}


def plain(text: str, length: int) -> str:
    """Foreign text on one line, without invisible characters, at most ``length`` characters."""
    text = " ".join(_INVISIBLE.sub(" ", text).split())
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def escaped(text: str, length: int) -> str:
    """Foreign text, plain and safe inside our HTML."""
    return html.escape(plain(text, length))


def in_place(message: Message) -> Message:
    """The same message, to take the place of the one whose button was pressed."""
    return replace(message, edits=True)


def date(at: datetime) -> str:
    """A day, like 3 May 2026."""
    return f"{at.day} {at:%b %Y}"


def site(url: str) -> str:
    """The host of an address as people know it, without www."""
    return (urlsplit(url).hostname or url).removeprefix("www.")


def name(link: Link, length: int = TITLE_LENGTH) -> str:
    """What a link is called: its title, or its address without the scheme."""
    return plain(link.title or link.url.partition("://")[2].rstrip("/"), length)


def anchor(link: Link, length: int = LABEL_LENGTH) -> str:
    """A link as a link."""
    return f'<a href="{html.escape(link.url)}">{escaped(name(link, length), length)}</a>'


def tag_text(name: str) -> str:
    """A tag that somebody wrote, as text."""
    return "#" + escaped(name.lstrip("#＃"), 40)


def hashtags(tags: Iterable[Tag]) -> str:
    """Tags as hashtags, as many as there is room for."""
    shown = ""
    for tag in tags:
        if len(shown) + len(tag.name) + 2 > TAGS_LENGTH:
            return f"{shown} …"
        shown = f"{shown} #{html.escape(tag.name)}".lstrip()
    return shown


def saved(link: Link) -> str:
    """The status of one link that was just saved."""
    return _lines(wording.SAVED_ONE.format(link=anchor(link)), hashtags(link.tags), wording.CAPTURING)


def summary(links: Sequence[tuple[Link, str]]) -> str:
    """The status of several links, each with a mark of how it stands."""
    lines = [wording.SAVED_MANY.format(count=len(links))]
    for number, (link, sign) in enumerate(links[:SUMMARY_LINKS], 1):
        lines.append(f"{number}. {anchor(link)} {hashtags(link.tags)} {sign}".rstrip())
    if len(links) > SUMMARY_LINKS:
        lines.append(wording.AND_MORE.format(count=len(links) - SUMMARY_LINKS))
    return _lines(*lines)


def capturing_again(link: Link) -> str:
    """The status of a new snapshot of a link."""
    return wording.CAPTURING_AGAIN.format(link=anchor(link))


def mark(snapshot: Snapshot) -> str:
    """How a snapshot stands, as one sign."""
    if snapshot.status == SnapshotStatus.DONE:
        return wording.KEPT
    return wording.BROKEN if snapshot.error else ""


def kept(links: Sequence[Link]) -> Message:
    """The answer to links that have a snapshot already."""
    if len(links) > 1:
        entries, numbers = _numbered(links[:PAGE_SIZE], 1)
        return Message("\n\n".join([wording.KEPT_MANY.format(count=len(links)), *entries]), numbers)
    link = links[0]
    since = next(each.captured_at for each in link.snapshots if each.status == SnapshotStatus.DONE)
    text = wording.KEPT_SINCE.format(link=anchor(link), date=date(since or link.created_at))
    buttons = (
        Button(wording.BUTTON_OPEN_COPY, Action(Verb.CARD, (_id(link),))),
        Button(wording.BUTTON_NEW_SNAPSHOT, Action(Verb.AGAIN, (_id(link),))),
    )
    return Message(_lines(text, hashtags(link.tags)), (buttons,))


def refused(refusals: Sequence[tuple[str, str]]) -> Message:
    """Addresses that are not saved, each with the reason."""
    lines = [
        wording.REFUSED.format(address=f"<code>{escaped(address, 100)}</code>", reason=html.escape(reason))
        for address, reason in refusals[:PAGE_SIZE]
    ]
    if len(refusals) > PAGE_SIZE:
        lines.append(wording.AND_MORE.format(count=len(refusals) - PAGE_SIZE))
    return Message("\n\n".join(lines))


def card(snapshot: Snapshot) -> Card | Message:
    """A snapshot as the chat keeps it: the card when it was kept, else why not and what comes next."""
    link = snapshot.link
    again = Button(wording.BUTTON_AGAIN, Action(Verb.AGAIN, (_id(link),)))
    if snapshot.status != SnapshotStatus.DONE:
        return Message(_failure(snapshot), ((again,),))
    caption = _lines(
        f"<b>{anchor(link, TITLE_LENGTH)}</b>",
        f"{html.escape(site(snapshot.final_url or link.url))} · {date(snapshot.captured_at or link.created_at)}",
        hashtags(link.tags),
    )
    buttons = ((*_file_buttons(snapshot), again),)
    screen = snapshot.artifact(ArtifactKind.SCREEN)
    if screen is None:
        return Message(caption, buttons)
    return Card(screen, _file_name(link, screen), caption, buttons)


def _file_buttons(snapshot: Snapshot) -> Iterable[Button]:
    if snapshot.artifact(ArtifactKind.PDF):
        yield Button(wording.BUTTON_PDF, Action(Verb.PDF, (snapshot.id or 0,)))
    if snapshot.artifact(ArtifactKind.FULLPAGE):
        yield Button(wording.BUTTON_FULL_PAGE, Action(Verb.FULL_PAGE, (snapshot.id or 0,)))


def _failure(snapshot: Snapshot) -> str:
    sentences = [html.escape(snapshot.error or "")]
    if snapshot.status == SnapshotStatus.QUEUED:
        seconds = (snapshot.run_after - now()).total_seconds()
        sentences.append(wording.TRIES_AGAIN.format(wait=wording.wait(seconds)))
    return _lines(
        f"{wording.BROKEN} {anchor(snapshot.link)}", hashtags(snapshot.link.tags), " ".join(sentences)
    )


def attachment(snapshot: Snapshot, artifact: Artifact) -> Attachment:
    """A file of a snapshot, named after the page."""
    return Attachment(artifact, _file_name(snapshot.link, artifact))


def _file_name(link: Link, artifact: Artifact) -> str:
    """A name that every system takes, in the page's own script."""
    stem = unicodedata.normalize("NFC", _UNSAFE_IN_NAMES.sub(" ", name(link)))
    stem = plain(stem, FILE_NAME_LENGTH).strip(". ") or "page"
    content_type = artifact.content_type.partition(";")[0]
    return stem + _FILE_ENDINGS.get(content_type, "")


def link_list(page: Page, title: str, turn: Action) -> Message:
    """Ten links with a numbered button each, and buttons to the neighbouring pages. ``turn`` shows this list."""
    heading = wording.LIST_TITLE.format(title=title, count=wording.links(page.total))
    entries, numbers = _numbered(page.links, page.number * PAGE_SIZE + 1)
    turning = _turning(page.number, page.pages, replace(turn, anchor=page.anchor))
    return Message("\n\n".join([f"<b>{heading}</b>", *entries]), (*numbers, *turning))


def _numbered(links: Sequence[Link], first: int) -> tuple[list[str], Buttons]:
    """Links as entries, and a button for each that sends its card."""
    numbered = list(enumerate(links, first))
    buttons = [Button(str(number), Action(Verb.CARD, (_id(link),))) for number, link in numbered]
    return [_entry(number, link) for number, link in numbered], rows(buttons, 5)


def _entry(number: int, link: Link) -> str:
    newest = max(link.snapshots, key=lambda each: each.id or 0, default=None)
    sign = mark(newest) if newest and newest.status != SnapshotStatus.DONE else ""
    below = " · ".join(
        part
        for part in (html.escape(site(link.url)), date(link.created_at), hashtags(link.tags), sign)
        if part
    )
    return f"{number}. {anchor(link)}\n{below}"


def tag_list(counts: Sequence[TagCount], page: int) -> Message:
    """All tags, most used first, each a button."""
    pages = max(1, -(-len(counts) // TAGS_A_PAGE))
    page = max(0, min(page, pages - 1))
    shown = counts[page * TAGS_A_PAGE : (page + 1) * TAGS_A_PAGE]
    return Message(
        f"<b>{wording.TAGS.format(count=len(counts))}</b>",
        (*rows([tag_button(each) for each in shown], 3), *_turning(page, pages, Action(Verb.TAGS))),
    )


def tag_button(count: TagCount) -> Button:
    """A tag with its number of links."""
    return Button(f"#{plain(count.name, 24)} {count.links}", Action(Verb.BY_TAG, (count.id,)))


def _turning(number: int, pages: int, turn: Action) -> Buttons:
    buttons = []
    if number > 0:
        buttons.append(Button(wording.BUTTON_NEWER.format(page=number), turn.turned_to(number - 1)))
    if number < pages - 1:
        buttons.append(Button(wording.BUTTON_OLDER.format(page=number + 2), turn.turned_to(number + 1)))
    return (tuple(buttons),) if buttons else ()


def rows(buttons: Sequence[Button], width: int) -> Buttons:
    """Buttons in rows of ``width``."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _id(link: Link) -> int:
    return link.id or 0

"""Inline mode: what a person types behind the bot's name in any chat, and which of their links are offered there."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation import cards, render
from bot.conversation.foreign import plain
from bot.conversation.query import Bare, read
from bot.conversation.query_fields import Mistake
from bot.wording import Words
from storage.kinds import ArtifactKind
from storage.library import PAGE_SIZE, Library
from storage.models import Snapshot
from storage.query import Everything

DESCRIPTION_LENGTH = 120
_SIGNS = '*＊"”)）'


@dataclass(frozen=True, slots=True)
class InlineAsked:
    """What a person types, and from where on they have seen the results; empty at first."""

    person_id: int
    text: str
    offset: str = ""
    language_code: str | None = None


@dataclass(frozen=True, slots=True)
class InlineResult:
    """A link to send: its card with the picture, or the PDF, that Telegram has already; else as a text."""

    id: str
    title: str
    description: str
    html: str
    photo_id: str | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """The results, and from where on the next ones are to be asked for; empty where there are no more."""

    results: Sequence[InlineResult] = ()
    next_offset: str = ""


async def answer(words: Words, library: Library, asked: InlineAsked) -> InlineAnswer:
    """The links of the person's own library that have these words or tags, the newest where nothing is typed.

    The last word may be unfinished. What is no query yet finds nothing, without a word about it.
    """
    number = int(asked.offset) if asked.offset.isascii() and asked.offset.isdigit() else 0
    query = read(_unfinished(asked.text), Bare.TEXT, words.zone)
    if isinstance(query, Mistake):
        return InlineAnswer()
    if isinstance(query, Everything):
        page = await library.recent(number)
    else:
        page = await library.search(query, number)
    if page.number != number:
        return InlineAnswer()
    snapshots = await library.newest_kept(page.links)
    has_more = (number + 1) * PAGE_SIZE < page.total
    return InlineAnswer([_result(words, each) for each in snapshots], str(number + 1) if has_more else "")


def _unfinished(text: str) -> str:
    """The text with its last word taken for the beginning of one."""
    text = text.strip()
    last = text.split()[-1] if text else ""
    is_word = last and not any(sign in last for sign in _SIGNS) and ":" not in last and last[-1].isalnum()
    return f"{text}*" if is_word else text


def _result(words: Words, snapshot: Snapshot) -> InlineResult:
    link = snapshot.link
    screen, pdf = snapshot.artifact(ArtifactKind.SCREEN), snapshot.artifact(ArtifactKind.PDF)
    tags = " ".join(f"#{tag.name}" for tag in link.tags)
    return InlineResult(
        id=str(snapshot.id),
        title=plain(render.name(link), render.TITLE_LENGTH),
        description=plain(f"{link.host} {tags}", DESCRIPTION_LENGTH),
        html=cards.public(words, snapshot),
        photo_id=screen.telegram_file_id if screen else None,
        document_id=pdf.telegram_file_id if pdf else None,
    )

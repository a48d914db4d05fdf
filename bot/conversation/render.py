"""How a reply looks: rows of the database become texts and buttons, each within Telegram's limits.

Everything foreign is escaped here; how it is made fit to be shown is next door, in ``foreign``.
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.conversation import snippets as snippets_of
from bot.conversation.foreign import escaped, plain, units
from bot.conversation.replies import Action, Button, Buttons, Change, Message, Verb
from bot.wording import BROKEN, KEPT, Words
from bot.wording.stored import retold
from storage.hosts import host_of
from storage.kinds import SnapshotStatus
from storage.library import PAGE_SIZE, Page, TagCount
from storage.models import Link, Snapshot, Tag

# A text may have 4096 units and a caption 1024 of them, with 100 entities; their HTML may have 32768 bytes.
TEXT_LENGTH, MOST_ENTITIES = 4096, 100
TITLE_LENGTH = 200
LABEL_LENGTH = 80
SITE_LENGTH = 60
REASON_LENGTH = 250
ADDRESS_LENGTH = 100
LONGEST_HREF_OF_MANY = 800
CARD_TAGS, ENTRY_TAGS, SUMMARY_TAGS = 20, 7, 4
TAG_LENGTH = 40
BUTTON_TAG_LENGTH = 24
ROOM_FOR_A_TAG = 20
TAGS_A_PAGE = 30
SUMMARY_LINKS = 20
SUGGESTIONS = 9
QUERY_LENGTH = 120
BOLD_HITS = 4
_TAG = re.compile(r"<[^>]*>")
_OPENING = re.compile(r"<[a-z]")
_BOLD = re.compile(r"</?b>")
# Everything that Telegram might take for a hashtag, a mention, a command, an amount or an address.
_FOUND = re.compile(r"[#＃@$/]|(?<=\w)\.(?=\w)")
# What Markdown puts around words; the targets of links say nothing to a reader.
_MARKDOWN = re.compile(r"\]\([^)\s]*\)|!?\[|(?<!\w)[#>*`~|-]{1,6}(?!\w)|\*\*|`+|\|")


def in_place(message: Message) -> Message:
    """The same message, to take the place of the one whose button was pressed."""
    return replace(message, edits=True)


def site(url: str) -> str:
    """The host of an address as people know it, without www."""
    return escaped(host_of(url) or url, SITE_LENGTH)


def name(link: Link) -> str:
    """What a link is called: its title, or its address without the scheme."""
    return plain(link.title or "", TITLE_LENGTH) or plain(
        link.url.partition("://")[2].rstrip("/"), TITLE_LENGTH
    )


def anchor(link: Link, length: int = LABEL_LENGTH) -> str:
    """A link as a link."""
    return f'<a href="{html.escape(link.url)}">{escaped(name(link), length)}</a>'


def _one_of_many(link: Link) -> str:
    """A link as a link, among others; its address is left out when there would be no room for all of them."""
    is_short = len(html.escape(link.url)) <= LONGEST_HREF_OF_MANY
    return anchor(link) if is_short else f"<code>{escaped(name(link), LABEL_LENGTH)}</code>"


def tag_text(name: str) -> str:
    """A tag that somebody wrote, as a hashtag."""
    return "#" + escaped(name.lstrip("#＃"), TAG_LENGTH)


def hashtags(tags: Sequence[Tag], most: int = CARD_TAGS) -> str:
    """Tags as hashtags: at most that many, and fewer if they are long."""
    shown: list[str] = []
    room = most * ROOM_FOR_A_TAG
    for tag in tags[:most]:
        text = tag_text(tag.name)
        room -= units(text) + 1
        if room < 0:
            break
        shown.append(text)
    return " ".join([*shown, "…"] if len(shown) < len(tags) else shown)


def saved(words: Words, link: Link, why_not: str | None = None) -> str:
    """The status of one link that was just saved, and ``why_not`` if it is not captured."""
    next_ = escaped(retold(words, why_not), REASON_LENGTH) if why_not else words("capturing")
    return in_lines(words("saved-one", link=anchor(link)), hashtags(link.tags), next_)


def held_up(words: Words, link: Link) -> str:
    """The status of one link that was saved, whose page can't be captured for now because the disk is full."""
    return in_lines(words("saved-one", link=anchor(link)), hashtags(link.tags), words("disk-full"))


def summary(words: Words, links: Sequence[tuple[Link, str]]) -> str:
    """The status of several links, each with a mark of how it stands."""
    lines = [words("saved-many", count=len(links))]
    for number, (link, sign) in enumerate(links[:SUMMARY_LINKS], 1):
        parts = (f"{number}.", _one_of_many(link), hashtags(link.tags, SUMMARY_TAGS), sign)
        lines.append(" ".join(part for part in parts if part))
    return in_lines(*lines, _more(words, links, SUMMARY_LINKS))


def capturing_again(words: Words, link: Link) -> str:
    """The status of a new snapshot of a link."""
    return words("capturing-again", link=anchor(link))


def mark(snapshot: Snapshot) -> str:
    """How a snapshot stands, as one sign; none while nothing has come of it."""
    if snapshot.status == SnapshotStatus.DONE:
        return KEPT
    return BROKEN if snapshot.error or snapshot.status == SnapshotStatus.FAILED else ""


def kept(words: Words, links: Sequence[Link]) -> Message:
    """The answer to links that have a snapshot already."""
    if len(links) > 1:
        entries, numbers = _numbered(words, links[:PAGE_SIZE], 1)
        return Message(
            _paragraphs(words("kept-many", count=len(links)), *entries, _more(words, links)), numbers
        )
    link = links[0]
    since = next(each.captured_at for each in link.snapshots if each.status == SnapshotStatus.DONE)
    text = words("kept-since", link=anchor(link), date=words.date(since or link.created_at))
    buttons = (
        Button(words("button-open-copy"), Action(Verb.CARD, (link_id(link),))),
        Button(words("button-new-snapshot"), Action(Verb.AGAIN, (link_id(link),))),
    )
    return Message(in_lines(text, hashtags(link.tags)), (buttons,), link_ids=(link_id(link),))


def refused(words: Words, refusals: Sequence[tuple[str, str]]) -> Message:
    """Addresses that are not saved, each with the reason."""
    lines = [
        words(
            "refused",
            address=f"<code>{escaped(address, ADDRESS_LENGTH)}</code>",
            reason=escaped(reason, REASON_LENGTH),
        )
        for address, reason in refusals[:PAGE_SIZE]
    ]
    return Message(_paragraphs(*lines, _more(words, refusals)))


def link_list(
    words: Words, page: Page, title: str, turn: Action, snippets: Mapping[int, str] | None = None
) -> Message:
    """Ten links with a numbered button each, and buttons to the neighbouring pages. ``turn`` shows this list.

    ``snippets`` are what stands of a page below its link, by the link's id.
    """
    count = words("links-more" if page.is_more else "links", count=page.total)
    heading = words("list-title", title=title, links=count)
    entries, numbers = _numbered(words, page.links, page.number * PAGE_SIZE + 1)
    parts = [f"<b>{heading}</b>", *entries]
    if snippets:
        parts = _with_snippets(parts, ["", *(snippets.get(link_id(link), "") for link in page.links)])
    turning = _turning(words, page.number, page.pages, replace(turn, anchor=page.anchor))
    return Message(_paragraphs(*parts), (*numbers, *turning))


def _with_snippets(parts: Sequence[str], of_parts: Sequence[str]) -> list[str]:
    """The parts of a list with what stands below them, first come first served: a message has so much room."""
    whole = _paragraphs(*parts)
    room, entities = TEXT_LENGTH - shown_units(whole), MOST_ENTITIES - _entities(whole)
    shown = []
    for part, below in zip(parts, of_parts, strict=True):
        said = below if _entities(below) <= entities else _BOLD.sub("", below)
        if shown_units(said) + 1 > room or _entities(said) > entities:
            said = ""
        room, entities = room - shown_units(said) - 1, entities - _entities(said)
        shown.append(in_lines(part, said))
    return shown


def _entities(markup: str) -> int:
    """At most how many entities Telegram finds in our HTML: what is marked, and hashtags and addresses besides."""
    return len(_OPENING.findall(markup)) + len(_FOUND.findall(_TAG.sub("", markup)))


def snippet(text: str, words: str) -> str:
    """The part of a page's text that has the words, these in bold."""
    parts = snippets_of.snippet(_MARKDOWN.sub(" ", text), words)
    bold = [each for each in parts if each.is_hit][:BOLD_HITS]
    return "".join(
        f"<b>{html.escape(each.text)}</b>" if any(each is hit for hit in bold) else html.escape(each.text)
        for each in parts
    )


def _numbered(words: Words, links: Sequence[Link], first: int) -> tuple[list[str], Buttons]:
    """Links as entries, and a button for each that sends its card."""
    numbered = list(enumerate(links, first))
    buttons = [Button(str(number), Action(Verb.CARD, (link_id(link),))) for number, link in numbered]
    return [_entry(words, number, link) for number, link in numbered], rows(buttons, 5)


def _entry(words: Words, number: int, link: Link) -> str:
    newest = max(link.snapshots, key=lambda each: each.id or 0, default=None)
    sign = mark(newest) if newest and newest.status != SnapshotStatus.DONE else ""
    parts = (site(link.url), words.date(link.created_at), hashtags(link.tags, ENTRY_TAGS), sign)
    return f"{number}. {_one_of_many(link)}\n" + " · ".join(part for part in parts if part)


def tags_of(words: Words, link: Link, others: Sequence[TagCount]) -> Message:
    """The tags of a link, each a button that takes it off, and others that a button puts on."""
    of = link_id(link)
    own = [
        Button(f"✓ #{plain(tag.name, BUTTON_TAG_LENGTH)}", Action(Verb.TAKE, (of, tag.id or 0)))
        for tag in link.tags[:TAGS_A_PAGE]
    ]
    more = [
        Button(f"+ #{plain(count.name, BUTTON_TAG_LENGTH)}", Action(Verb.PUT, (of, count.id)))
        for count in others
    ]
    text = words("tags-of", link=anchor(link))
    return Message(text, (*rows(own, 2), *rows(more, 3)), link_ids=(of,))


def undoable(words: Words, html: str, undo_id: int) -> Message:
    """What was done, in place of the question, with a button that takes it back."""
    return Message(html, ((Button(words("button-undo"), Action(Verb.UNDO, (undo_id,))),),), edits=True)


def without_buttons(message_id: int, html: str) -> Change:
    """An earlier message whose buttons have nothing to act on any more."""
    return Change(message_id, Message(html))


def tag_list(words: Words, counts: Sequence[TagCount], page: int) -> Message:
    """All tags, most used first, each a button."""
    pages = max(1, -(-len(counts) // TAGS_A_PAGE))
    page = max(0, min(page, pages - 1))
    shown = counts[page * TAGS_A_PAGE : (page + 1) * TAGS_A_PAGE]
    return Message(
        f"<b>{words('tags', count=len(counts))}</b>",
        (*rows([tag_button(each) for each in shown], 3), *_turning(words, page, pages, Action(Verb.TAGS))),
    )


def tag_button(count: TagCount) -> Button:
    """A tag with its number of links."""
    return Button(f"#{plain(count.name, BUTTON_TAG_LENGTH)} {count.links}", Action(Verb.BY_TAG, (count.id,)))


def _turning(words: Words, number: int, pages: int, turn: Action) -> Buttons:
    buttons = []
    if number > 0:
        buttons.append(Button(words("button-newer", page=number), turn.turned_to(number - 1)))
    if number < pages - 1:
        buttons.append(Button(words("button-older", page=number + 2), turn.turned_to(number + 1)))
    return (tuple(buttons),) if buttons else ()


def rows(buttons: Sequence[Button], width: int) -> Buttons:
    """Buttons in rows of ``width``."""
    return tuple(tuple(buttons[at : at + width]) for at in range(0, len(buttons), width))


def _more(words: Words, all_of_them: Sequence[object], shown: int = PAGE_SIZE) -> str:
    """How many are not shown."""
    hidden = len(all_of_them) - shown
    return words("and-more", count=hidden) if hidden > 0 else ""


def shown_units(markup: str) -> int:
    """The length of our HTML as it is read, in UTF-16 units."""
    return units(html.unescape(_TAG.sub("", markup)))


def in_lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def link_id(link: Link) -> int:
    return link.id or 0

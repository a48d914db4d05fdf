"""An answer to one of the bot's messages, or to the message that saved a link: tags, a note, or a file.

How a file is kept is next door, in ``giving``.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import commands, hashtags, joining, render, saying
from bot.conversation.asked import Asked
from bot.conversation.giving import Giving
from bot.conversation.message import Incoming
from bot.conversation.parse import Parsed
from bot.conversation.replies import Message, Reply
from bot.wording import Words
from storage.models import Link
from storage.remarks import Remark
from storage.tagging import keys_of
from storage.undoing import Removed

_TAKEN_OFF = re.compile(r"(?<!\S)[-－–—−]\s?([#＃][^\s]+)")


def without_taken_off(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its ``-#x``, and the names of those tags."""
    names = [name for found in _TAKEN_OFF.findall(text) for name in hashtags.split(found)[0]]
    return (_TAKEN_OFF.sub(" ", text), hashtags.unique(names)) if names else (text, ())


async def answered(asked: Asked, giving: Giving) -> Sequence[Reply] | None:
    """Answer a message that answers one about links, or the edit of one that has spoken of links.

    None: it is neither, or it is a command or brings links of its own.
    """
    incoming = asked.incoming
    if incoming.reply_to is None and not incoming.is_edit:
        return None
    text, removed = without_taken_off(incoming.text)
    parsed = joining.understood(replace(incoming, text=text, entities=None) if removed else incoming)
    if parsed.links or parsed.rejected or parsed.command:
        return None
    tag = await asked.shelf.undoing.tag_asked_about(incoming.reply_to or 0)
    if tag is not None:
        return await commands.name_given(asked, tag)
    links = await _spoken_of(asked)
    if not links or not (parsed.tags or removed or parsed.note or incoming.attached):
        return None
    if incoming.attached is not None and not incoming.is_edit:
        kept = await giving.keep(asked, links, incoming.attached)
        if not (parsed.tags or removed or parsed.note):
            return kept
        return [*kept, *await _remarked(asked, links, parsed, removed)]
    return await _remarked(asked, links, parsed, removed)


async def captioned(asked: Asked, earlier: Incoming, parsed: Parsed) -> Sequence[Reply]:
    """Put the tags of a message on the links of the one before it. Nothing: the links have them all already."""
    wanted = keys_of(parsed.tags).keys()
    links = await asked.shelf.editing.links_of(earlier.message_id)
    new = [link for link in links if wanted - {tag.key for tag in link.tags}]
    remark = Remark(asked.incoming.message_id, parsed.tags)
    done = await asked.shelf.remarks.make([render.link_id(each) for each in new], remark)
    return await saying.changed(asked.words, asked.shelf, [each.link for each in done]) if done else []


async def _spoken_of(asked: Asked) -> Sequence[Link]:
    """The links that an edited message has spoken of, or that the answered one is about."""
    incoming = asked.incoming
    own = await asked.shelf.remarks.links_of(incoming.message_id) if incoming.is_edit else []
    if own or incoming.reply_to is None:
        return own
    return await asked.shelf.editing.links_of(incoming.reply_to)


async def _remarked(
    asked: Asked, links: Sequence[Link], parsed: Parsed, removed: tuple[str, ...]
) -> Sequence[Reply]:
    """Do what a message says of links, or what it says now that it was edited."""
    words, shelf = asked.words, asked.shelf
    is_one = len(links) == 1
    remark = Remark(asked.incoming.message_id, parsed.tags, removed, parsed.note if is_one else "")
    done = await shelf.remarks.make([render.link_id(each) for each in links], remark)
    undone = [_noted(words, each.link, each.noted) for each in done if each.noted]
    if asked.incoming.is_edit:
        changed = [each.link for each in done if each.is_changed]
        return [*await saying.corrected(words, shelf, changed), *undone] if changed else []
    if parsed.tags or removed:
        return [*await saying.retagged(words, shelf, [each.link for each in done]), *undone]
    if is_one:
        return [*await saying.changed(words, shelf, [each.link for each in done]), *undone]
    return [Message(words("note-for-one"))]


def _noted(words: Words, link: Link, noted: Removed) -> Message:
    """That the note is written, with a way back: there may have been another."""
    said = render.undoable(words, words("noted", link=render.anchor(link)), noted.undo_id)
    return replace(said, link_ids=(render.link_id(link),))

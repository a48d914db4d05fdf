"""An answer to one of the bot's messages, or to the message that saved a link: tags, a note, or a file."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import commands, hashtags, joining, render, saying
from bot.conversation.asked import Asked
from bot.conversation.message import AttachedFile, Incoming
from bot.conversation.parse import Parsed
from bot.conversation.replies import Message, Reaction, Reply
from bot.errors import FrontEndError
from bot.wording import BROKEN, KEPT, Words
from storage.artifacts import Artifacts, digest
from storage.kinds import ArtifactKind
from storage.models import Artifact, Link
from storage.remarks import Remark
from storage.tagging import keys_of
from storage.undoing import Removed

LARGEST_FILE_BYTES = 20_000_000
_TAKEN_OFF = re.compile(r"(?<!\S)[-－–—−]\s?([#＃][^\s]+)")


def without_taken_off(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its ``-#x``, and the names of those tags."""
    names = [name for found in _TAKEN_OFF.findall(text) for name in hashtags.split(found)[0]]
    return (_TAKEN_OFF.sub(" ", text), hashtags.unique(names)) if names else (text, ())


async def answered(asked: Asked, artifacts: Artifacts) -> Sequence[Reply] | None:
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
        return await _file(asked, links, incoming.attached, artifacts)
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
        return [*await saying.changed(words, shelf, changed), *undone] if changed else []
    if parsed.tags or removed:
        return [*await saying.retagged(words, shelf, [each.link for each in done]), *undone]
    if is_one:
        return [*await saying.changed(words, shelf, [each.link for each in done]), *undone]
    return [Message(words("note-for-one"))]


def _noted(words: Words, link: Link, noted: Removed) -> Message:
    """That the note is written, with a way back: there may have been another."""
    said = render.undoable(words, words("noted", link=render.anchor(link)), noted.undo_id)
    return replace(said, link_ids=(render.link_id(link),))


async def _file(
    asked: Asked, links: Sequence[Link], file: AttachedFile, artifacts: Artifacts
) -> Sequence[Reply]:
    """Keep a file that the person sends as the snapshot of the link, for a page that shows itself only to them."""
    if len(links) > 1:
        return [Message(asked.words("file-for-one"))]
    if file.size_bytes > LARGEST_FILE_BYTES:
        return [Message(asked.words("file-too-large", size=asked.words.size(LARGEST_FILE_BYTES)))]
    if used := await asked.shelf.editing.bytes_if_full():
        return [Reaction(BROKEN), Message(asked.words("file-no-room", used=asked.words.size(used)))]
    try:
        content = await file.download()
    except FrontEndError:
        return [Reaction(BROKEN), Message(asked.words("file-not-received"))]
    await asked.shelf.editing.expect_file(digest(content))
    sha256 = await artifacts.put(content)
    is_photo = file.name is None
    kinds = [ArtifactKind.ORIGINAL, *([ArtifactKind.SCREEN] if is_photo else [])]
    given = [
        Artifact(
            snapshot_id=0,
            kind=kind,
            sha256=sha256,
            size_bytes=len(content),
            content_type=file.content_type,
            name=file.name,
        )
        for kind in kinds
    ]
    link_id = render.link_id(links[0])
    await asked.shelf.editing.keep_files(link_id, given)
    replies = await saying.new_card(asked.words, asked.shelf, link_id)
    return [
        Reaction(KEPT),
        *replies,
        Message(asked.words("file-kept", link=render.anchor(links[0])), link_ids=(link_id,)),
    ]

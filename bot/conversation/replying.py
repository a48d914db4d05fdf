"""An answer to one of the bot's messages, or to the message that saved a link: tags, a note, or a file."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import hashtags, render, saying
from bot.conversation.asked import Asked
from bot.conversation.message import AttachedFile
from bot.conversation.parse import Parsed
from bot.conversation.replies import Message, Reaction, Reply
from bot.errors import FrontEndError
from bot.wording import BROKEN, KEPT, Words
from storage.artifacts import Artifacts, digest
from storage.kinds import ArtifactKind
from storage.models import Artifact, Link
from storage.undoing import Removed

LARGEST_FILE_BYTES = 20_000_000
_TAKEN_OFF = re.compile(r"(?<!\S)[-－–—−]\s?([#＃][^\s]+)")


def without_taken_off(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its ``-#x``, and the names of those tags."""
    names = [name for found in _TAKEN_OFF.findall(text) for name in hashtags.split(found)[0]]
    return (_TAKEN_OFF.sub(" ", text), hashtags.unique(names)) if names else (text, ())


async def answer(
    asked: Asked, links: Sequence[Link], parsed: Parsed, removed: tuple[str, ...], artifacts: Artifacts
) -> Sequence[Reply]:
    """Do what an answer to a message about ``links`` wants."""
    if asked.incoming.attached is not None:
        return await _file(asked, links, asked.incoming.attached, artifacts)
    words, shelf = asked.words, asked.shelf
    done = await shelf.editing.retag([render.link_id(each) for each in links], parsed.tags, removed)
    is_one = len(links) == 1
    noted = (
        await shelf.undoing.set_note(render.link_id(links[0]), parsed.note)
        if parsed.note and is_one
        else None
    )
    replies: list[Reply] = []
    if parsed.tags or removed:
        replies += await saying.retagged(words, shelf, done)
    elif is_one:
        replies += await saying.changed(words, shelf, links)
    else:
        replies.append(Message(words("note-for-one")))
    return [*replies, _noted(words, links[0], noted)] if noted else replies


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

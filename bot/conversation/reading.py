"""What there is to read of a page, as messages; as a file when it is long."""

import html
from collections.abc import Sequence

from bot.conversation import cards
from bot.conversation.asked import Read
from bot.conversation.foreign import units
from bot.conversation.replies import Message, Reply, Toast
from bot.errors import StorageError
from bot.wording import Words
from storage.kinds import ArtifactKind
from storage.models import Snapshot

MESSAGE_LENGTH = 4_000
MESSAGES = 3


async def text(words: Words, snapshot: Snapshot, read: Read) -> Sequence[Reply]:
    """The text of a snapshot: up to three messages, or the file."""
    artifact = snapshot.artifact(ArtifactKind.TEXT)
    if artifact is None:
        return [Toast(words("toast-no-such-file"))]
    try:
        content = await read(artifact.sha256)
    except StorageError:
        return [Message(words("file-lost"))]
    whole = content.decode("utf-8", "replace").strip()
    if not whole:
        return [Toast(words("toast-no-text"))]
    parts = _parts(whole) if len(whole) <= MESSAGES * MESSAGE_LENGTH else []
    if not 0 < len(parts) <= MESSAGES:
        return cards.attachments(words, snapshot, ArtifactKind.TEXT)
    return [Message(html.escape(part), link_ids=(snapshot.link_id,)) for part in parts]


def _parts(text: str) -> list[str]:
    """The text in parts that are messages, cut between paragraphs where that can be, else between lines."""
    parts: list[str] = []
    rest = text
    while units(rest) > MESSAGE_LENGTH:
        end = _end(rest)
        parts.append(rest[:end].rstrip())
        rest = rest[end:].lstrip("\n")
    return [*parts, rest] if rest.strip() else parts


def _end(text: str) -> int:
    """Where to cut a text that is too long for one message."""
    longest = len(text.encode("utf-16-le")[: 2 * MESSAGE_LENGTH].decode("utf-16-le", "ignore"))
    for separator in ("\n\n", "\n", "。", ". ", " "):
        at = text.rfind(separator, longest // 2, longest)
        if at > 0:
            return at + len(separator)
    return longest

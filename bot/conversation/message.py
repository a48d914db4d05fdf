"""What reaches the conversation from a front end, whichever it is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text that the front end has recognised; ``type`` as in Telegram's Bot API.

    ``offset`` and ``length`` count UTF-16 units. ``url`` is set for ``text_link``.
    """

    type: str
    offset: int
    length: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, reduced to what matters here. ``message_id`` is unique in its chat.

    ``entities`` is None where the front end recognises none (terminal, command line).
    ``spare_urls`` are addresses that count only when the text has none (preview, buttons).
    ``author_id`` is None for a channel post.
    """

    chat_id: int
    message_id: int
    text: str
    sent_at: datetime
    entities: tuple[Entity, ...] | None = None
    author_id: int | None = None
    thread_id: int | None = None
    spare_urls: tuple[str, ...] = ()
    is_private: bool = True
    is_forward: bool = False
    is_edit: bool = False

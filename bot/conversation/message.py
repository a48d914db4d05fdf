"""What reaches the conversation from a front end, whichever it is."""

from collections.abc import Awaitable, Callable
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
class AttachedFile:
    """A file that came with a message. ``download`` gives its content, and raises ``FrontEndError``.

    ``name`` is None for a photo, which the front end has made anew; a file may come without a name, as "".
    """

    name: str | None
    content_type: str
    size_bytes: int
    download: Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that another one answers and that the bot may never have seen, or the part that is quoted of it.

    ``is_elsewhere``: it stands in another chat. ``written_by`` is then who wrote it, as the app shows it.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    spare_urls: tuple[str, ...] = ()
    is_elsewhere: bool = False
    written_by: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message, reduced to what matters here. ``message_id`` is unique in its chat.

    ``entities`` is None where the front end recognises none (terminal, command line).
    ``spare_urls`` are addresses that count only when the text has none (preview, buttons).
    ``author_id`` is None for a channel post. ``language_code`` is what the author's app is set to. ``is_mention`` says
    whether it speaks to the bot by name, ``bot_name``; ``has_privacy_mode`` whether Telegram hides from it
    what is said in groups without calling it.
    ``reply_to`` is the message of the same chat that this one answers, ``answered`` what stands in that, or in one of
    another chat, if it is not our own. ``forwarded_from`` is who wrote this message first. ``continues_album``: what is
    attached was sent together with what the message before it has.
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
    is_mention: bool = False
    bot_name: str = ""
    has_privacy_mode: bool = False
    language_code: str | None = None
    reply_to: int | None = None
    answered: Answered | None = None
    forwarded_from: str | None = None
    attached: AttachedFile | None = None
    continues_album: bool = False

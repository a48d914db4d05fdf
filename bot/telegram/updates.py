"""What Telegram sends, reduced to what the conversation needs."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC

from telegram import (
    Bot,
    CallbackQuery,
    Chat,
    LinkPreviewOptions,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram import Message as TelegramMessage

from bot.conversation.answer import Press
from bot.conversation.message import Answered, AttachedFile, Entity, Incoming
from bot.telegram.client import downloaded

STANDING = "my_chat_member"
"""How the bot stands in a chat: let in, blocked, thrown out."""

KINDS = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", STANDING)
INLINE_QUERY = "inline_query"
"""Of no chat, and never kept."""

WANTED = (*KINDS, INLINE_QUERY)
"""The kinds of updates that Telegram is asked for."""


class UnreadableUpdate(Exception):  # noqa: N818 - said of the update
    """An update that the library does not understand."""


def read_update(payload: str, bot: Bot) -> Update:
    """An update from its JSON. Raises ``UnreadableUpdate``."""
    try:
        update = Update.de_json(json.loads(payload), bot)
    except Exception as error:
        # The library lets through whatever it stumbles over.
        raise UnreadableUpdate(type(error).__name__) from error
    return update


def incoming(update: Update, bot_name: str, *, has_privacy_mode: bool = False) -> Incoming | None:
    """The message of an update; None when there is none that a person wrote, or it is for another bot.

    What a person has sent through our inline mode is our own word. What has neither words nor anything attached
    is a notice: somebody joined, something was pinned.
    """
    message = _message(update)
    if message is None:
        return None
    text = message.text or message.caption or ""
    if message.via_bot is not None and message.via_bot.username == bot_name:
        return None
    if is_for_another_bot(text, bot_name) or not (text or message.effective_attachment):
        return None
    return Incoming(
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=text,
        sent_at=message.date.astimezone(UTC),
        entities=_entities(message.entities or message.caption_entities),
        author_id=message.from_user.id if message.from_user else None,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        spare_urls=_spare_urls(message),
        is_private=message.chat.type == Chat.PRIVATE,
        is_forward=message.forward_origin is not None,
        is_edit=message is update.edited_message or message is update.edited_channel_post,
        is_mention=_is_mention(text, bot_name),
        bot_name=bot_name,
        has_privacy_mode=has_privacy_mode,
        language_code=message.from_user.language_code if message.from_user else None,
        reply_to=_reply_to(message),
        answered=_answered(message, bot_name),
        forwarded_from=_origin(message.forward_origin),
        attached=_attached(message),
    )


def moved_to(chat_id: int, message: Incoming) -> Incoming:
    """The message as one of the chat that its own has become, where it has a negative number and answers nothing."""
    if message.chat_id == chat_id:
        return message
    return replace(message, chat_id=chat_id, message_id=-message.message_id, reply_to=None)


def continues_album(update: Update, before: Update | None) -> bool:
    """Whether this is one more file of an album. Its words are with the first picture, or with the last document."""
    message, earlier = _message(update), _message(before) if before else None
    if message is None or earlier is None:
        return False
    return message.media_group_id is not None and message.media_group_id == earlier.media_group_id


def press(query: CallbackQuery) -> Press | None:
    """A press on one of our messages; None for one on a message that is out of reach."""
    if query.message is None or query.data is None:
        return None
    message = query.message
    is_topic = isinstance(message, TelegramMessage) and message.is_topic_message
    return Press(
        message.chat.id,
        message.message_id,
        query.data,
        message.message_thread_id if isinstance(message, TelegramMessage) and is_topic else None,
        query.from_user.language_code,
        query.from_user.id,
    )


def is_for_another_bot(text: str, bot_name: str) -> bool:
    """Whether a text is a command with another bot's name behind it."""
    command = text.split(maxsplit=1)[0] if text.startswith("/") else ""
    _, at, name = command.partition("@")
    return bool(at) and name.lower() != bot_name.lower()


def _message(update: Update) -> TelegramMessage | None:
    """The message, new or edited, that an update is about; the one that a pressed button hangs on is not."""
    return None if update.callback_query is not None else update.effective_message


def _entities(entities: Iterable[MessageEntity] | None) -> tuple[Entity, ...]:
    return tuple(Entity(str(each.type), each.offset, each.length, each.url) for each in entities or ())


def _is_mention(text: str, bot_name: str) -> bool:
    return f"@{bot_name.lower()}" in text.lower()


def _reply_to(message: TelegramMessage) -> int | None:
    """The message that this one answers. In a topic every message answers the topic's first, which means nothing."""
    answered = message.reply_to_message
    if answered is None or answered.chat_id != message.chat_id or answered.forum_topic_created is not None:
        return None
    return answered.message_id


def _answered(message: TelegramMessage, bot_name: str) -> Answered | None:
    """What stands in the message that this one answers: of this chat, unless it is ours, or quoted from another one."""
    here = message.reply_to_message
    if here is not None:
        is_ours = here.from_user is not None and here.from_user.username == bot_name
        if is_ours or _reply_to(message) is None:
            return None
        entities = _entities(here.entities or here.caption_entities)
        return Answered(here.text or here.caption or "", entities, _spare_urls(here))
    quote, original = message.quote, message.external_reply
    if quote is None and original is None:
        return None
    return Answered(
        quote.text if quote else "",
        _entities(quote.entities) if quote else (),
        _preview_urls(original.link_preview_options) if original else (),
        is_elsewhere=True,
        written_by=_origin(original.origin) if original else None,
    )


def _origin(origin: MessageOrigin | None) -> str | None:
    """Who wrote a message of another chat, as the app shows it."""
    match origin:
        case MessageOriginUser(sender_user=person):
            return person.full_name
        case MessageOriginHiddenUser(sender_user_name=name):
            return name
        case MessageOriginChat(sender_chat=chat, author_signature=author):
            return _signed(chat, author)
        case MessageOriginChannel(chat=chat, author_signature=author):
            return _signed(chat, author)
        case _:
            return None


def _signed(chat: Chat, author: str | None) -> str | None:
    return ", ".join(name for name in (chat.title, author) if name) or None


def _attached(message: TelegramMessage) -> AttachedFile | None:
    """The photo, in its largest size, or the file of a message."""
    if message.photo:
        photo = message.photo[-1]
        return AttachedFile(None, "image/jpeg", photo.file_size or 0, lambda: downloaded(photo))
    if message.document:
        file = message.document
        content_type = file.mime_type or "application/octet-stream"
        return AttachedFile(file.file_name or "", content_type, file.file_size or 0, lambda: downloaded(file))
    return None


def _spare_urls(message: TelegramMessage) -> tuple[str, ...]:
    """Addresses that are in the message but not in its text: the preview's, then those of buttons."""
    urls = list(_preview_urls(message.link_preview_options))
    if message.reply_markup is not None:
        urls += [button.url for row in message.reply_markup.inline_keyboard for button in row if button.url]
    return tuple(urls)


def _preview_urls(preview: LinkPreviewOptions | None) -> tuple[str, ...]:
    return (str(preview.url),) if preview is not None and preview.url else ()

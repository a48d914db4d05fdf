"""What Telegram sends, reduced to what the conversation needs."""

import json
from datetime import UTC

from telegram import Bot, CallbackQuery, Chat, MessageEntity, Update
from telegram import Message as TelegramMessage

from bot.conversation.answer import Press
from bot.conversation.message import Entity, Incoming

KINDS = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query")


def read_update(payload: str, bot: Bot) -> Update:
    """An update from its JSON. Raises whatever the library raises for one that it does not understand."""
    update = Update.de_json(json.loads(payload), bot)
    if update is None:
        raise ValueError("an empty update")
    return update


def incoming(update: Update, bot_name: str) -> Incoming | None:
    """The message of an update; None when there is none, or when it is a command to another bot."""
    message = update.effective_message
    if message is None or update.callback_query is not None:
        return None
    entities = message.entities or message.caption_entities
    if _is_for_another_bot(message, bot_name):
        return None
    return Incoming(
        chat_id=message.chat_id,
        message_id=message.message_id,
        text=message.text or message.caption or "",
        sent_at=message.date.astimezone(UTC),
        entities=tuple(_entity(each) for each in entities),
        author_id=message.from_user.id if message.from_user else None,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        spare_urls=_spare_urls(message),
        is_private=message.chat.type == Chat.PRIVATE,
        is_forward=message.forward_origin is not None,
        is_edit=message is update.edited_message or message is update.edited_channel_post,
    )


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
    )


def _entity(entity: MessageEntity) -> Entity:
    return Entity(str(entity.type), entity.offset, entity.length, entity.url)


def _is_for_another_bot(message: TelegramMessage, bot_name: str) -> bool:
    for entity, text in message.parse_entities([MessageEntity.BOT_COMMAND]).items():
        if entity.offset == 0 and "@" in text:
            return text.partition("@")[2].lower() != bot_name.lower()
    return False


def _spare_urls(message: TelegramMessage) -> tuple[str, ...]:
    """Addresses that are in the message but not in its text: the preview's, then those of buttons."""
    preview = message.link_preview_options
    urls = [str(preview.url)] if preview is not None and preview.url else []
    if message.reply_markup is not None:
        urls += [button.url for row in message.reply_markup.inline_keyboard for button in row if button.url]
    return tuple(urls)

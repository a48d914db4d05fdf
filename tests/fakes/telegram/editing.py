"""editMessage…, deleteMessage, setMessageReaction."""

from typing import Literal

from tests.fakes.telegram import limits
from tests.fakes.telegram.entities import RichText
from tests.fakes.telegram.errors import NOT_MODIFIED, bad_request
from tests.fakes.telegram.files import StoredFile
from tests.fakes.telegram.messages import Chat, JsonObject, Message
from tests.fakes.telegram.registry import method
from tests.fakes.telegram.sending import caption_of, keyboard_of, media_of, preview_of, text_of
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World


@method("editMessageText")
def edit_message_text(world: World, params: Params) -> JsonObject:
    """Another text for a text message."""
    body = text_of(params)
    message = _message_to_edit(world, params)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, params, body, None)


@method("editMessageCaption")
def edit_message_caption(world: World, params: Params) -> JsonObject:
    """Another caption for a photo or a document."""
    caption = caption_of(params)
    message = _message_to_edit(world, params)
    if message.media is None:
        raise bad_request("there is no caption in the message to edit")
    return _edit(world, message, params, caption, message.media)


@method("editMessageMedia")
def edit_message_media(world: World, params: Params) -> JsonObject:
    """Another photo or document; a text message becomes one."""
    message = _message_to_edit(world, params)
    item = params.json_object("media")
    if item is None:
        raise bad_request("there is no media in the request")
    if message.media_group_id and item.get("type") != message.kind:
        raise bad_request("Can't change media type in the album")
    media = media_of(world, item, params)
    return _edit(world, message, params, media.caption, media.file)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, params: Params) -> JsonObject:
    """Other buttons."""
    message = _message_to_edit(world, params)
    return _edit(world, message, params, message.body, message.media, keeps_preview=True)


@method("deleteMessage")
def delete_message(world: World, params: Params) -> Literal[True]:
    """Delete a message that the bot may delete."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = chat.message(params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to delete not found")
    is_too_old = world.now() - message.date > limits.DELETE_LIFE_SECONDS
    is_foreign = not message.is_from_bot and chat.type != "private"
    if (is_too_old or is_foreign) and not (chat.bot_is_admin and chat.type != "private"):
        raise bad_request("message can't be deleted")
    message.is_deleted = True
    world.changes.notify()
    return True


@method("setMessageReaction")
def set_message_reaction(world: World, params: Params) -> Literal[True]:
    """React to a message; an empty list takes the reaction back."""
    chat = world.chat_to_write(params.text("chat_id"))
    message = chat.message(params.integer("message_id") or 0)
    if message is None:
        raise bad_request("message to react not found")
    wanted = params.json_array("reaction") or []
    if len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if wanted and (wanted[0].get("type") != "emoji" or wanted[0].get("emoji") not in limits.REACTIONS):
        raise bad_request("REACTION_INVALID")
    message.reactions.pop(world.bot.id, None)
    if wanted:
        message.reactions[world.bot.id] = wanted[0]["emoji"]
    world.changes.notify()
    return True


def _message_to_edit(world: World, params: Params) -> Message:
    if params.get("inline_message_id"):
        raise bad_request("the double keeps no inline messages")
    chat: Chat = world.chat_to_write(params.text("chat_id"))
    message_id = params.integer("message_id")
    if message_id is None:
        raise bad_request("message identifier is not specified")
    message = chat.message(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    is_own_post = chat.type == "channel" and chat.bot_is_admin
    if not message.is_from_bot and not is_own_post:
        raise bad_request("message can't be edited")
    return message


def _edit(
    world: World,
    message: Message,
    params: Params,
    body: RichText,
    media: StoredFile | None,
    *,
    keeps_preview: bool = False,
) -> JsonObject:
    """Change the message, or refuse when nothing would change; buttons that are not given again are gone."""
    keyboard = keyboard_of(params)
    preview = message.link_preview_options if keeps_preview else preview_of(params)
    new = (body, media, keyboard, preview)
    if new == (message.body, message.media, message.keyboard, message.link_preview_options):
        raise bad_request(NOT_MODIFIED)
    message.body, message.media, message.keyboard, message.link_preview_options = new
    message.edited_at = world.now()
    world.changes.notify()
    return message.as_json()

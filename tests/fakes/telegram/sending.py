"""sendMessage, sendPhoto, sendDocument, sendMediaGroup."""

from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram import limits
from tests.fakes.telegram.entities import RichText, formatted
from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.files import MediaKind, StoredFile
from tests.fakes.telegram.messages import Chat, JsonObject, Keyboard, Message
from tests.fakes.telegram.registry import method
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World


@dataclass(frozen=True, slots=True)
class Media:
    """A file with its caption, as a call gives it."""

    file: StoredFile
    caption: RichText


@method("sendMessage")
def send_message(world: World, params: Params) -> JsonObject:
    """Send a text."""
    chat = world.chat_to_write(params.text("chat_id"))
    body = text_of(params)
    return _send(world, chat, params, body, link_preview_options=preview_of(params)).as_json()


@method("sendPhoto")
def send_photo(world: World, params: Params) -> JsonObject:
    """Send a photo with a caption."""
    return _send_media(world, params, "photo")


@method("sendDocument")
def send_document(world: World, params: Params) -> JsonObject:
    """Send a file with a caption."""
    return _send_media(world, params, "document")


@method("sendMediaGroup")
def send_media_group(world: World, params: Params) -> list[JsonObject]:
    """Send an album; nothing is sent when any part of it is wrong."""
    chat = world.chat_to_write(params.text("chat_id"))
    given = params.json_array("media") or []
    if not given:
        raise bad_request("There are no messages to send")
    if not 2 <= len(given) <= 10:
        raise bad_request(
            "Too few messages to send as an album"
            if len(given) < 2
            else "Too many messages to send as an album"
        )
    if len({item.get("type") for item in given if isinstance(item, dict)}) > 1:
        raise bad_request("Can't use the media of the specified type in the album")
    parts = [media_of(world, item, params) for item in given]
    group = f"1357{next(world.numbers):012d}"
    return [
        _send(world, chat, params, part.caption, media=part.file, media_group_id=group).as_json()
        for part in parts
    ]


def text_of(params: Params) -> RichText:
    """The text of a call, checked."""
    if not params.text("text"):
        raise bad_request("message text is empty")
    body = formatted(params.text("text"), params.get("parse_mode"), params.json_array("entities"))
    limits.check_text(body)
    return body


def caption_of(source: Params | JsonObject) -> RichText:
    """The caption of a call or of an InputMedia, checked."""
    body = formatted(source.get("caption") or "", source.get("parse_mode"), source.get("caption_entities"))
    limits.check_caption(body)
    return body


def preview_of(params: Params) -> JsonObject | None:
    """How the preview of a link is to look."""
    if params.flag("disable_web_page_preview"):
        return {"is_disabled": True}
    return params.json_object("link_preview_options")


def keyboard_of(params: Params) -> Keyboard:
    """The inline keyboard of a call, checked."""
    markup = params.json_object("reply_markup")
    if not markup:
        return []
    if "inline_keyboard" not in markup:
        raise bad_request("the double knows inline keyboards only")
    rows = markup["inline_keyboard"]
    limits.check_keyboard(rows)
    return [row for row in rows if row]


def _asks_for_answer(params: Params) -> bool:
    """Whether the app opens the field for an answer to this new message (ForceReply)."""
    return (params.json_object("reply_markup") or {}).get("force_reply") is True


def media_of(world: World, item: Any, params: Params) -> Media:
    """An InputMedia with its file."""
    if not isinstance(item, dict):
        raise bad_request("InputMedia expected")
    kind = item.get("type")
    if kind not in {"photo", "document"}:
        raise bad_request(f"the double knows no media of type {kind}")
    if not item.get("media"):
        raise bad_request("media not found")
    file = world.files.received(item["media"], kind, params.uploads, item.get("thumbnail"))
    return Media(file, caption_of(item))


def _send_media(world: World, params: Params, kind: MediaKind) -> JsonObject:
    chat = world.chat_to_write(params.text("chat_id"))
    source = f"attach://{kind}" if kind in params.uploads else params.text(kind)
    if not source:
        raise bad_request(f"there is no {kind} in the request")
    caption = caption_of(params)
    thumbnail = "thumbnail" if "thumbnail" in params.uploads else params.get("thumbnail")
    file = world.files.received(source, kind, params.uploads, thumbnail)
    return _send(world, chat, params, caption, media=file).as_json()


def _send(world: World, chat: Chat, params: Params, body: RichText, **more: Any) -> Message:
    """Put the bot's message into the chat, where the call wants it."""
    reply_to = _reply_target(world, chat, params)
    thread_id = params.integer("message_thread_id")
    if thread_id is not None and thread_id not in chat.topics:
        raise bad_request("message thread not found")
    if thread_id is None and reply_to is not None and reply_to.chat is chat:
        thread_id = reply_to.thread_id  # a reply goes to the topic of what it replies to
    return world.add_message(
        chat,
        None if chat.type == "channel" else world.bot,
        body,
        keyboard=[] if _asks_for_answer(params) else keyboard_of(params),
        asks_for_answer=_asks_for_answer(params),
        reply_to=reply_to,
        thread_id=thread_id,
        is_silent=params.flag("disable_notification"),
        **more,
    )


def _reply_target(world: World, chat: Chat, params: Params) -> Message | None:
    reply = params.json_object("reply_parameters") or {"message_id": params.integer("reply_to_message_id")}
    if reply.get("message_id") is None:
        return None
    if reply.get("chat_id") is not None:
        chat = world.chat_to_write(str(reply["chat_id"]))
    target = chat.message(int(reply["message_id"]))
    lenient = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if target is None and not lenient:
        raise bad_request("message to be replied not found")
    return target

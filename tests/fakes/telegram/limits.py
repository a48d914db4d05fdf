"""Telegram's numbers, and the checks that need nothing but the thing itself."""

import re
from typing import Any

from telegram.constants import ReactionEmoji

from tests.fakes.telegram.entities import RichText, is_link, utf16_length
from tests.fakes.telegram.errors import bad_request

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER_CHARACTERS = 200
CALLBACK_LIFE_SECONDS = 150
INLINE_LIFE_SECONDS = 30
INLINE_RESULTS = 50
PHOTO_BYTES = 10 * 1024 * 1024
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
DOCUMENT_BYTES = 50 * 1024 * 1024
DOWNLOAD_BYTES = 20 * 1024 * 1024
BUTTONS = 100
COMMANDS = 100
UPDATE_LIFE_SECONDS = 24 * 3600
DELETE_LIFE_SECONDS = 48 * 3600

REACTIONS = frozenset(emoji.value for emoji in ReactionEmoji)
CHAT_ACTIONS = frozenset(
    {
        "cancel",
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_BUTTON_ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def check_text(text: RichText) -> None:
    """A message's text."""
    if not text:
        raise bad_request("Text must be non-empty")
    if utf16_length(text.text) > TEXT_UNITS:
        raise bad_request("message is too long")


def check_caption(caption: RichText) -> None:
    """A caption."""
    if utf16_length(caption.text) > CAPTION_UNITS:
        raise bad_request("message caption is too long")


def check_photo_bytes(size_bytes: int) -> None:
    """The size of a file that is to be sent as a photo."""
    if size_bytes > PHOTO_BYTES:
        raise bad_request(
            f"file of size {size_bytes} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
        )


def check_photo_sides(width: int, height: int) -> None:
    """The sides of a picture that is to be sent as a photo; zeros: it is no picture."""
    if not width or not height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if width + height > PHOTO_SIDES or max(width, height) > PHOTO_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def check_keyboard(rows: Any) -> None:
    """The rows of an inline keyboard."""
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('Field "inline_keyboard" must be an Array of Arrays')
    buttons = [button for row in rows for button in row]
    if len(buttons) > BUTTONS:
        raise bad_request("reply markup is too long")
    for button in buttons:
        _check_button(button)


def _check_button(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request('Can\'t parse inline keyboard button: Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("Can't parse inline keyboard button: Text must be non-empty")
    if not any(action in button for action in _BUTTON_ACTIONS):
        raise bad_request(
            "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button and not is_link(button["url"]):
        raise bad_request(f"Inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def check_commands(commands: list[Any]) -> None:
    """A list for ``setMyCommands``."""
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not isinstance(command, dict) or not _COMMAND.fullmatch(str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")

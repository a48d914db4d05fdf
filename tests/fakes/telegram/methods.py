"""The methods about the bot itself, chats and files; sending, editing, answers and polling are next door."""

from typing import Any, Literal

from tests.fakes.telegram import answers, editing, limits, receiving, sending
from tests.fakes.telegram.errors import bad_request
from tests.fakes.telegram.messages import JsonObject
from tests.fakes.telegram.registry import METHODS, method
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World

__all__ = ["METHODS", "answers", "editing", "receiving", "sending"]

_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}


@method("getMe")
def get_me(world: World, params: Params) -> JsonObject:
    """The bot."""
    return world.bot.as_json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.bot_reads_all,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("getChat")
def get_chat(world: World, params: Params) -> JsonObject:
    """A chat in full."""
    chat = world.chat_to_write(params.text("chat_id"))
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }


@method("sendChatAction")
def send_chat_action(world: World, params: Params) -> Literal[True]:
    """Show what the bot is doing; the chat keeps the list of what was shown."""
    chat = world.chat_to_write(params.text("chat_id"))
    action = params.text("action").lower()
    if action not in limits.CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(action)
    world.changes.notify()
    return True


@method("getFile")
def get_file(world: World, params: Params) -> JsonObject:
    """Where a file can be downloaded."""
    file_id = params.text("file_id")
    file = world.files.by_id(file_id)
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > limits.DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return {
        "file_id": file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": f"{file.kind}s/{file_id}",
    }


@method("setMyCommands")
def set_my_commands(world: World, params: Params) -> Literal[True]:
    """The command menu of a scope and language."""
    commands = params.json_array("commands")
    if commands is None:
        raise bad_request("Can't parse commands JSON object")
    limits.check_commands(commands)
    world.commands[_scope(params)] = [
        {"command": item["command"], "description": item["description"]} for item in commands
    ]
    world.changes.notify()
    return True


@method("getMyCommands")
def get_my_commands(world: World, params: Params) -> list[JsonObject]:
    """The command menu of exactly this scope and language."""
    return world.commands.get(_scope(params), [])


@method("deleteMyCommands")
def delete_my_commands(world: World, params: Params) -> Literal[True]:
    """No command menu for this scope and language."""
    world.commands.pop(_scope(params), None)
    world.changes.notify()
    return True


def _scope(params: Params) -> tuple[str, str]:
    scope: dict[str, Any] = params.json_object("scope") or {"type": "default"}
    if scope.get("type") not in _SCOPES:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    name = ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)
    return name, _language(params)


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not (len(code) == 2 and code.isalpha() and code.islower()):
        raise bad_request("Invalid language code specified")
    return code


def _enter_description(set_name: str, get_name: str, key: str, longest: int) -> None:
    """A setter and a getter for a text that the bot shows of itself, by language."""

    @method(set_name)
    def change(world: World, params: Params) -> Literal[True]:
        text = params.text(key)
        if len(text) > longest:
            raise bad_request(f"{key.replace('_', ' ')} is too long")
        world.descriptions[key, _language(params)] = text
        return True

    @method(get_name)
    def tell(world: World, params: Params) -> JsonObject:
        default = world.descriptions.get((key, ""), "")
        return {key: world.descriptions.get((key, _language(params)), default)}


_enter_description("setMyDescription", "getMyDescription", "description", 512)
_enter_description("setMyShortDescription", "getMyShortDescription", "short_description", 120)

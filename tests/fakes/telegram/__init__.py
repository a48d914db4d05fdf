"""A double of Telegram's Bot API: real HTTP, real multipart, TDLib's entities, Telegram's refusals."""

from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import Fault, bad_gateway, drop, error, hang, migrated, too_large_page
from tests.fakes.telegram.messages import Account, Button, Chat, Message
from tests.fakes.telegram.people import Channel, User
from tests.fakes.telegram.queries import CallbackAnswer, InlineQuery, Press
from tests.fakes.telegram.server import Call

__all__ = [
    "Account",
    "BotApiDouble",
    "Button",
    "Call",
    "CallbackAnswer",
    "Channel",
    "Chat",
    "Fault",
    "InlineQuery",
    "Message",
    "Press",
    "User",
    "bad_gateway",
    "drop",
    "error",
    "hang",
    "migrated",
    "too_large_page",
]

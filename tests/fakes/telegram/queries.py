"""Pressed buttons and inline queries: questions of a person that wait a short time for the bot's answer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.telegram.messages import Account, JsonObject, Message


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a person sees after pressing a button; ``text`` is empty when the button just stops glowing."""

    text: str = ""
    is_alert: bool = False
    url: str | None = None


@dataclass(slots=True, eq=False)
class Press:
    """A pressed button. ``answer`` is None until the bot has answered."""

    id: str
    by: Account
    message: Message
    data: str
    pressed_at: float
    wait: Callable[[Callable[[], Any], float], Awaitable[Any]]
    answer: CallbackAnswer | None = None

    async def answered(self, timeout_seconds: float = 30) -> CallbackAnswer:
        """Wait for the bot's answer."""
        await self.wait(lambda: self.answer, timeout_seconds)
        if self.answer is None:
            raise AssertionError(f"The press of {self.data!r} was not answered.")
        return self.answer

    def as_json(self) -> JsonObject:
        """The Bot API's CallbackQuery."""
        message = self.message
        shown = message.as_json() if not message.is_deleted else _inaccessible(message)
        return {
            "id": self.id,
            "from": self.by.as_json(),
            "message": shown,
            "chat_instance": f"{abs(message.chat.id)}0",
            "data": self.data,
        }


@dataclass(slots=True, eq=False)
class InlineQuery:
    """What a person types after the bot's name in any chat. ``results`` is None until the bot has answered."""

    id: str
    by: Account
    query: str
    offset: str
    asked_at: float
    wait: Callable[[Callable[[], Any], float], Awaitable[Any]]
    results: list[JsonObject] | None = None
    answer: JsonObject | None = None

    async def answered(self, timeout_seconds: float = 30) -> list[JsonObject]:
        """Wait for the bot's results."""
        await self.wait(lambda: self.results is not None, timeout_seconds)
        return self.results or []

    def as_json(self) -> JsonObject:
        """The Bot API's InlineQuery."""
        return {
            "id": self.id,
            "from": self.by.as_json(),
            "query": self.query,
            "offset": self.offset,
            "chat_type": "sender",
        }


def _inaccessible(message: Message) -> JsonObject:
    return {"chat": message.chat.as_json(), "message_id": message.id, "date": 0}

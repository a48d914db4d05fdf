"""``BotApiDouble``: a Telegram of one's own, over real HTTP, with people to speak to the bot."""

import contextlib
import time
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeVar

from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.messages import Account, Chat, JsonObject
from tests.fakes.telegram.people import Channel, User
from tests.fakes.telegram.server import Call, Server
from tests.fakes.telegram.webhooks import Delivery
from tests.fakes.telegram.world import World

T = TypeVar("T")

_POLL_SECONDS = 0.05
_TOKEN = "110201543:a-token-that-opens-only-this-double"


class BotApiDouble:
    """Serves the Bot API on 127.0.0.1 while its ``async with`` block lasts.

    ``url`` is for ``TELEGRAM_API_URL``. Its state outlives any client: one can be killed and another connect.
    """

    def __init__(self, token: str = _TOKEN) -> None:
        self.token = token
        bot = Account(int(token.partition(":")[0]), "Tagshot", is_bot=True, username="tagshot_bot")
        self.world = World(bot)
        self._server = Server(self.world, token)

    async def __aenter__(self) -> Self:
        await self._server.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._server.stop()

    @property
    def url(self) -> str:
        """The base address, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def bot(self) -> Account:
        """The bot's own account."""
        return self.world.bot

    @property
    def calls(self) -> list[Call]:
        """All calls in the order in which they came; a waiting long poll is among them."""
        return self._server.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver an update to the bot's webhook, in order."""
        return self._server.deliveries

    # People and chats.

    def user(
        self,
        user_id: int,
        first_name: str = "Ada",
        *,
        username: str | None = None,
        language_code: str | None = "en",
    ) -> User:
        """A person who has a private chat with the bot."""
        account = Account(user_id, first_name, username=username, language_code=language_code)
        chat = self._add(Chat(user_id, "private", first_name, username))
        return User(self.world, self.until, account, chat)

    def group(
        self,
        chat_id: int,
        title: str = "Reading group",
        *,
        is_forum: bool = False,
        bot_is_admin: bool = True,
        topics: Sequence[int] = (),
    ) -> Chat:
        """A group (a supergroup with an id below -10¹²); people write into it with ``say(…, chat=group)``.

        With ``bot_is_admin=False`` privacy mode hides from the bot what isn't meant for it.
        """
        kind: Any = "supergroup" if is_forum or chat_id < -1_000_000_000_000 else "group"
        chat = Chat(chat_id, kind, title, is_forum=is_forum, bot_is_admin=bot_is_admin, topics=set(topics))
        return self._add(chat)

    def channel(self, chat_id: int, title: str = "News", *, username: str | None = None) -> Channel:
        """A channel that the bot is an admin of."""
        return Channel(self.world, self._add(Chat(chat_id, "channel", title, username)))

    def chat(self, chat_id: int) -> Chat:
        """A chat that was made before."""
        return self.world.chats[chat_id]

    def push(self, update: JsonObject) -> int:
        """Queue any object as an update, also one that no client understands; the update's id."""
        return self.world.updates.add_raw(update)

    def file(self, file_id: str) -> bytes:
        """The bytes behind a file id."""
        stored = self.world.files.by_id(file_id)
        if stored is None:
            raise AssertionError(f"There is no file {file_id}.")
        return stored.content

    @property
    def uploads(self) -> int:
        """How many files the bot has uploaded."""
        return self.world.files.uploads

    @property
    def cached_sends(self) -> int:
        """How many files the bot has sent by their id, without an upload."""
        return self.world.files.cached_sends

    @property
    def waiting_updates(self) -> list[JsonObject]:
        """The updates that the bot has not acknowledged yet."""
        return self.world.updates.waiting

    def skip(self, seconds: float) -> None:
        """Move the server's clock forward, so that presses, queries and updates grow old."""
        self.world.clock.offset_seconds += seconds

    # Faults.

    def fail(self, method: str, fault: Fault, *, times: int = 1, after: bool = False) -> None:
        """Let the next ``times`` calls of ``method`` fail (``*``: of any but getUpdates; ``download``: of a file).

        With ``after`` the work is done and only the answer is lost.
        """
        self._server.faults.plan(method, fault, times=times, after=after)

    def storm(
        self,
        faults: Sequence[Fault],
        *,
        probability: float = 0.3,
        seed: int = 1,
        methods: Sequence[str] = ("*",),
    ) -> None:
        """Let each call fail with this probability until ``calm``, half of the failures after the work."""
        self._server.faults.start_storm(faults, probability, seed, set(methods))

    def calm(self) -> None:
        """End all faults."""
        self._server.faults.clear()

    async def go_down(self) -> None:
        """Refuse connections and cut those that are there."""
        await self._server.stop()

    async def come_up(self) -> None:
        """Answer again, on the same port."""
        await self._server.start()

    # Waiting and looking.

    async def until(self, condition: Callable[[], T], timeout_seconds: float = 30) -> T:
        """Wait until ``condition`` gives something true, and give that.

        It is looked at after every change here, and now and then for things that change elsewhere.
        A ``LookupError`` (no such message or call yet) counts as not yet.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            with contextlib.suppress(LookupError):
                if value := condition():
                    return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"Not within {timeout_seconds} seconds.\n\n{self.report()}")
            await self.world.changes.wait(min(left, _POLL_SECONDS))

    def transcript(self) -> str:
        """All conversations as people see them."""
        return self.world.transcript()

    def report(self) -> str:
        """Everything that helps to see why a test failed: conversations, last calls, waiting updates."""
        calls = [_line(call) for call in self.calls if call.method != "getUpdates"][-15:]
        waiting = [str(update)[:160] for update in self.waiting_updates]
        parts = [self.transcript(), "Last calls:", *calls, f"Waiting updates ({len(waiting)}):", *waiting]
        return "\n".join(parts)

    def _add(self, chat: Chat) -> Chat:
        if chat.id in self.world.chats:
            raise AssertionError(f"There is a chat {chat.id} already.")
        self.world.chats[chat.id] = chat
        return chat


def _line(call: Call) -> str:
    outcome = call.error or (f"lost: {call.fault}" if call.fault else "ok")
    return f"  {call.method} {dict(call.params)!s:.140} → {outcome}"

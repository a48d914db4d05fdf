"""The people of a test: they write, edit, press, react, ask inline and block the bot."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tests.fakes.telegram.entities import formatted
from tests.fakes.telegram.files import StoredFile
from tests.fakes.telegram.messages import Account, Chat, JsonObject, Keyboard, Message
from tests.fakes.telegram.queries import InlineQuery, Press
from tests.fakes.telegram.wire import Upload
from tests.fakes.telegram.world import World

Wait = Callable[[Callable[[], Any], float], Awaitable[Any]]
LinkButtons = Sequence[Sequence[tuple[str, str]]]


class User:
    """A person with a private chat with the bot; ``chat`` is what both see of it."""

    def __init__(self, world: World, wait: Wait, account: Account, chat: Chat) -> None:
        self._world = world
        self._wait = wait
        self.account = account
        self.chat = chat

    @property
    def id(self) -> int:
        """The person's id, and that of the private chat."""
        return self.account.id

    def say(
        self,
        text: str = "",
        *,
        chat: Chat | None = None,
        entities: Sequence[JsonObject] = (),
        html: bool = False,
        caption_photo: bytes | None = None,
        document: tuple[str, bytes] | None = None,
        forward_from: "User | Chat | str | None" = None,
        reply_to: Message | None = None,
        quotes: "tuple[str, User | Chat | str] | None" = None,
        link_preview_url: str | None = None,
        thread_id: int | None = None,
        buttons: LinkButtons = (),
        album: str | None = None,
    ) -> Message:
        """Write a message, in the private chat unless ``chat`` says otherwise.

        Links and hashtags are found as Telegram finds them; ``entities`` adds formatting (or ``html`` takes
        the text as HTML). With ``caption_photo`` or ``document`` the text is the caption. ``forward_from``: a
        person, a channel, or the name of somebody who hides; ``quotes``: what such a one wrote in another chat.
        ``buttons``: rows of (label, address). Messages with the same ``album`` were sent together.
        """
        place = chat or self.chat
        if place.bot_is_blocked and place is self.chat:
            raise AssertionError(f"{self.account.first_name} has blocked the bot and can't write to it.")
        if thread_id is not None:
            place.topics.add(thread_id)
        message = self._world.add_message(
            place,
            self.account,
            formatted(text, "HTML" if html else None, entities),
            media=_media(self._world, caption_photo, document),
            reply_to=reply_to,
            thread_id=thread_id,
            keyboard=_link_keyboard(buttons),
            media_group_id=album,
            forward_origin=_origin(self._world, forward_from),
            link_preview_options={"url": link_preview_url} if link_preview_url else None,
            external_reply={"origin": _origin(self._world, quotes[1])} if quotes else None,
            quote=_quote(quotes[0]) if quotes else None,
        )
        self._world.deliver(message)
        return message

    def edit(self, message: Message, text: str, *, entities: Sequence[JsonObject] = ()) -> Message:
        """Change the text or caption of an own message."""
        if message.author != self.account:
            raise AssertionError(f"Message {message.id} is not {self.account.first_name}'s.")
        message.body = formatted(text, None, entities)
        message.edited_at = self._world.now()
        self._world.deliver(message, is_edit=True)
        return message

    def delete(self, message: Message) -> None:
        """Delete a message; the bot is not told."""
        message.is_deleted = True
        self._world.changes.notify()

    async def sees(self, part: str, *, chat: Chat | None = None, timeout_seconds: float = 30) -> Message:
        """Wait for a message of the bot with ``part`` in its text, formatting or file name; the newest one."""
        place = chat or self.chat

        def newest() -> Message | None:
            found = (m for m in reversed(place.messages) if m.is_from_bot or place.type == "channel")
            return next((m for m in found if m.contains(part)), None)

        message: Message = await self._wait(newest, timeout_seconds)
        return message

    def press(self, message: Message, label_or_data: str, *, forge: bool = False) -> Press:
        """Press a button, named by its label or its callback data; ``await press.answered()`` for the answer.

        Only a button that is on the message now can be pressed, unless ``forge`` sends any data.
        """
        button = message.button(label_or_data) if not message.is_deleted else None
        data = button.data if button else None
        if data is None and not forge:
            raise AssertionError(
                f"There is no button {label_or_data!r} to press on message {message.id}.\n"
                + message.chat.transcript()
            )
        number = next(self._world.numbers)
        press = Press(
            f"{self.id}{number:09d}",
            self.account,
            message,
            data if data is not None else label_or_data,
            self._world.clock.now(),
            self._wait,
        )
        self._world.presses[press.id] = press
        self._world.updates.add("callback_query", press.as_json())
        return press

    def react(self, message: Message, emoji: str | None) -> None:
        """React to a message, or take the reaction back. The bot hears of it only if it asked to."""
        old = message.reactions.pop(self.id, None)
        if emoji is not None:
            message.reactions[self.id] = emoji
        payload = {
            "chat": message.chat.as_json(),
            "message_id": message.id,
            "user": self.account.as_json(),
            "date": self._world.now(),
            "old_reaction": _reactions(old),
            "new_reaction": _reactions(emoji),
        }
        self._world.updates.add("message_reaction", payload)
        self._world.changes.notify()

    def inline(self, query: str, *, offset: str = "") -> InlineQuery:
        """Type the bot's name and a query in some chat; ``await query.answered()`` for the results."""
        number = next(self._world.numbers)
        question = InlineQuery(
            f"{self.id}{number:09d}", self.account, query[:256], offset, self._world.clock.now(), self._wait
        )
        self._world.inline_queries[question.id] = question
        self._world.updates.add("inline_query", question.as_json())
        return question

    def choose(self, query: InlineQuery, index: int, *, chat: Chat | None = None) -> Message:
        """Send one of the results of an answered inline query, in this person's name."""
        result = (query.results or [])[index]
        place = chat or self.chat
        content = result.get("input_message_content") or {}
        text = content.get("message_text") or result.get("caption") or ""
        mode = content.get("parse_mode") or result.get("parse_mode")
        message = self._world.add_message(
            place,
            self.account,
            formatted(text, mode, content.get("entities") or result.get("caption_entities")),
            media=self._world.files.by_id(str(result.get(f"{result['type']}_file_id"))),
            keyboard=(result.get("reply_markup") or {}).get("inline_keyboard", []),
            via_bot=self._world.bot,
        )
        self._world.deliver(message)
        return message

    def block_bot(self) -> None:
        """Stop the bot: it can't write any more."""
        self._world.change_standing(self.chat, self.account, is_out=True)

    def unblock_bot(self) -> None:
        """Let the bot write again."""
        self._world.change_standing(self.chat, self.account, is_out=False)

    def throw_bot_out(self, group: Chat) -> None:
        """Remove the bot from a group."""
        self._world.change_standing(group, self.account, is_out=True)

    def upgrade(self, group: Chat, new_id: int, *, is_told: bool = True) -> Chat:
        """Make a group a supergroup, which has another id. The bot is told so in both, unless ``is_told`` is false."""
        new = Chat(new_id, "supergroup", group.name, bot_is_admin=group.bot_is_admin)
        self._world.chats[new_id] = new
        group.migrated_to = new_id
        if is_told:
            self._notice(group, migrate_to_chat_id=new_id)
            self._notice(new, migrate_from_chat_id=group.id)
        return new

    def _notice(self, chat: Chat, **what: int) -> None:
        """A message without words, about the chat itself."""
        message = self._world.add_message(chat, self.account, formatted("", None, ()))
        self._world.updates.add("message", message.as_json() | what)


class Channel:
    """A channel that the bot is an admin of."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat

    def post(
        self,
        text: str = "",
        *,
        entities: Sequence[JsonObject] = (),
        caption_photo: bytes | None = None,
        buttons: LinkButtons = (),
    ) -> Message:
        """Publish a post."""
        message = self._world.add_message(
            self.chat,
            None,
            formatted(text, None, entities),
            media=_media(self._world, caption_photo, None),
            keyboard=_link_keyboard(buttons),
        )
        self._world.deliver(message)
        return message

    def edit(self, message: Message, text: str) -> Message:
        """Change a post."""
        message.body = formatted(text, None, ())
        message.edited_at = self._world.now()
        self._world.deliver(message, is_edit=True)
        return message


def _media(world: World, photo: bytes | None, document: tuple[str, bytes] | None) -> StoredFile | None:
    if photo is not None:
        return world.files.add(Upload("photo.jpg", None, photo), "photo", is_from_bot=False)
    if document is not None:
        return world.files.add(Upload(document[0], None, document[1]), "document", is_from_bot=False)
    return None


def _link_keyboard(buttons: LinkButtons) -> Keyboard:
    return [[{"text": label, "url": url} for label, url in row] for row in buttons]


def _quote(text: str) -> JsonObject:
    body = formatted(text, None, ())
    return {"text": body.text, "position": 0, "entities": body.entities_json()}


def _reactions(emoji: str | None) -> list[JsonObject]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []


def _origin(world: World, source: "User | Chat | str | None") -> JsonObject | None:
    if source is None:
        return None
    date = world.now() - 3600
    if isinstance(source, str):
        return {"type": "hidden_user", "date": date, "sender_user_name": source}
    if isinstance(source, Chat):
        return {"type": "channel", "date": date, "chat": source.as_json(), "message_id": 1}
    return {"type": "user", "date": date, "sender_user": source.account.as_json()}

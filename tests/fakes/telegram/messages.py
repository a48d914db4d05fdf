"""Accounts, chats and messages: the live state that a person sees and that the Bot API answers with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.fakes.telegram.entities import RichText
from tests.fakes.telegram.files import StoredFile

JsonObject = dict[str, Any]
Keyboard = list[list[JsonObject]]


@dataclass(frozen=True, slots=True)
class Account:
    """A person or the bot."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None

    def as_json(self) -> JsonObject:
        """As in ``from``."""
        body: JsonObject = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("username", "language_code"):
            if value := getattr(self, name):
                body[name] = value
        return body


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message, as a person sees it and as the bot made it."""

    label: str
    data: str | None = None
    url: str | None = None


@dataclass(slots=True, eq=False)
class Chat:
    """A chat and what is in it. ``messages`` is what a person sees; deleted messages are gone from it.

    A bot that is no admin of a group hears only commands, replies to it and mentions (privacy mode).
    With ``bot_is_blocked`` it hears nothing and may not write: blocked by a person, kicked from a group.
    """

    id: int
    type: Literal["private", "group", "supergroup", "channel"]
    name: str
    username: str | None = None
    is_forum: bool = False
    bot_is_admin: bool = True
    bot_is_blocked: bool = False
    actions: list[str] = field(default_factory=list)
    history: dict[int, "Message"] = field(default_factory=dict)
    topics: set[int] = field(default_factory=set)
    migrated_to: int | None = None

    @property
    def messages(self) -> list["Message"]:
        """All messages that are there, oldest first."""
        return [message for message in self.history.values() if not message.is_deleted]

    @property
    def last(self) -> "Message":
        """The newest message."""
        return self.messages[-1]

    def message(self, message_id: int) -> "Message | None":
        """A message that is still there."""
        found = self.history.get(message_id)
        return None if found is None or found.is_deleted else found

    def as_json(self) -> JsonObject:
        """As in ``chat``."""
        body: JsonObject = {"id": self.id, "type": self.type}
        body["first_name" if self.type == "private" else "title"] = self.name
        if self.username:
            body["username"] = self.username
        if self.is_forum:
            body["is_forum"] = True
        return body

    def transcript(self) -> str:
        """The conversation as a person sees it: buttons in brackets, reactions at the end of a line."""
        lines = [f"── {self.name} ({self.type} {self.id}) ──"]
        for message in self.messages:
            lines += message.lines()
        return "\n".join(lines)


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """A message as it is now; edits and reactions change it. ``body`` is the text, or the caption of ``media``."""

    chat: Chat
    id: int
    date: int
    author: Account | None
    body: RichText = field(default_factory=RichText)
    media: StoredFile | None = None
    keyboard: Keyboard = field(default_factory=list)
    reply_to: "Message | None" = None
    thread_id: int | None = None
    media_group_id: str | None = None
    forward_origin: JsonObject | None = None
    link_preview_options: JsonObject | None = None
    external_reply: JsonObject | None = None
    quote: JsonObject | None = None
    via_bot: Account | None = None
    asks_for_answer: bool = False
    is_silent: bool = False
    edited_at: int | None = None
    is_deleted: bool = False
    reactions: dict[int, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text or the caption, plain."""
        return self.body.text

    @property
    def html(self) -> str:
        """The text or the caption with its formatting as tags."""
        return self.body.html

    @property
    def kind(self) -> Literal["text", "photo", "document"]:
        """What the message is."""
        return "text" if self.media is None else self.media.kind

    @property
    def is_from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.author is not None and self.author.is_bot

    @property
    def links(self) -> list[str]:
        """The targets of all links that a person could click in the text."""
        body = self.body
        return [e.url or body.part(e) for e in body.entities if e.type in {"url", "text_link"}]

    @property
    def hashtags(self) -> list[str]:
        """The hashtags that a person could click in the text, with ``#``."""
        return [self.body.part(e) for e in self.body.entities if e.type == "hashtag"]

    @property
    def emoji(self) -> list[str]:
        """The reactions on the message, whoever gave them; ``reactions`` has them by account id."""
        return list(self.reactions.values())

    @property
    def buttons(self) -> list[list[Button]]:
        """The rows of buttons."""
        return [
            [Button(b["text"], b.get("callback_data"), b.get("url")) for b in row] for row in self.keyboard
        ]

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons, row by row."""
        return [button.label for row in self.buttons for button in row]

    def button(self, label_or_data: str) -> Button | None:
        """The button with this label or this callback data."""
        buttons = [button for row in self.buttons for button in row]
        return next((b for b in buttons if label_or_data in {b.label, b.data}), None)

    def contains(self, part: str) -> bool:
        """Whether a person would find ``part`` in the text, its formatting or the file's name."""
        name = self.media.label if self.media else ""
        return part in self.text or part in self.html or part in name

    def lines(self) -> Iterator[str]:
        """The message in a transcript."""
        head = self.author.first_name if self.author else self.chat.name
        if self.reply_to is not None:
            head += f" ↩ {self.reply_to.id}"
        parts = [f"[{self.media.kind} {self.media.label}]"] if self.media else []
        parts += [self.html] if self.html else []
        marks = (["(edited)"] if self.edited_at else []) + self.emoji
        text = " ".join(parts).replace("\n", "\n     ")
        yield f"{self.id:>4} {head}: {'  '.join([text, *marks])}"
        for row in self.buttons:
            yield "     " + " ".join(f"[{button.label}]" for button in row)

    def as_json(self, *, with_reply: bool = True) -> JsonObject:
        """The Bot API's Message."""
        body: JsonObject = {"message_id": self.id, "date": self.date, "chat": self.chat.as_json()}
        body |= {"from": self.author.as_json()} if self.author else {"sender_chat": self.chat.as_json()}
        body |= self._content_json()
        if self.keyboard:
            body["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.reply_to is not None and with_reply and not self.reply_to.is_deleted:
            body["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        if self.thread_id is not None:
            body |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if self.via_bot is not None:
            body["via_bot"] = self.via_bot.as_json()
        optional = {
            "edit_date": self.edited_at,
            "media_group_id": self.media_group_id,
            "forward_origin": self.forward_origin,
            "link_preview_options": self.link_preview_options,
            "external_reply": self.external_reply,
            "quote": self.quote,
        }
        return body | {name: value for name, value in optional.items() if value is not None}

    def _content_json(self) -> JsonObject:
        if self.media is None:
            body: JsonObject = {"text": self.text}
            name = "entities"
        else:
            body = {self.media.kind: self.media.as_json()}
            if self.text:
                body["caption"] = self.text
            name = "caption_entities"
        if self.body.entities:
            body[name] = self.body.entities_json()
        return body

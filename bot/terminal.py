"""The same conversation in a terminal, on library 0: no token, no Telegram."""

import asyncio
import hashlib
import itertools
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bot.conversation.answer import Conversation, Press
from bot.conversation.delivery import Place, Turns, deliver
from bot.conversation.members import LIBRARY, LOCAL
from bot.conversation.message import Incoming
from bot.conversation.replies import Album, Attachment, Button, Card, Message, Toast
from bot.errors import StorageError
from bot.plain import as_text
from bot.settings import terminal_language
from bot.wording import DEFAULT, Words, known_language
from bot.wording.stored import retold
from storage.announcements import Announcements
from storage.artifacts import Artifacts
from storage.models import Artifact, now

if TYPE_CHECKING:
    from storage.kinds import ArtifactKind

LONGEST_LINE_BYTES = 2**20
_NUMBER = re.compile(r"[0-9]{1,4}")
_ANSWERS, _EDITS = frozenset(">＞"), frozenset("^＾")

Say = Callable[[str], None]


class Terminal:
    """The front end of one terminal: prints what is said, buttons as numbers, and puts files into a folder.

    ``received`` has the newest file of each kind, ``newest_id`` is the message that was printed last.
    """

    def __init__(self, artifacts: Artifacts, folder: Path, say: Say) -> None:
        self._artifacts = artifacts
        self._folder = folder
        self._say = say
        self.received: dict[ArtifactKind, Path] = {}
        self.newest_id: int | None = None
        self._message_ids = itertools.count(int(time.time()))
        self._buttons: list[tuple[int, Button]] = []

    def next_message_id(self) -> int:
        """An id that no message of this or an earlier conversation has."""
        return next(self._message_ids)

    def button(self, number: int) -> tuple[int, Button] | None:
        """The button with that number under the newest message that has some, and that message's id."""
        return self._buttons[number - 1] if 0 < number <= len(self._buttons) else None

    async def say(self, place: Place, reply: Message | Card) -> int:
        """Print a text or a card."""
        message_id = self.next_message_id()
        await self.edit(place, message_id, reply)
        return message_id

    async def edit(self, place: Place, message_id: int, reply: Message | Card) -> None:
        """Print what a message has become."""
        self.newest_id = message_id
        lines = [as_text(reply.html)]
        if isinstance(reply, Card):
            lines.insert(0, f"🖼  {await self._received(reply.screen, reply.file_name)}")
        buttons = [button for row in reply.buttons for button in row]
        if buttons:
            self._buttons = [(message_id, button) for button in buttons]
            lines.append("  ".join(_label(number, each) for number, each in enumerate(buttons, 1)))
        self._say("\n".join(lines))

    async def attach(self, place: Place, attachment: Attachment) -> None:
        """Print where a file is."""
        self._say(f"📄 {await self._received(attachment.artifact, attachment.file_name)}")

    async def show(self, place: Place, album: Album) -> None:
        """Print where the pictures are."""
        for picture in album.pictures:
            await self.attach(place, picture)

    async def react(self, place: Place, emoji: str) -> None:
        """Print an emoji."""
        self._say(emoji)

    def toast(self, toast: Toast) -> None:
        """Print a few words; they do not vanish here."""
        self._say(toast.text)

    def trouble(self, words: Words, error: StorageError) -> None:
        """Print why nothing came of what was entered."""
        self._say(retold(words, str(error)))

    async def _received(self, artifact: Artifact, file_name: str) -> str:
        """Put a file where the person can open it by its name, and say where; or else why not."""
        try:
            content = await self._artifacts.get(artifact.sha256)
            path = await asyncio.to_thread(_written, self._folder / file_name, content)
        except (StorageError, OSError) as error:
            return str(error)
        self.received[artifact.kind] = path
        return str(path)


class Talk:
    """A person at the terminal, speaking with the conversation."""

    def __init__(
        self, terminal: Terminal, conversation: Conversation, announcements: Announcements, turns: Turns
    ) -> None:
        self._terminal = terminal
        self._conversation = conversation
        self._announcements = announcements
        self._turns = turns
        self._last: Incoming | None = None

    async def enter(self, line: str) -> int | None:
        """Answer one line: a number presses a button, anything else is a message, whose id is returned.

        A line that begins with ``>`` answers the message that was printed last; one that begins with ``^`` is the
        person's last message, edited. What the storage can't do now is said; the person may enter it again.
        """
        line = line.strip()
        pressed = self._terminal.button(int(line)) if _NUMBER.fullmatch(line) else None
        async with self._turns.of(LIBRARY):
            try:
                if pressed is None:
                    return await self._write(line) if line else None
                await self._press(*pressed)
            except StorageError as error:
                self._terminal.trouble(await self._words(), error)
        return None

    async def _words(self) -> Words:
        """The words of this chat; where the storage does not even tell its language, those of the terminal."""
        try:
            return await self._conversation.wishes.languages.of(LIBRARY)
        except StorageError:
            return Words(known_language(terminal_language()) or DEFAULT)

    async def _write(self, line: str) -> int:
        incoming = self._last = self._incoming(line)
        replies = await self._conversation.answer(incoming)
        place = Place(LIBRARY, incoming.message_id)
        await deliver(self._terminal, self._announcements, place, replies)
        return incoming.message_id

    def _incoming(self, line: str) -> Incoming:
        sign, text = line[0], line[1:].strip()
        if sign in _EDITS and self._last is not None:
            return replace(self._last, text=text, is_edit=True)
        message_id = self._terminal.next_message_id()
        if sign in _ANSWERS and self._terminal.newest_id is not None:
            return Incoming(
                LIBRARY, message_id, text, now(), author_id=LOCAL, reply_to=self._terminal.newest_id
            )
        return Incoming(LIBRARY, message_id, line, now(), author_id=LOCAL)

    async def _press(self, message_id: int, button: Button) -> None:
        replies = await self._conversation.press(Press(LIBRARY, message_id, button.action.data()))
        for reply in replies:
            if isinstance(reply, Toast):
                self._terminal.toast(reply)
        place = Place(LIBRARY, message_id)
        await deliver(self._terminal, self._announcements, place, replies, pressed_message_id=message_id)


async def read_lines(source: TextIO, enter: Callable[[str], Awaitable[object]]) -> None:
    """Answer what the person types into ``source``, a terminal or a pipe, line by line, until it ends.

    It is read when there is something to read, but never made non-blocking, as asyncio's own pipes are: what
    is printed on the same terminal would be so too, and get lost.
    """
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader(limit=LONGEST_LINE_BYTES)

    def read() -> None:
        chunk = _read(source.fileno())
        if chunk:
            reader.feed_data(chunk)
        else:
            loop.remove_reader(source)
            reader.feed_eof()

    loop.add_reader(source, read)
    try:
        async for line in reader:
            await enter(line.decode(errors="replace"))
    finally:
        loop.remove_reader(source)


def _read(descriptor: int) -> bytes:
    """What is there to be read; nothing at the end, or when the terminal was closed."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


def _written(path: Path, content: bytes) -> Path:
    """Write a file; beside one of the same name that has another content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.read_bytes() != content:
        path = path.with_name(f"{path.stem} {hashlib.sha256(content).hexdigest()[:8]}{path.suffix}")
    path.write_bytes(content)
    return path


def _label(number: int, button: Button) -> str:
    return f"[{number}]" if button.label == str(number) else f"[{number}] {button.label}"

"""What the tests of the conversation share: persons who speak with it, captures without a browser, Telegram's eyes."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.conversation.answer import Conversation, Press
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.message import Entity, Incoming
from bot.conversation.replies import Action, Button, Card, Message, Reply
from bot.conversation.wishes import Wishes
from bot.wording import Words
from storage.access import Access
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata
from storage.models import Artifact
from storage.queue import Outcome, Queue
from tests.conftest import OWNER
from tests.fakes.telegram.entities import RichText, formatted
from tests.fakes.telegram.limits import check_caption, check_keyboard, check_text

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
KEPT = Outcome(Verdict.OK, metadata=Metadata(title="Adam 优化器"))
MISSING = Outcome(Verdict.NOT_FOUND, error="example.org has no page at this address (404).")
FILES = {
    ArtifactKind.SCREEN: "image/jpeg",
    ArtifactKind.FULLPAGE: "image/jpeg",
    ArtifactKind.PDF: "application/pdf",
}
MOST_BYTES = 32768
ENGLISH = Words()


async def conversation_on(
    database: Database, artifacts: Artifacts | None = None
) -> tuple[Conversation, list[str]]:
    """A conversation owned by person 4711, and the list that gets a line each time the workers are woken."""
    artifacts = artifacts or open_artifacts("memory:///")
    members = Members(Access(database), [OWNER])
    await members.load()
    woken: list[str] = []
    return Conversation(
        database,
        Giving(artifacts, Given().looked_at),
        members,
        Wishes(database),
        AddressRule(),
        lambda: woken.append("woken"),
    ), woken


class Person:
    """Somebody who speaks with the conversation, in a private chat or, with ``chat_id``, in a group."""

    def __init__(
        self, conversation: Conversation, person_id: int = OWNER, chat_id: int | None = None
    ) -> None:
        self.conversation = conversation
        self.person_id = person_id
        self.chat_id = person_id if chat_id is None else chat_id
        self._ids = itertools.count(100)

    def message(self, text: str, *, after_seconds: float = 0, **more: Any) -> Incoming:
        """A message as Telegram hands it over, with the entities that Telegram finds."""
        entities = tuple(
            Entity(each.type, each.offset, each.length) for each in formatted(text, None, None).entities
        )
        given: dict[str, Any] = {
            "chat_id": self.chat_id,
            "message_id": next(self._ids),
            "text": text,
            "sent_at": NOON + timedelta(seconds=after_seconds),
            "entities": entities,
            "author_id": self.person_id,
            "is_private": self.chat_id > 0,
        }
        return Incoming(**(given | more))

    async def says(self, text: str, **more: Any) -> list[Reply]:
        """Say something and hear the answer."""
        return list(await self.conversation.answer(self.message(text, **more)))

    async def hears(self, text: str, **more: Any) -> Message:
        """Say something that has one text for an answer."""
        [reply] = await self.says(text, **more)
        assert isinstance(reply, Message)
        return reply

    async def presses(self, pressed: Button | Action | str, message_id: int = 900) -> list[Reply]:
        """Press a button, or send what a button might send."""
        action = pressed.action if isinstance(pressed, Button) else pressed
        data = action.data() if isinstance(action, Action) else action
        press = Press(self.chat_id, message_id, data, person_id=self.person_id)
        return list(await self.conversation.press(press))


async def capture_all(database: Database, outcome: Outcome = KEPT) -> None:
    """End every queued snapshot as if it had been captured, with a file of each kind if it was kept."""
    queue = Queue(database)
    while (claim := await queue.claim("test", lease=timedelta(minutes=1))) is not None:
        artifacts = [
            Artifact(
                snapshot_id=claim.snapshot_id, kind=kind, sha256="0" * 64, size_bytes=1, content_type=type_
            )
            for kind, type_ in (FILES.items() if outcome.verdict.is_done else ())
        ]
        await queue.finish(
            claim,
            Outcome(
                outcome.verdict,
                metadata=outcome.metadata,
                final_url=claim.url,
                error=outcome.error,
                artifacts=artifacts,
                further_keys=outcome.further_keys,
                text=outcome.text,
            ),
        )


def labels(reply: Message | Card) -> list[list[str]]:
    """The buttons as they are seen."""
    return [[button.label for button in row] for row in reply.buttons]


def button(reply: Message | Card, label: str) -> Button:
    """The button with that label."""
    return next(button for row in reply.buttons for button in row if button.label == label)


def seen(reply: Reply) -> RichText:
    """What Telegram makes of a text or a card; it is within every limit, and its markup is whole."""
    assert isinstance(reply, Message | Card)
    rows = [
        [{"text": each.label, "callback_data": each.action.data()} for each in row] for row in reply.buttons
    ]
    check_keyboard(rows)
    assert len(reply.html.encode()) <= MOST_BYTES
    shown = formatted(reply.html, "HTML", None)
    (check_caption if isinstance(reply, Card) else check_text)(shown)
    assert shown.text == in_plain(reply.html).strip(" \n\t")
    # The entities that are too many are the last ones: then links would be missing.
    assert [each.type for each in shown.entities].count("text_link") == reply.html.count("<a ")
    return shown


def in_plain(markup: str) -> str:
    """What is left of our HTML without its tags, read by a parser that is not ours and not Telegram's."""
    plain = _Balanced()
    plain.feed(markup)
    plain.close()
    assert not plain.open, markup
    return plain.text


class _Balanced(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        assert tag in {"a", "b", "code"}, tag
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def texts(replies: Sequence[Reply]) -> str:
    """All texts of an answer, as they are read."""
    return "\n".join(seen(reply).text for reply in replies if isinstance(reply, Message | Card))

"""What the tests of talking about saved links share: a link that was captured, and its card in the chat."""

from collections.abc import Sequence

from bot.conversation.replies import Card, Change, Message, Reply
from storage.announcements import Announcements, Shown
from storage.database import Database
from storage.library import Library
from storage.models import Link
from tests.conftest import OWNER
from tests.talking import Person, capture_all

CARD = 500
A = "https://example.org/a"
B = "https://example.org/b"


async def the(database: Database, name: str = "a", chat_id: int = OWNER) -> Link:
    found = await Library(database, chat_id).find(f"example.org/{name}")
    assert found is not None
    return found


async def tags(database: Database, name: str = "a") -> list[str]:
    return [tag.name for tag in (await the(database, name)).tags]


async def saves(ada: Person, database: Database, text: str, *, message_id: int = 10) -> int:
    """Save a link, have it captured, and its card shown as message 500; the link's id."""
    await ada.says(text, message_id=message_id)
    await capture_all(database)
    announcements = Announcements(database)
    told = await announcements.of_message(OWNER, message_id)
    await announcements.set_status_message([each.id or 0 for each in told], CARD)
    for each in told:
        await announcements.set_announced(each.id or 0)
        await announcements.set_shown(Shown(OWNER, CARD, [each.snapshot.link_id]))
    return told[0].snapshot.link_id


def only(replies: Sequence[Reply], kind: type) -> list[Reply]:
    return [reply for reply in replies if isinstance(reply, kind)]


def changed_card(replies: Sequence[Reply]) -> Message | Card:
    [change] = only(replies, Change)
    assert isinstance(change, Change)
    assert change.message_id == CARD
    return change.to


def base_36(number: int) -> str:
    """An id as buttons have it."""
    assert number < 10
    return str(number)

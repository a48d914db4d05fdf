"""How replies go out: in order, each to its place, one chat at a time."""

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.conversation.delivery import Place, Turns, deliver
from bot.conversation.replies import (
    Action,
    Attachment,
    Button,
    Card,
    Change,
    Message,
    Reaction,
    Reply,
    Toast,
    Verb,
)
from bot.errors import FrontEndError
from storage.database import Database
from storage.kinds import ArtifactKind
from storage.models import Artifact
from tests.conftest import OWNER
from tests.room import Room, opened_room

FILE = Artifact(
    snapshot_id=1, kind=ArtifactKind.PDF, sha256="0", size_bytes=1, content_type="application/pdf"
)


BUTTONS = ((Button("Recent", Action(Verb.RECENT)),),)


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with opened_room(database) as room:
        yield room


async def test_replies_go_out_in_order_and_a_list_takes_the_place_of_the_pressed_one(room: Room) -> None:
    replies: Sequence[Reply] = [
        Reaction("👀"),
        Message("one"),
        Attachment(FILE, "a.pdf"),
        Toast("vanishes"),
        Message("two", BUTTONS, edits=True),
        Card(FILE, "a.jpg", "three"),
    ]
    place = Place(OWNER, 7)
    await deliver(room.ear, room.announcements, place, replies, pressed_message_id=30)
    assert room.ear.acts == ["react", "say", "attach", "edit", "say"]
    assert room.ear.heard[3][1] == 30
    await deliver(room.ear, room.announcements, place, [Message("two", edits=True)])
    assert room.ear.acts[5:] == ["say"], "without a pressed message there is none to edit"


async def test_it_is_noted_which_message_speaks_of_which_link(room: Room) -> None:
    one = await room.says("https://example.org/a")
    two = await room.says("https://example.org/b https://example.org/c")
    [of_one] = await room.announcements.of_message(OWNER, one.message_id)
    assert (of_one.status_message_id, of_one.summary_message_id) == (1002, None)
    of_two = await room.announcements.of_message(OWNER, two.message_id)
    assert [(each.status_message_id, each.summary_message_id) for each in of_two] == [(None, 1004)] * 2
    assert len(await room.announcements.of_summary(OWNER, 1004)) == 2


async def test_a_message_that_can_not_be_brought_up_to_date_holds_up_nothing(room: Room) -> None:
    room.ear.trouble = FrontEndError("The text is too long.")
    await deliver(
        room.ear, room.announcements, Place(OWNER, 7), [Change(30, Message("new")), Message("next")]
    )
    assert room.ear.acts == ["say"]


async def test_a_chat_has_one_turn_at_a_time_and_others_need_not_wait() -> None:
    turns = Turns()
    async with turns.of(1):
        assert turns.of(1).locked()
        assert not turns.of(2).locked()
    assert not turns.of(1).locked()

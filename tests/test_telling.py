"""How it is told what became of a link: once, in its place, whatever the chat has become."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from bot.conversation.delivery import Place
from bot.conversation.replies import Attachment, Card, Message
from bot.errors import ChatGone, FrontEndError, StorageError
from bot.work import announcer as announcing
from storage.database import Database
from storage.editing import Editing
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata
from storage.models import Artifact, now
from storage.moving import move_chat
from storage.preferences import wish
from storage.queue import Outcome, Queue
from tests.conftest import OWNER
from tests.room import DOWN, Room, opened_room
from tests.storing import MINUTE, pass_time
from tests.talking import Person, capture_all, labels, seen


@pytest.fixture
async def room(database: Database) -> AsyncIterator[Room]:
    async with opened_room(database) as room:
        yield room


async def test_each_failed_try_is_told_once_and_a_later_success_becomes_the_card(room: Room) -> None:
    message = await room.says("https://example.org/a")
    for _ in range(2):
        await room.fails_a_try()
        (edit, status_id, failure), (react, _, emoji) = await room.hears()
        assert (edit, status_id, react, emoji) == ("edit", 1002, "react", "💔")
        assert isinstance(failure, Message)
        assert seen(failure).text.endswith("example.org did not answer. I'll try again in 4 minutes.")
        assert await room.hears() == []
        await pass_time(room.database, 5 * MINUTE)
    await capture_all(room.database)
    told = await room.hears()
    assert [what[:2] for what in told] == [
        ("edit", 1002), ("attach", message.message_id), ("react", message.message_id)
    ]  # fmt: skip
    assert isinstance(told[0][2], Card)
    assert told[2][2] == "👍"


async def test_a_file_that_a_person_gave_meanwhile_is_shown_in_place_of_tries_that_fail(room: Room) -> None:
    message = await room.says("https://example.org/a")
    await room.fails_a_try()
    await room.hears()
    [link] = await Editing(room.database, OWNER).links_of(message.message_id)
    screen = Artifact(
        snapshot_id=0, kind=ArtifactKind.SCREEN, sha256="1" * 64, size_bytes=4711, content_type="image/jpeg"
    )
    await Editing(room.database, OWNER).keep_files(link.id or 0, Outcome(Verdict.FILE, artifacts=[screen]))
    for end in (room.fails_a_try, partial(capture_all, room.database, DOWN)):
        await pass_time(room.database, 5 * MINUTE)
        await end()
        [(edit, status_id, card), *_] = await room.hears()
        assert (edit, status_id) == ("edit", 1002)
        assert isinstance(card, Card)
        assert card.screen.size_bytes == 4711


async def test_a_try_that_has_begun_meanwhile_is_told_when_it_has_ended(room: Room) -> None:
    await room.says("https://example.org/a")
    await room.fails_a_try()
    [due] = await room.announcements.due(local=False)
    await pass_time(room.database, 5 * MINUTE)
    queue = Queue(room.database)
    claim = await queue.claim("test", lease=MINUTE)
    assert claim is not None
    await room.announcer._announce(due.id or 0, OWNER)
    assert room.ear.acts == ["react", "say"]
    await queue.retry(claim, DOWN, run_after=now() + MINUTE)
    assert [what[0] for what in await room.hears()] == ["edit", "react"]


async def test_what_is_due_in_a_chat_that_has_moved_is_told_by_the_turn_of_the_new_one_alone(
    room: Room,
) -> None:
    await room.says("https://example.org/a")
    await capture_all(room.database)
    [due] = await room.announcements.due(local=False)
    await move_chat(room.database, OWNER, 4712, keeps_right=True)
    await room.announcer._announce_all(OWNER, [due.id or 0])
    assert room.ear.acts == ["react", "say"], "two would tell it at the same time"
    assert [what[:2] for what in await room.hears()] == [
        ("say", 4712), ("edit", 1003), ("attach", -100), ("react", -100)
    ]  # fmt: skip


async def test_a_status_that_the_person_deleted_is_said_again_as_a_card(room: Room) -> None:
    await room.says("https://example.org/a")
    room.ear.gone.add(1002)
    await capture_all(room.database)
    assert [what[0] for what in await room.hears()] == ["say", "edit", "attach", "react"]


@pytest.mark.parametrize("error", [ChatGone("Blocked."), FrontEndError("Refused."), KeyError("a mistake")])
async def test_what_can_never_be_told_is_not_tried_again(room: Room, error: Exception) -> None:
    await room.says("https://example.org/a")
    await capture_all(room.database)
    room.ear.trouble = error
    assert await room.hears() == []
    assert await room.hears() == []


async def test_what_the_database_could_not_note_is_told_later_and_not_at_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    await room.says("https://example.org/a")
    await capture_all(room.database)
    rung = room.bell.listen()
    room.ear.trouble = StorageError("The database is locked.")
    assert await room.hears() == []
    assert not rung.is_set(), "it would be tried again for ever"
    assert [what[0] for what in await room.hears()] == ["edit", "attach", "react"]


async def test_a_pdf_that_is_refused_does_not_keep_the_rest_back(room: Room) -> None:
    await room.says("https://example.org/a")
    await capture_all(room.database)

    async def refused(place: Place, attachment: Attachment) -> None:
        raise FrontEndError("Too large.")

    room.ear.attach = refused  # type: ignore[method-assign]
    assert [what[0] for what in await room.hears()] == ["edit", "react"]


async def test_the_announcer_survives_the_database_and_a_chat_that_hangs_holds_up_no_other(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr("bot.work.last_words.LAST_WORDS_SECONDS", 0.01)
    eve = Person(room.ada.conversation, person_id=42)
    await room.says("https://example.org/a")
    await room.says("https://example.org/b", eve)
    await capture_all(room.database)
    room.ear.hanging.add(OWNER)
    troubles, due = [StorageError("The database is locked.")], room.announcements.due
    eve_is_told = asyncio.Event()

    async def locked_at_first(**options: Any) -> object:
        if troubles:
            raise troubles.pop()
        if eve.chat_id not in {each.chat_id for each in await due(local=False)}:
            eve_is_told.set()
        return await due(**options)

    monkeypatch.setattr(room.announcements, "due", locked_at_first)
    task = asyncio.create_task(room.announcer.run())
    async with asyncio.timeout(5):
        await eve_is_told.wait()
    assert OWNER in {each.chat_id for each in await due(local=False)}
    task.cancel()
    await asyncio.wait([task], timeout=5)
    assert task.cancelled()
    room.ear.hanging.clear()
    await room.hears()


@pytest.mark.parametrize(("links", "cards"), [(4, 4), (5, 0)])
async def test_very_many_links_get_one_summary_and_no_flood_of_cards(
    links: int, cards: int, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With fewer than there are; that 25 are many, and 20 of them shown, test_many_links knows."""
    monkeypatch.setattr("bot.work.announcer.MANY_LINKS", 5)
    await room.says(" ".join(f"https://example.org/{number}" for number in range(links)))
    await capture_all(room.database)
    told = await room.hears()
    summaries = [
        what for what in told if what[0] == "edit" and isinstance(what[2], Message) and what[1] == 1002
    ]
    assert len(summaries) == links
    assert len([what for what in told if isinstance(what[2], Card)]) == cards
    assert told[-1] == ("react", told[-1][1], "👍")
    last = summaries[-1][2]
    assert isinstance(last, Message)
    assert seen(last).text.count("👍") == links


async def test_a_chat_that_wants_no_pdf_gets_the_card_alone(room: Room) -> None:
    await wish(room.database, OWNER, sends_pdf=False)
    await room.says("https://example.org/a")
    await capture_all(room.database)
    assert [what[0] for what in await room.hears()] == ["edit", "react"]
    await wish(room.database, OWNER, sends_pdf=True)
    assert await room.hears() == [], "what was not wanted then is not sent later"


async def test_a_card_that_comes_unasked_makes_no_sound(room: Room) -> None:
    await room.says("https://example.org/a")
    room.ear.gone.add(1002)
    await capture_all(room.database)
    [said] = [what[2] for what in await room.hears() if what[0] == "say"]
    assert isinstance(said, Message)
    assert said.is_silent


async def test_a_chip_is_offered_until_the_next_card_comes(room: Room) -> None:
    await room.says("https://example.org/a #optimizer")
    await capture_all(room.database)
    await room.hears()
    await room.says("https://example.org/b")
    await capture_all(room.database, Outcome(Verdict.OK, metadata=Metadata(title="An optimizer")))
    [card] = [what[2] for what in await room.hears() if what[0] == "edit"]
    assert isinstance(card, Card)
    assert labels(card)[0] == ["+ #optimizer"]
    await room.says("https://example.org/c #other")
    await capture_all(room.database)
    old, new = [what[2] for what in await room.hears() if what[0] == "edit"]
    assert isinstance(old, Card)
    assert isinstance(new, Card)
    assert "+ #optimizer" not in [label for row in labels(old) for label in row]

"""Quotas: a link beyond them is kept without a copy, and the person is told why and what helps."""

import pytest

from bot.addresses import AddressRule
from bot.capture.files.given import Given
from bot.conversation import saying
from bot.conversation.answer import Conversation
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.message import AttachedFile
from bot.conversation.replies import Action, Message, Reaction, Verb
from bot.conversation.wishes import Wishes
from bot.wording import BROKEN, KEPT, SEEN, Words
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import open_artifacts
from storage.database import Database
from storage.editing import Editing
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.library import Library
from storage.models import Artifact, now
from storage.moving import move_chat
from storage.queue import Outcome, Queue
from storage.quota import Quota, bytes_of
from storage.saving import Origin, SaveOutcome
from storage.undoing import Undoing
from tests.conftest import OWNER
from tests.storing import MINUTE, link, queued, queued_many, snapshot, snapshots
from tests.talking import Person

TWO = Quota(max_queued=2)


def pdf(snapshot_id: int, size_bytes: int) -> Artifact:
    return Artifact(
        snapshot_id=snapshot_id,
        kind=ArtifactKind.PDF,
        sha256="0",
        size_bytes=size_bytes,
        content_type="application/pdf",
    )


async def keep(database: Database, size_bytes: int) -> int:
    """Capture what waits; give the id of its link."""
    queue = Queue(database)
    claim = await queue.claim("me", lease=MINUTE)
    assert claim is not None
    await queue.finish(claim, Outcome(Verdict.OK, artifacts=[pdf(claim.snapshot_id, size_bytes)]))
    return (await snapshot(database, claim.snapshot_id)).link_id


async def used(database: Database, chat_id: int = 1) -> int:
    async with database.read() as session:
        return await bytes_of(session, chat_id)


async def person_with(database: Database, quota: Quota) -> Person:
    members = Members(Access(database), [OWNER])
    await members.load()
    conversation = Conversation(
        database,
        Giving(open_artifacts("memory:///"), Given().looked_at),
        members,
        Wishes(database),
        AddressRule(),
        lambda: None,
        quota=quota,
    )
    return Person(conversation)


class TestQueued:
    async def test_a_link_beyond_it_is_kept_with_its_tags_and_fails_with_the_reason(
        self, database: Database
    ) -> None:
        library = Library(database, 1, TWO)
        saved = await library.add([link(each, "x") for each in ("a", "b", "c")], Origin(7))
        assert [each.outcome for each in saved] == [*[SaveOutcome.QUEUED] * 2, SaveOutcome.NO_ROOM]
        row = await snapshot(database, saved[2].snapshot_id or 0)
        assert (row.status, row.verdict, row.error) == ("failed", "refused", saved[2].why_not)
        assert "the queue of this chat is full (2)" in (row.error or "")
        found = await library.find("example.org/c")
        assert found is not None
        assert [tag.name for tag in found.tags] == ["x"]
        assert [each.id for each in await Announcements(database).due(local=False)] == [
            saved[2].announcement_id
        ]

    async def test_a_chat_does_not_fill_that_of_another(self, database: Database) -> None:
        await queued_many(database, 3)
        [saved] = await Library(database, 2, TWO).add([link("a")], Origin(7))
        assert saved.outcome == SaveOutcome.QUEUED

    async def test_again_works_when_there_is_room(self, database: Database) -> None:
        library = Library(database, 1, Quota(max_queued=1))
        await queued(database, "a")
        [full] = await library.add([link("b")], Origin(8))
        again = await library.again(full.link.id or 0, Origin(9))
        assert again is not None
        assert again.outcome == SaveOutcome.NO_ROOM
        await keep(database, 5)
        again = await library.again(full.link.id or 0, Origin(10))
        assert again is not None
        assert again.outcome == SaveOutcome.QUEUED

    async def test_a_link_that_waits_already_is_joined(self, database: Database) -> None:
        await queued(database, "a")
        [saved] = await Library(database, 1, Quota(max_queued=1)).add([link("a")], Origin(8))
        assert saved.outcome == SaveOutcome.QUEUED

    async def test_what_had_no_room_keeps_no_host_waiting(self, database: Database) -> None:
        waiting = await queued(database, "a")
        await Library(database, 1, Quota(max_queued=1)).add([link("b")], Origin(8))
        claim = await Queue(database, pause=MINUTE).claim("me", lease=MINUTE)
        assert claim is not None
        assert claim.snapshot_id == waiting


class TestBytes:
    async def test_a_link_beyond_it_is_kept_and_deleting_makes_room(self, database: Database) -> None:
        library = Library(database, 1, Quota(max_bytes=2_000_000_000))
        await queued(database, "a")
        link_id = await keep(database, 2_500_000_000)
        [full] = await library.add([link("b")], Origin(8))
        assert full.why_not is not None
        assert "keeps 2.5 GB, and may keep 2.0 GB" in full.why_not
        removed = await Undoing(database, 1).delete_link(link_id)
        assert await used(database) == 0
        [saved] = await library.add([link("c")], Origin(9))
        assert saved.outcome == SaveOutcome.QUEUED
        assert removed is not None
        await Undoing(database, 1).undo(removed.undo_id)
        assert await used(database) == 2_500_000_000

    async def test_what_a_chat_keeps_is_the_sum_of_its_files(self, database: Database) -> None:
        await queued(database, "a")
        first = await keep(database, 70)
        await queued(database, "b", chat_id=2)
        await keep(database, 500)
        await Editing(database, 1).keep_files(first, Outcome(Verdict.FILE, artifacts=[pdf(0, 8)]))
        assert (await used(database), await used(database, 2)) == (78, 500)

    async def test_a_try_that_replaces_files_replaces_their_size(self, database: Database) -> None:
        saved = await queued(database)
        queue = Queue(database)
        for size_bytes in (30, 4):
            claim = await queue.claim("me", lease=MINUTE)
            assert claim is not None
            failed = Outcome(Verdict.UNREACHABLE, error="No.", artifacts=[pdf(saved, size_bytes)])
            await queue.retry(claim, failed, run_after=now())
        assert await used(database) == 4

    async def test_a_link_that_comes_back_into_another_takes_its_size_along(self, database: Database) -> None:
        await queued(database, "a")
        removed = await Undoing(database, 1).delete_link(await keep(database, 70))
        assert removed is not None
        await queued(database, "a")
        await keep(database, 8)
        await Undoing(database, 1).undo(removed.undo_id)
        assert await used(database) == 78
        assert {each.chat_id for each in await snapshots(database)} == {1}

    async def test_a_group_with_a_new_id_takes_along_what_it_keeps_and_what_waits(
        self, database: Database
    ) -> None:
        await queued(database, "a", chat_id=-5)
        await keep(database, 70)
        await queued(database, "b", chat_id=-5)
        await move_chat(database, -5, -100500, keeps_right=True)
        assert (await used(database, -5), await used(database, -100500)) == (0, 70)
        assert {each.chat_id for each in await snapshots(database)} == {-100500}


class TestSaid:
    async def test_the_person_is_told_and_the_card_has_a_button(self, database: Database) -> None:
        person = await person_with(database, Quota(max_queued=1))
        await person.says("https://example.org/a")
        seen, said = await person.says("https://example.org/b #x")
        assert seen == Reaction(SEEN)
        assert isinstance(said, Message)
        assert "Saved" in said.html
        assert "the queue of this chat is full (1). Press Again" in said.html
        assert "Capturing" not in said.html
        [announcement_id] = said.announcement_ids
        announcement = await Announcements(database).one(announcement_id)
        assert announcement is not None
        assert announcement.snapshot.status == SnapshotStatus.FAILED
        again = Action(Verb.AGAIN, (announcement.snapshot.link_id,))
        [pressed] = await person.presses(again)
        assert isinstance(pressed, Message)
        assert "is full" in pressed.html

    async def test_a_file_in_answer_is_not_kept_beyond_it(self, database: Database) -> None:
        async def download() -> bytes:
            return b"%PDF-1.7"

        person = await person_with(database, Quota(max_bytes=8))
        await person.says("https://example.org/a", message_id=10)
        file = AttachedFile("a.pdf", "application/pdf", 8, download)
        assert (await person.says("", reply_to=10, attached=file))[0] == Reaction(KEPT)
        refused, why = await person.says("", reply_to=10, attached=file)
        assert refused == Reaction(BROKEN)
        assert isinstance(why, Message)
        assert "already keeps 1 kB" in why.html
        assert await used(database, OWNER) == 8

    @pytest.mark.parametrize("language", ["en", "zh"])
    async def test_of_several_links_the_summary_marks_those_without(
        self, database: Database, language: str
    ) -> None:
        saved = await Library(database, 1, TWO).add([link(each) for each in "abc"], Origin(7))
        [_, summary] = saying.saved(Words(language), saved)
        assert isinstance(summary, Message)
        assert summary.html.count("💔") == 1

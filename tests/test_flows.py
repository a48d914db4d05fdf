"""What is done with saved links by talking: answers, edits, captions, tags, notes, deleting and taking back."""

from collections.abc import Sequence

import pytest

from bot.conversation.message import AttachedFile
from bot.conversation.replies import (
    Album,
    Attachment,
    Card,
    Change,
    Message,
    Reaction,
    Reply,
    Toast,
)
from bot.errors import FrontEndError
from bot.wording import BROKEN, KEPT, SEEN, WRITTEN
from storage.announcements import Announcements
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Artifact, Link, now
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.talking import (
    ENGLISH,
    Person,
    button,
    capture_all,
    conversation_on,
    labels,
    seen,
    texts,
)
from tests.talking import (
    KEPT as CAPTURED,
)

CARD = 500
A = "https://example.org/a"
B = "https://example.org/b"


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


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
        await announcements.set_shown(OWNER, CARD, [each.snapshot.link_id])
    return told[0].snapshot.link_id


def only(replies: Sequence[Reply], kind: type) -> list[Reply]:
    return [reply for reply in replies if isinstance(reply, kind)]


def changed_card(replies: Sequence[Reply]) -> Message | Card:
    [change] = only(replies, Change)
    assert isinstance(change, Change)
    assert change.message_id == CARD
    return change.to


@pytest.mark.parametrize("target", [CARD, 10])
async def test_an_answer_puts_tags_on_and_takes_them_off(
    target: int, ada: Person, database: Database
) -> None:
    await saves(ada, database, f"{A} #one #two")
    replies = await ada.says("#three -#ONE －＃two", reply_to=target)
    assert await tags(database) == ["three"]
    assert replies[0] == Reaction(WRITTEN)
    assert "#three" in seen(changed_card(replies)).text
    assert texts(replies).endswith("#three")


async def test_an_answer_that_takes_off_the_last_tag_says_so(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    assert texts(await ada.says("-#one", reply_to=CARD)).endswith("No tags now.")


async def test_an_answer_in_words_is_the_note_and_stands_on_the_card(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    replies = await ada.says("Read <this> again", reply_to=CARD)
    assert (await the(database)).note == "Read <this> again"
    assert "📝 Read <this> again" in seen(changed_card(replies)).text
    assert await tags(database) == ["one"]


async def test_a_note_that_took_the_place_of_another_can_be_taken_back(
    ada: Person, database: Database
) -> None:
    await saves(ada, database, f"{A} the first one")
    for said in ("the second one", "#tag and a third"):
        noted = (await ada.says(said, reply_to=CARD))[-1]
        assert isinstance(noted, Message)
        assert "Noted for Adam 优化器" in texts([noted])
        replies = await ada.presses(button(noted, "Undo"))
        assert texts(replies) == "Back again: the first one"
        assert "📝 the first one" in seen(changed_card(replies)).text
    await saves(ada, database, B, message_id=11)
    noted = (await ada.says("only one", reply_to=11))[-1]
    assert isinstance(noted, Message)
    assert texts(await ada.presses(button(noted, "Undo"))) == "The note is gone again."
    assert (await the(database, "b")).note is None


async def test_an_answer_may_bring_tags_and_a_note(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    await ada.says("for the thesis #论文", reply_to=CARD)
    assert ((await the(database)).note, await tags(database)) == ("for the thesis", ["论文"])


async def test_an_answer_to_several_links_tags_them_all_but_notes_none(
    ada: Person, database: Database
) -> None:
    await ada.says(f"{A} {B}", message_id=10)
    await ada.says("#both", reply_to=10)
    assert await tags(database, "a") == await tags(database, "b") == ["both"]
    assert texts(await ada.says("which one?", reply_to=10)) == ENGLISH("note-for-one")


async def test_an_answer_with_a_link_or_a_command_is_what_it_is_alone(
    ada: Person, database: Database
) -> None:
    await saves(ada, database, A)
    assert "Saved example.org/b" in texts(await ada.says(f"{B} #new", reply_to=CARD))
    assert await tags(database) == []
    assert "example.org/a" not in texts(await ada.says("/tags", reply_to=CARD))


async def test_an_answer_to_a_message_about_no_link_is_like_any_other(ada: Person) -> None:
    assert texts(await ada.says("hello", reply_to=999)) == ENGLISH("hint").replace("<code>", "").replace(
        "</code>", ""
    )


async def test_an_answer_in_another_chat_changes_nothing(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #mine")
    eve = Person(ada.conversation, person_id=42)
    await eve.says("#hers -#mine", reply_to=CARD)
    await eve.says("her note", reply_to=10)
    assert (await tags(database), (await the(database)).note) == (["mine"], None)


async def test_what_stands_around_a_link_is_its_note_with_where_it_came_from(
    ada: Person, database: Database
) -> None:
    await ada.says(f"worth reading {A}", is_forward=True, forwarded_from="ML Daily, 李")
    assert (await the(database)).note == "worth reading\n↪ ML Daily, 李"


async def test_an_edit_moves_the_tags_and_the_card_follows(ada: Person, database: Database) -> None:
    await saves(ada, database, f"{A} #one")
    replies = await ada.says(f"{A} #two and a note", message_id=10, is_edit=True)
    assert await tags(database) == ["two"]
    assert "#two" in seen(changed_card(replies)).text
    assert not only(replies, Message)
    assert await ada.says(f"{A} #two and a note", message_id=10, is_edit=True) == []


async def test_a_caption_that_comes_after_its_link_is_for_that_link(ada: Person, database: Database) -> None:
    link = ada.message(A)
    await ada.conversation.answer(link)
    caption = ada.message("#one #二", after_seconds=1)
    assert await ada.conversation.answer(caption, link) == [Reaction(WRITTEN)]
    assert await tags(database) == ["one", "二"]


async def test_tags_that_a_link_has_already_are_a_question(ada: Person) -> None:
    link = ada.message(f"{A} #one")
    await ada.conversation.answer(link)
    assert "1 link" in texts(await ada.conversation.answer(ada.message("#one", after_seconds=1), link))


async def test_a_caption_that_comes_before_its_link_is_not_taken_for_a_question(ada: Person) -> None:
    caption, link = ada.message("#one"), ada.message(A, after_seconds=1)
    assert ada.conversation.may_be_caption(caption)
    assert await ada.conversation.answer(caption, None, link) == []
    assert "#one" in texts(await ada.conversation.answer(link, caption))


@pytest.mark.parametrize(
    ("before", "more"),
    [(A, {"after_seconds": 31}), (A, {"author_id": 7}), ("no link", {}), (A, {"is_edit": True})],
)
async def test_tags_that_belong_to_no_link_are_a_question(
    before: str, more: dict[str, object], ada: Person
) -> None:
    await ada.says("https://example.org/x #one")
    earlier = ada.message(before)
    await ada.conversation.answer(earlier)
    replies = await ada.conversation.answer(ada.message("#one", **more), earlier)  # type: ignore[arg-type]
    assert "1 link" in texts(replies)


@pytest.mark.parametrize("text", ["hello #one", A, "/tag one", "", f"{A} #one"])
async def test_what_is_more_than_tags_is_no_caption(text: str, ada: Person) -> None:
    assert not ada.conversation.may_be_caption(ada.message(text))


async def test_deleting_asks_first_and_can_be_taken_back(ada: Person, database: Database) -> None:
    link_id = await saves(ada, database, f"{A} #one")
    [card] = await ada.presses(f"card:{_36(link_id)}:0:")
    assert isinstance(card, Card)
    [question] = await ada.presses(button(card, "Delete"))
    assert isinstance(question, Message)
    assert labels(question) == [["Delete it", "Keep it"]]
    assert await ada.presses(button(question, "Keep it")) == [Message(ENGLISH("kept-after-all"), edits=True)]
    deleted, change = await ada.presses(button(question, "Delete it"))
    assert isinstance(deleted, Message)
    assert deleted.edits
    assert isinstance(change, Change)
    assert (change.message_id, change.to.buttons) == (CARD, ())
    assert "Nothing saved" in texts(await ada.says("/recent"))
    undone, back = await ada.presses(button(deleted, "Undo"))
    assert texts([undone]) == "Back again: Adam 优化器"
    assert isinstance(back, Change)
    assert isinstance(back.to, Card)
    assert labels(back.to) == labels(card)
    assert await tags(database) == ["one"]
    assert await ada.presses(button(deleted, "Undo")) == [Toast(ENGLISH("toast-expired"))]


def _36(number: int) -> str:
    assert number < 10
    return str(number)


async def test_the_tags_button_shows_tags_to_take_off_and_to_put_on(ada: Person, database: Database) -> None:
    await ada.says(f"{B} #two #three")
    link_id = await saves(ada, database, f"{A} #one")
    [page] = await ada.presses(f"retag:{_36(link_id)}:0:")
    assert isinstance(page, Message)
    assert labels(page) == [["✓ #one"], ["+ #three", "+ #two"]]
    page, card = await ada.presses(button(page, "+ #two"))
    assert isinstance(page, Message)
    assert page.edits
    assert labels(page) == [["✓ #two", "✓ #one"], ["+ #three"]]
    assert isinstance(card, Change)
    page, _ = await ada.presses(button(page, "✓ #one"))
    assert await tags(database) == ["two"]


async def test_renaming_a_tag_and_taking_it_back(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #optimiser")
    renamed = await ada.hears("/rename optimiser #optimizer")
    assert texts([renamed]) == "#optimiser is #optimizer now, on 1 link."
    assert await tags(database) == ["optimizer"]
    await ada.presses(button(renamed, "Undo"))
    assert await tags(database) == ["optimiser"]


async def test_two_tags_are_merged_only_after_asking(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #优化")
    await ada.says(f"{B} #optimizer")
    asked = await ada.hears("/rename 优化 optimizer")
    assert "You have both #优化 and #optimizer" in texts([asked])
    assert await tags(database) == ["优化"]
    [merged] = await ada.presses(button(asked, "Merge them"))
    assert await tags(database) == ["optimizer"]
    assert isinstance(merged, Message)
    await ada.presses(button(merged, "Undo"))
    assert (await tags(database), await tags(database, "b")) == (["优化"], ["optimizer"])


async def test_a_tag_is_taken_off_its_links_only_after_asking(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #one")
    await ada.says(f"{B} #one")
    asked = await ada.hears("/droptag one")
    assert texts([asked]) == "Take #one off 2 links? The links stay."
    [dropped] = await ada.presses(button(asked, "Take it off"))
    assert (await tags(database), await tags(database, "b")) == ([], [])
    assert isinstance(dropped, Message)
    await ada.presses(button(dropped, "Undo"))
    assert (await tags(database), await tags(database, "b")) == (["one"], ["one"])


async def test_the_page_of_a_tag_renames_it_and_drops_it(ada: Person, database: Database) -> None:
    await ada.says(f"{A} #optimiser")
    await ada.says(f"{B} #优化")
    assert labels(await ada.hears("#optimiser")) == [["1"]], "who looks for links is not asked about the tag"
    [page] = await ada.presses(button(await ada.hears("/tags"), "#optimiser 1"))
    assert isinstance(page, Message)
    assert labels(page) == [["1"], ["Rename tag", "Drop tag"]]
    [question] = await ada.presses(button(page, "Rename tag"))
    assert isinstance(question, Message)
    assert question.asks_name_of is not None
    assert "What is #optimiser to be called?" in texts([question])
    await Announcements(database).set_asks(OWNER, 600, question.asks_name_of)
    assert await ada.says("two words", reply_to=600) == [question]
    assert "You have both #optimiser and #优化" in texts(await ada.says("优化", reply_to=600))
    assert texts(await ada.says(" ＃optimizer ", reply_to=600)) == "#optimiser is #optimizer now, on 1 link."
    assert await tags(database) == ["optimizer"]
    [asked] = await ada.presses(button(page, "Drop tag"))
    assert texts([asked]) == "Take #optimizer off 1 link? The link stays."
    await ada.presses(button(asked, "Take it off"))  # type: ignore[arg-type]
    assert await tags(database) == []
    for label in ("Rename tag", "Drop tag"):
        assert await ada.presses(button(page, label)) == [Toast(ENGLISH("toast-expired"))]
    assert texts(await ada.says("again", reply_to=600)) == ENGLISH("hint").replace("<code>", "").replace(
        "</code>", ""
    )


@pytest.mark.parametrize(
    ("said", "answered"),
    [
        ("/rename", "needs-names"),
        ("/rename one", "needs-names"),
        ("/rename a b c", "needs-names"),
        ("/droptag", "needs-name"),
        ("/droptag a b", "needs-name"),
    ],
)
async def test_a_command_that_lacks_names_says_how_it_is_written(
    said: str, answered: str, ada: Person
) -> None:
    assert await ada.hears(said) == Message(ENGLISH(answered))


@pytest.mark.parametrize("said", ["/rename optimiser x", "/droptag optimiser"])
async def test_a_tag_that_is_not_there_is_answered_by_the_nearest(said: str, ada: Person) -> None:
    await ada.says(f"{A} #optimizer")
    assert "Did you mean" in texts([await ada.hears(said)])


async def stored(
    artifacts: Artifacts, database: Database, link_id: int, kind: ArtifactKind, *contents: bytes
) -> None:
    """Give the newest snapshot of a link files of one kind."""
    snapshot = await Library(database, OWNER).newest_snapshot(link_id)
    assert snapshot is not None
    files = [
        Artifact(
            snapshot_id=snapshot.id or 0,
            kind=kind,
            sha256=await artifacts.put(content),
            size_bytes=len(content),
            content_type="text/markdown" if kind == ArtifactKind.TEXT else "image/jpeg",
            position=position,
        )
        for position, content in enumerate(contents)
    ]
    async with database.write() as session:
        session.add_all(files)


async def press(ada: Person, database: Database, link_id: int, label: str) -> list[Reply]:
    [card] = await ada.presses(f"card:{_36(link_id)}:0:")
    assert isinstance(card, Card)
    return await ada.presses(button(card, label))


async def test_the_text_comes_as_messages_and_as_a_file_when_it_is_long(
    ada: Person, database: Database, artifacts: Artifacts
) -> None:
    link_id = await saves(ada, database, A)
    text = "\n\n".join(f"# {number}\n\n" + "学习率 <b> & 😀 " * 80 for number in range(6))
    await stored(artifacts, database, link_id, ArtifactKind.TEXT, text.encode())
    replies = await press(ada, database, link_id, "Text")
    assert 2 <= len(replies) <= 3
    assert "".join(texts(replies).split()) == "".join(text.split())


async def test_a_long_text_comes_as_a_file(ada: Person, database: Database, artifacts: Artifacts) -> None:
    link_id = await saves(ada, database, A)
    await stored(artifacts, database, link_id, ArtifactKind.TEXT, ("long " * 3_000).encode())
    [file] = await press(ada, database, link_id, "Text")
    assert isinstance(file, Attachment)
    assert file.file_name == "Adam 优化器.md"


async def test_a_text_that_is_lost_is_said(ada: Person, database: Database, artifacts: Artifacts) -> None:
    link_id = await saves(ada, database, A)
    await stored(open_artifacts("memory:///"), database, link_id, ArtifactKind.TEXT, b"elsewhere")
    assert texts(await press(ada, database, link_id, "Text")) == ENGLISH("file-lost")


async def test_the_full_page_is_an_album_ten_pictures_at_a_time(
    ada: Person, database: Database, artifacts: Artifacts
) -> None:
    link_id = await saves(ada, database, A)
    await stored(artifacts, database, link_id, ArtifactKind.SLICES, *(bytes([each]) for each in range(13)))
    album, below = await press(ada, database, link_id, "Full page")
    assert isinstance(album, Album)
    assert isinstance(below, Message)
    assert (len(album.pictures), labels(below)) == (10, [["More", "As one file"]])
    assert texts([below]) == "10 of 13 pictures shown."
    rest, below = await ada.presses(button(below, "More"))
    assert isinstance(rest, Album)
    assert isinstance(below, Message)
    assert [each.artifact.position for each in rest.pictures] == [10, 11, 12]
    assert labels(below) == [["As one file"]]
    [file] = await ada.presses(button(below, "As one file"))
    assert isinstance(file, Attachment)
    assert file.artifact.kind == ArtifactKind.FULLPAGE


async def test_a_page_without_pictures_for_an_album_comes_as_one_file(
    ada: Person, database: Database
) -> None:
    [file] = await press(ada, database, await saves(ada, database, A), "Full page")
    assert isinstance(file, Attachment)
    assert file.artifact.kind == ArtifactKind.FULLPAGE


async def test_a_wall_offers_the_view_of_a_phone(ada: Person, database: Database) -> None:
    await ada.says(A)
    await capture_all(database, Outcome(Verdict.BOT_WALL, error="A robot check."))
    [failure] = await ada.presses("card:1:0:")
    assert isinstance(failure, Message)
    assert labels(failure)[0] == ["Again", "Phone view"]
    toast, _ = await ada.presses(button(failure, "Phone view"))
    assert toast == Toast(ENGLISH("toast-capturing"))
    assert (await the(database)).snapshots[-1].viewport == "phone"


async def test_opening_a_copy_marks_it_as_read(ada: Person, database: Database) -> None:
    link_id = await saves(ada, database, A)
    assert (await the(database)).read_at is None
    await ada.presses(f"card:{_36(link_id)}:0:")
    read_at = (await the(database)).read_at
    assert read_at is not None
    assert read_at <= now()


def given(content: bytes, name: str | None = "paper.pdf", size: int | None = None) -> AttachedFile:
    async def download() -> bytes:
        if not content:
            raise FrontEndError("The file is gone.")
        return content

    kind = "application/pdf" if name else "image/jpeg"
    return AttachedFile(name, kind, len(content) if size is None else size, download)


async def test_a_file_in_answer_to_a_card_becomes_the_snapshot(
    ada: Person, database: Database, artifacts: Artifacts
) -> None:
    await ada.says(A, message_id=10)
    await capture_all(database, Outcome(Verdict.PAYWALL, error="Only for those who pay."))
    replies = await ada.says("", reply_to=10, attached=given(b"%PDF-1.7"))
    assert replies[0] == Reaction(KEPT)
    snapshot = await Library(database, OWNER).newest_snapshot((await the(database)).id or 0)
    assert snapshot is not None
    assert snapshot.verdict == Verdict.FILE
    [artifact] = snapshot.artifacts
    assert await artifacts.get(artifact.sha256) == b"%PDF-1.7"
    assert (artifact.kind, artifact.name) == (ArtifactKind.ORIGINAL, "paper.pdf")


async def test_a_photo_in_answer_to_a_card_is_shown_on_it(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    replies = await ada.says("", reply_to=CARD, attached=given(b"\xff\xd8", name=None))
    card = changed_card(replies)
    assert isinstance(card, Card)
    assert card.screen.size_bytes == 2


@pytest.mark.parametrize(
    ("file", "answer"),
    [(given(b"x", size=20_000_001), "20.0 MB"), (given(b""), "Telegram did not give me the file")],
)
async def test_a_file_that_can_not_be_had_is_said(
    file: AttachedFile, answer: str, ada: Person, database: Database
) -> None:
    await saves(ada, database, A)
    replies = await ada.says("", reply_to=CARD, attached=file)
    assert answer in texts(replies)
    assert len((await the(database)).snapshots) == 1
    assert Reaction(BROKEN) in replies or "20.0" in answer


async def test_the_same_link_by_its_canonical_address_is_known(ada: Person, database: Database) -> None:
    await ada.says(A)
    await capture_all(
        database, Outcome(Verdict.OK, metadata=CAPTURED.metadata, further_keys=["example.org/b"])
    )
    replies = await ada.says(f"{B} #again")
    assert replies[0] == Reaction(KEPT)
    assert "You have had Adam 优化器" in texts(replies)
    assert Reaction(SEEN) not in replies

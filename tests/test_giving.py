"""Files that a person sends in answer to a card: they are kept as its snapshot, whatever they are."""

import asyncio
import io
from typing import Literal

import pytest
from PIL import Image

from bot.capture.files.given import Given
from bot.conversation.giving import FILES_AT_ONCE, Giving
from bot.conversation.message import AttachedFile
from bot.conversation.replies import Card, Message, Reaction
from bot.errors import DiskFull, FrontEndError, StorageError
from bot.wording import BROKEN, KEPT, Words
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Snapshot
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.fakes.papers import Words as PaperWords
from tests.fakes.papers import locked, paper
from tests.on_a_card import CARD, A, changed_card, only, saves, the
from tests.talking import Person, capture_all, conversation_on, seen, texts

CHATS = 7


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


def given(
    content: bytes, name: str | None = "paper.pdf", size: int | None = None, kind: str | None = None
) -> AttachedFile:
    async def download() -> bytes:
        if not content:
            raise FrontEndError("The file is gone.")
        return content

    kind = kind or ("application/pdf" if name else "image/jpeg")
    return AttachedFile(name, kind, len(content) if size is None else size, download)


async def newest(database: Database) -> Snapshot:
    snapshot = await Library(database, OWNER).newest_snapshot((await the(database)).id or 0)
    assert snapshot is not None
    return snapshot


@pytest.mark.parametrize("code", ["en", "zh"])
async def test_a_pdf_in_answer_to_a_card_becomes_the_snapshot_with_its_picture_and_text(
    code: str, ada: Person, database: Database, artifacts: Artifacts
) -> None:
    await ada.says(A, message_id=10)
    await capture_all(database, Outcome(Verdict.PAYWALL, error="Only for those who pay."))
    content = paper([PaperWords("A walk in the fog.")], about="/Title (Momentum, explained)")
    replies = await ada.says("#paid", reply_to=10, attached=given(content), language_code=code)
    assert replies[0] == Reaction(KEPT)
    words = Words(code)
    kept = Message(words("file-kept", link=f'<a href="{A}">example.org/a</a>'))
    assert texts([kept]) in texts(replies)
    snapshot = await newest(database)
    assert (snapshot.verdict, snapshot.problems, snapshot.title) == (Verdict.FILE, "", "Momentum, explained")
    files = {each.kind: each for each in snapshot.artifacts}
    assert set(files) == {ArtifactKind.PDF, ArtifactKind.SCREEN, ArtifactKind.TEXT}
    pdf = files[ArtifactKind.PDF]
    assert await artifacts.get(pdf.sha256) == content
    assert (pdf.name, pdf.pages) == ("paper.pdf", 1)
    assert snapshot.size_bytes == sum(each.size_bytes for each in snapshot.artifacts)
    assert words("links", count=1) in texts(await ada.says("/search fog is:pdf #paid", language_code=code))


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"%PDF-1.7", "it is broken"), (locked("secret"), "password")],
    ids=["broken", "locked"],
)
async def test_a_pdf_that_can_not_be_read_is_kept_as_a_file_and_says_so(
    content: bytes, says: str, ada: Person, database: Database, artifacts: Artifacts
) -> None:
    await saves(ada, database, A)
    replies = await ada.says("", reply_to=CARD, attached=given(content))
    assert says in texts([replies[-1]])
    assert says in seen(changed_card(replies)).text
    snapshot = await newest(database)
    [artifact] = snapshot.artifacts
    assert (snapshot.verdict, artifact.kind) == (Verdict.PARTIAL, ArtifactKind.PDF)
    assert await artifacts.get(artifact.sha256) == content
    assert (await the(database)).title == "Adam 优化器", "the page's own title stays"


async def test_what_a_page_says_is_still_found_when_a_picture_of_it_was_given(
    ada: Person, database: Database
) -> None:
    await ada.says(A, message_id=10)
    described = Metadata(language="en-GB")
    await capture_all(database, Outcome(Verdict.OK, text="A walk downhill.", metadata=described))
    await ada.says("", reply_to=10, attached=given(b"\xff\xd8", name=None))
    assert "1 link" in texts(await ada.says("/search downhill lang:en"))


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
async def test_a_picture_sent_as_a_file_gives_the_card_its_head(
    format_: str, ada: Person, database: Database, artifacts: Artifacts
) -> None:
    await saves(ada, database, A)
    buffer = io.BytesIO()
    Image.new("RGB", (2560, 2400), "#3366cc").save(buffer, format_)
    file = given(buffer.getvalue(), name="long.png", kind=f"image/{format_.lower()}")
    card = changed_card(await ada.says("", reply_to=CARD, attached=file))
    assert isinstance(card, Card)
    with Image.open(io.BytesIO(await artifacts.get(card.screen.sha256))) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1280, 960))
    original = (await newest(database)).artifact(ArtifactKind.ORIGINAL)
    assert original is not None
    assert await artifacts.get(original.sha256) == buffer.getvalue()


async def test_what_only_calls_itself_a_picture_is_kept_without_one(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    await ada.says("", reply_to=CARD, attached=given(b"GIF89a no", name="a.gif", kind="image/gif"))
    assert [each.kind for each in (await newest(database)).artifacts] == [ArtifactKind.ORIGINAL]


async def test_a_file_without_a_name_is_no_photo_of_telegrams(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    await ada.says("", reply_to=CARD, attached=given(b"no picture", name="", kind="image/png"))
    assert [each.kind for each in (await newest(database)).artifacts] == [ArtifactKind.ORIGINAL]
    await ada.says("", reply_to=CARD, attached=given(paper([]), name="", kind="application/pdf"))
    assert (await newest(database)).title is None
    assert "1 link" in texts(await ada.says("/search is:pdf"))


async def test_the_pictures_of_an_album_are_one_snapshot(
    ada: Person, database: Database, artifacts: Artifacts
) -> None:
    await saves(ada, database, A)
    files = [given(content, name=None) for content in (b"\xff\xd81", b"\xff\xd82", b"\xff\xd83")]
    await ada.says("", reply_to=CARD, attached=files[0])
    for file in files[1:]:
        replies = await ada.says("", reply_to=CARD, attached=file, continues_album=True)
        assert replies[0] == Reaction(KEPT)
        assert not only(replies, Message)
    snapshot = await newest(database)
    originals = snapshot.artifacts_of(ArtifactKind.ORIGINAL)
    assert [await artifacts.get(each.sha256) for each in originals] == [
        b"\xff\xd81",
        b"\xff\xd82",
        b"\xff\xd83",
    ]
    assert [each.position for each in originals] == [0, 1, 2]
    assert len(snapshot.artifacts_of(ArtifactKind.SCREEN)) == 1
    assert len((await the(database)).snapshots) == 2


async def test_the_words_of_an_album_may_stand_below_its_last_file(ada: Person, database: Database) -> None:
    await saves(ada, database, A)
    one, two = (given(paper([PaperWords(word)]), name=f"{word}.pdf") for word in ("first", "second"))
    await ada.says("", reply_to=CARD, attached=one)
    await ada.says("#both read twice", reply_to=CARD, attached=two, continues_album=True)
    assert [each.name for each in (await newest(database)).artifacts_of(ArtifactKind.PDF)] == [
        "first.pdf",
        "second.pdf",
    ]
    link = await the(database)
    assert (len(link.snapshots), [each.name for each in link.tags], link.note) == (2, ["both"], "read twice")


async def test_a_message_with_a_file_that_is_handled_again_keeps_it_once(
    ada: Person, database: Database
) -> None:
    await saves(ada, database, A)
    for file, continues in ((given(b"\xff\xd81", name=None), False), (given(b"\xff\xd82", name=None), True)):
        for _ in range(2):
            replies = await ada.says("", reply_to=CARD, attached=file, continues_album=continues)
            assert replies[0] == Reaction(KEPT)
    assert len((await the(database)).snapshots) == 2
    snapshot = await newest(database)
    assert len(snapshot.artifacts_of(ArtifactKind.ORIGINAL)) == 2
    assert snapshot.size_bytes == sum(each.size_bytes for each in snapshot.artifacts)


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


class Room(asyncio.Semaphore):
    """The room for files, which knows how many have asked for it."""

    def __init__(self) -> None:
        super().__init__(FILES_AT_ONCE)
        self.asked = 0
        self.all_asked = asyncio.Event()

    async def acquire(self) -> Literal[True]:
        self.asked += 1
        if self.asked == CHATS:
            self.all_asked.set()
        return await super().acquire()


async def test_files_of_many_chats_are_loaded_a_few_at_a_time(
    ada: Person, database: Database, artifacts: Artifacts
) -> None:
    room, under_way, most = Room(), 0, 0
    ada.conversation._giving = Giving(artifacts, Given().looked_at, room)

    async def download() -> bytes:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await room.all_asked.wait()
        under_way -= 1
        return b"\xff\xd8"

    async def gives(chat_id: int) -> None:
        person = Person(ada.conversation, chat_id)
        await person.says(A, message_id=10)
        file = AttachedFile(None, "image/jpeg", 2, download)
        assert Reaction(KEPT) in await person.says("", reply_to=10, attached=file)

    async with asyncio.timeout(30):
        await asyncio.gather(*(gives(chat_id) for chat_id in range(1, CHATS + 1)))
    assert most == FILES_AT_ONCE


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize(
    ("error", "sentence"),
    [(DiskFull("The disk is full."), "file-disk-full"), (StorageError("No answer."), "file-not-stored")],
    ids=["full", "away"],
)
async def test_a_file_that_can_not_be_stored_is_not_kept_and_that_is_said(
    code: str,
    error: StorageError,
    sentence: str,
    ada: Person,
    database: Database,
    artifacts: Artifacts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refused(*_: object) -> None:
        raise error

    await saves(ada, database, A)
    monkeypatch.setattr(type(artifacts), "_write", refused)
    replies = await ada.says("", reply_to=CARD, attached=given(b"\xff\xd8", name=None), language_code=code)
    assert (replies[0], texts(replies)) == (Reaction(BROKEN), texts([Message(Words(code)(sentence))]))
    assert len((await the(database)).snapshots) == 1


async def test_a_file_is_not_loaded_where_the_disk_has_no_room(
    ada: Person, database: Database, artifacts: Artifacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    await saves(ada, database, A)
    monkeypatch.setattr(type(artifacts), "has_room", lambda _: False)
    replies = await ada.says("", reply_to=CARD, attached=given(b"", name=None))
    assert texts(replies) == texts([Message(Words("en")("file-disk-full"))])

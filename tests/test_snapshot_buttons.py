"""What the buttons below a card give of a snapshot."""

import io

import pytest
from PIL import Image

from bot.conversation.replies import (
    Album,
    Attachment,
    Card,
    Message,
    Reply,
    Toast,
)
from bot.settings import Settings
from bot.wording import Words
from storage.artifacts import Artifacts, open_artifacts
from storage.database import Database
from storage.editing import Editing
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Artifact, now
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.on_a_card import A, base_36, saves, the
from tests.talking import (
    ENGLISH,
    Person,
    button,
    capture_all,
    conversation_on,
    labels,
    texts,
)


@pytest.fixture
def artifacts() -> Artifacts:
    return open_artifacts("memory:///")


@pytest.fixture
async def ada(database: Database, artifacts: Artifacts) -> Person:
    return Person((await conversation_on(database, artifacts))[0])


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
    [card] = await ada.presses(f"card:{base_36(link_id)}:0:")
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
    await ada.presses(f"card:{base_36(link_id)}:0:")
    read_at = (await the(database)).read_at
    assert read_at is not None
    assert read_at <= now()


async def _keep_slices(settings: Settings, count: int) -> list[bytes]:
    """Give the link that is saved a picture of the whole page and its slices, each of a size of its own."""
    database, artifacts = Database(settings.database), open_artifacts(settings.artifacts)
    pictures = []
    for number in range(count + 1):
        buffer = io.BytesIO()
        Image.new("RGB", (100 + number, 100)).save(buffer, "JPEG")
        pictures.append(buffer.getvalue())
    kinds = [ArtifactKind.FULLPAGE] + [ArtifactKind.SLICES] * count
    kept = [
        Artifact(kind=kind, sha256=await artifacts.put(each), size_bytes=len(each), content_type="image/jpeg")  # type: ignore[call-arg]
        for kind, each in zip(kinds, pictures, strict=True)
    ]
    [link] = (await Library(database, OWNER).recent()).links
    await Editing(database, OWNER).keep_files(link.id or 0, Outcome(Verdict.FILE, artifacts=kept))
    await database.close()
    return pictures[1:]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_next_ten_pictures_come_by_a_button(
    language: str, telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    words, person = Words(language), telegram.user(OWNER, "Ada", language_code=language)
    sent = person.say(site.url("/status/404"))
    await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "💔", 60)
    slices = await _keep_slices(settings, 23)
    person.say("/random")
    card = await person.sees(words("captured", date="|").partition("|")[0])
    person.press(card, words("button-full-page"))
    below = await person.sees(words("pictures-shown", shown=10, count=23))
    person.press(below, words("button-more-pictures"))
    below = await person.sees(words("pictures-shown", shown=20, count=23))
    person.press(below, words("button-more-pictures"))
    below = await person.sees(words("pictures-shown", shown=23, count=23))
    assert [[each.label for each in row] for row in below.buttons] == [[words("button-as-file")]]
    albums = [each for each in person.chat.messages if each.media_group_id]
    assert [telegram.file(each.media.file_id) for each in albums if each.media] == slices
    groups = [each.media_group_id for each in albums]
    assert [groups.count(each) for each in dict.fromkeys(groups)] == [10, 10, 3]

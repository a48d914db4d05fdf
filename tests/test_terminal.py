"""The conversation in a terminal: what is typed, what is printed, and the files that it leaves."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.conversation.delivery import Place, Turns
from bot.conversation.members import LIBRARY
from bot.conversation.replies import Action, Attachment, Button, Card, Message, Toast, Verb
from bot.conversation.wishes import Wishes
from bot.plain import as_text
from bot.terminal import Talk, Terminal, read_lines
from bot.work.announcer import Announcer
from bot.work.bell import Bell
from storage.announcements import Announcements
from storage.artifacts import Artifacts, open_artifacts
from storage.chats import Preferences
from storage.database import Database
from storage.errors import StorageError
from storage.kinds import ArtifactKind
from storage.models import Artifact
from tests.announcing import announce_due
from tests.talking import ENGLISH, MISSING, capture_all, conversation_on

HERE = Place(LIBRARY, 1)


@dataclass
class Screen:
    """A terminal with somebody at it, and everything that was printed."""

    folder: Path
    artifacts: Artifacts
    database: Database
    printed: list[str] = field(default_factory=list)
    talk: Talk = field(init=False)
    terminal: Terminal = field(init=False)
    announcer: Announcer = field(init=False)

    async def switch_on(self) -> "Screen":
        announcements, turns = Announcements(self.database), Turns()
        self.terminal = Terminal(self.artifacts, self.folder, self.printed.append)
        conversation, _ = await conversation_on(self.database)
        self.talk = Talk(self.terminal, conversation, announcements, turns)
        self.announcer = Announcer(
            announcements,
            self.terminal,
            turns,
            Bell(),
            Wishes(self.database),
            local=True,
        )
        return self

    async def types(self, line: str) -> str:
        """Type a line; what is printed then."""
        before = len(self.printed)
        await self.talk.enter(line)
        return "\n".join(self.printed[before:])

    async def file(self, content: bytes, kind: ArtifactKind = ArtifactKind.PDF) -> Artifact:
        sha256 = await self.artifacts.put(content)
        return Artifact(
            snapshot_id=1, kind=kind, sha256=sha256, size_bytes=len(content), content_type="application/pdf"
        )


@pytest.fixture
async def screen(database: Database, tmp_path: Path) -> Screen:
    artifacts = open_artifacts(str(tmp_path / "artifacts"))
    return await Screen(tmp_path / "received", artifacts, database).switch_on()


async def test_a_message_is_answered_with_addresses_in_full(screen: Screen) -> None:
    assert await screen.types("看看 https://example.org/adam #优化器") == (
        "👀\nSaved example.org/adam <https://example.org/adam>\n#优化器\nCapturing the page…"
    )


async def test_numbers_press_the_buttons_that_were_printed_last(screen: Screen) -> None:
    await screen.types("https://example.org/adam #one")
    await capture_all(screen.database, MISSING)
    assert (await screen.types("/tags")).endswith("\n[1] #one 1")
    listing = await screen.types(" 1 ")
    assert listing.startswith("#one · 1 link\n\n1. example.org/adam <https://example.org/adam>\n")
    assert listing.endswith("\n[1]  [2] Rename tag  [3] Drop tag")
    assert (await screen.types("1")).endswith(f"\n#one\n{MISSING.error}\n[1] Again  [2] Tags  [3] Delete")
    assert await screen.types("1") == (
        f"{ENGLISH('toast-capturing')}\nTaking a new snapshot of example.org/adam <https://example.org/adam>"
    )
    assert await screen.types("1") == ENGLISH("toast-capturing")


@pytest.mark.parametrize("line", ["2", "0", "-1", "99999999999999999999", "１", "²", "1.", "hello"])
async def test_what_is_no_number_of_a_button_is_a_message(screen: Screen, line: str) -> None:
    await screen.types("https://example.org/adam #one")
    await screen.types("/tags")
    assert await screen.types(line) == as_text(ENGLISH("hint"))


async def test_what_the_storage_can_not_do_is_said_and_the_talk_goes_on(
    screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> Preferences:
        raise StorageError("The database is busy.")

    with monkeypatch.context() as patched:
        patched.setattr(Wishes, "of", busy)
        assert await screen.types("https://example.org/adam") == "The database is busy."
    assert "Saved example.org/adam" in await screen.types("https://example.org/adam #one")
    await screen.types("/tags")
    with monkeypatch.context() as patched:
        patched.setattr(Wishes, "of", busy)
        assert await screen.types("1") == "The database is busy."
    assert (await screen.types("1")).startswith("#one · 1 link")


async def test_the_last_message_can_be_answered_and_ones_own_edited(screen: Screen) -> None:
    await screen.types("https://example.org/adam #one #two")
    assert (await screen.types("> #three -#one")).endswith("#two #three")
    assert (await screen.types("^ #four")).endswith("#two #one #four")
    assert "Noted for example.org/adam" in await screen.types("＞ read twice")
    assert await screen.types("1") == "The note is gone again."
    saved = "https://example.org/sgd #one"
    await screen.types(saved)
    assert await screen.types(f"^ {saved} and a note") == "✍"
    assert "#one 2\n" in f"{await screen.types('/tags')}\n".replace("  ", "\n")


async def test_a_sign_that_has_nothing_before_it_is_a_message(screen: Screen) -> None:
    for line in ("^ hello", "> hello"):
        assert (await screen.types(line)).startswith(as_text(ENGLISH("hint")))


async def test_an_empty_line_says_nothing(screen: Screen) -> None:
    assert await screen.types("") == ""
    assert await screen.types("  \t") == ""


async def test_what_became_of_a_link_is_printed_when_it_is_announced(screen: Screen) -> None:
    await screen.types("https://example.org/adam #one")
    await capture_all(screen.database, MISSING)
    before = len(screen.printed)
    await announce_due(screen.announcer)
    assert screen.printed[before:] == [
        f"💔 example.org/adam <https://example.org/adam>\n#one\n{MISSING.error}\n[1] Again  [2] Tags  [3] Delete",
        "💔",
    ]


async def test_an_edit_prints_the_message_again(screen: Screen) -> None:
    message_id = await screen.terminal.say(HERE, Message("one"))
    await screen.terminal.edit(HERE, message_id, Message("two", ((Button("Go", Action(Verb.TAGS)),),)))
    assert screen.printed == ["one", "two\n[1] Go"]
    assert screen.terminal.button(1) == (message_id, Button("Go", Action(Verb.TAGS)))
    assert screen.terminal.next_message_id() > message_id


async def test_files_land_in_the_folder_under_their_names(screen: Screen) -> None:
    pdf = await screen.file(b"%PDF")
    shot = await screen.file(b"JPEG", ArtifactKind.SCREEN)
    await screen.terminal.say(HERE, Card(shot, "Adam 优化器.jpg", "<b>Adam</b>"))
    await screen.terminal.attach(HERE, Attachment(pdf, "Adam 优化器.pdf"))
    assert screen.printed == [
        f"🖼  {screen.folder}/Adam 优化器.jpg\nAdam",
        f"📄 {screen.folder}/Adam 优化器.pdf",
    ]
    assert screen.terminal.received[ArtifactKind.PDF].read_bytes() == b"%PDF"
    assert screen.terminal.received[ArtifactKind.SCREEN].read_bytes() == b"JPEG"


async def test_pages_of_the_same_name_do_not_overwrite_each_other(screen: Screen) -> None:
    for content in (b"first", b"second", b"first"):
        await screen.terminal.attach(HERE, Attachment(await screen.file(content), "Untitled.pdf"))
    files = {path.read_bytes(): path for path in screen.folder.iterdir()}
    assert set(files) == {b"first", b"second"}
    assert screen.printed == [f"📄 {files[content]}" for content in (b"first", b"second", b"first")]


async def test_a_file_that_is_missing_is_said_and_the_talk_goes_on(screen: Screen) -> None:
    lost = Artifact(snapshot_id=1, kind=ArtifactKind.PDF, sha256="0" * 64, size_bytes=1, content_type="x/y")
    await screen.terminal.say(HERE, Card(lost, "Adam.jpg", "<b>Adam</b>"))
    assert screen.printed[0].endswith("\nAdam")
    assert screen.terminal.received == {}


def test_toasts_stay(screen: Screen) -> None:
    screen.terminal.toast(Toast("A few words & more"))
    assert screen.printed == ["A few words & more"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &lt;b&gt; &amp; &#x27;c&#x27;", "a <b> & 'c'"),
        ('<b><a href="https://e.org/?a=1&amp;b=2">Adam</a></b> #one', "Adam <https://e.org/?a=1&b=2> #one"),
        ("<code>/tag x</code>\nAT&amp;T", "/tag x\nAT&T"),
    ],
)
def test_html_is_printed_as_text(html: str, text: str) -> None:
    assert as_text(html) == text


async def lines_of(*chunks: bytes) -> list[str]:
    """What is read from a pipe that these chunks were written into."""
    reading, writing = os.pipe()
    lines: list[str] = []

    async def enter(line: str) -> None:
        lines.append(line)

    with os.fdopen(reading) as source:
        task = asyncio.create_task(read_lines(source, enter))
        for chunk in chunks:
            await asyncio.to_thread(os.write, writing, chunk)
        os.close(writing)
        async with asyncio.timeout(5):
            await task
        assert os.get_blocking(reading), "what is printed on the same terminal would get lost"
    return [line.rstrip("\r\n") for line in lines]


async def test_lines_are_read_until_the_end() -> None:
    assert await lines_of() == []
    assert await lines_of(b"one\ntwo\r\n", b"thr", b"ee\n\nlast") == ["one", "two", "three", "", "last"]
    assert await lines_of("优化".encode()[:4], "优化".encode()[4:] + b"\n\xff\n") == ["优化", "\ufffd"]
    assert await lines_of(*[b"x" * 50_000] * 4, b"\n") == ["x" * 200_000]


async def test_reading_ends_when_it_is_cancelled() -> None:
    reading, writing = os.pipe()

    async def enter(line: str) -> None:
        """Nothing is entered."""

    with os.fdopen(reading) as source, os.fdopen(writing, "wb"):
        task = asyncio.create_task(read_lines(source, enter))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not asyncio.get_running_loop().remove_reader(source)


async def test_a_terminal_that_was_closed_is_the_end() -> None:
    ours, theirs = os.openpty()

    async def enter(line: str) -> None:
        entered.append(line)
        os.close(ours)

    entered: list[str] = []
    with os.fdopen(theirs) as source:
        os.write(ours, b"hello\n")
        async with asyncio.timeout(5):
            await read_lines(source, enter)
    assert entered == ["hello\n"]

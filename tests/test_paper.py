"""What is read of a PDF that somebody else made, and what such a PDF can't do."""

import asyncio
import io
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest
from PIL import Image

from bot.capture.files.paper import reader
from bot.capture.files.paper.glyphs import mended
from bot.capture.files.paper.layout import Line, markdown
from tests.fakes.papers import Words, bomb, locked, paper, paragraph

ROOT = Path(__file__).parents[1]
FIRST = (
    "Training deep networks is a walk downhill in the fog, and each step believes a small piece of ground."
)
SECOND = "The running average of the last steps keeps the walker from being fooled by every stone on the way."


def picture(contents: reader.Contents) -> Image.Image:
    assert contents.picture is not None
    return Image.open(io.BytesIO(contents.picture))


async def test_a_paper_gives_its_picture_its_text_and_what_it_says_of_itself() -> None:
    content = paper(
        [Words("Momentum, explained", y=760, size=20), *paragraph(FIRST), *paragraph(SECOND, y=640)],
        [Words("The second page"), Words("2", x=300, y=30)],
        about="/Title (On momentum) /Author (Ada Example)",
        catalog="/Lang (en-GB)",
    )
    contents = await reader.read(content)
    assert contents.text.split("\n\n") == ["## Momentum, explained", FIRST, SECOND, "The second page"]
    assert (contents.title, contents.author, contents.language) == ("On momentum", "Ada Example", "en-GB")
    assert (contents.page_count, contents.problem) == (2, None)
    shown = picture(contents)
    assert (shown.format, shown.size) == ("JPEG", (1280, 960))
    ink = shown.convert("L").point(lambda value: 255 * (value < 128)).getbbox()
    assert ink is not None
    assert ink[0] == pytest.approx(72 / 595 * 1280, abs=6)  # the page is as wide as the picture
    assert ink[1] < 200  # and its head is at the top


async def test_a_title_that_a_program_gave_is_not_one() -> None:
    lines = [
        Words("2608.01234v2 [cs.LG] 3 Aug 2026", x=30, y=200, size=30, is_turned=True),
        Words("Why warm starts", x=72, y=760, size=18),
        Words("are needed", x=72, y=738, size=18),
        *paragraph(FIRST),
    ]
    contents = await reader.read(paper(lines, about="/Title (Microsoft Word - final_3.docx) /Author (user)"))
    assert (contents.title, contents.author) == ("Why warm starts are needed", None)


async def test_chinese_is_what_was_written_and_not_what_looks_like_it() -> None:
    contents = await reader.read(
        paper([Words("⾼质量的⽂字（好），见⻢克思", y=700), Words("的⻓⽂。", y=686)])
    )
    assert contents.text == "高质量的文字（好），见马克思的长文。"
    assert mended("ﬁne ⼀⻰ 豈，Ａ") == "fine 一龙 豈，Ａ"


@pytest.mark.parametrize(
    ("size", "picture_size"),
    [
        ((960, 540), (1280, 720)),
        ((14_400, 10), (1280, 320)),
        ((10, 14_400), (1280, 960)),
        ((0, 0), (1280, 960)),
    ],
)
async def test_a_sheet_of_any_shape_gives_a_picture_for_a_card(
    size: tuple[float, float], picture_size: tuple[int, int]
) -> None:
    contents = await reader.read(paper([Words("x", x=1, y=1)], size=size))
    assert picture(contents).size == picture_size


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is broken"),
        (b"%PDF-1.7\nnothing" * 50, "it is broken"),
        (paper(), "it is broken"),
        (paper(paragraph(FIRST))[:600], "it is broken"),
        (locked("secret"), "without its password"),
    ],
    ids=["empty", "junk", "no pages", "cut off", "locked"],
)
async def test_what_can_not_be_read_is_explained(content: bytes, words: str) -> None:
    contents = await reader.read(content)
    assert words in (contents.problem or "")
    assert contents == reader.Contents(problem=contents.problem)


async def test_a_paper_that_only_its_owner_may_change_can_be_read() -> None:
    contents = await reader.read(locked(""))
    assert (contents.text, contents.problem) == ("for few eyes", None)


async def test_a_bomb_ends_its_reader_and_nothing_else() -> None:
    contents = await reader.read(bomb(100_000_000))
    assert contents.picture is None
    assert "too much memory" in (contents.problem or "")


async def test_what_was_read_before_the_time_was_up_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that has told the half of it and then goes on for ever."""
    told = json.dumps({"title": "Half", "page_count": 9, "picture": "/9j/"})
    monkeypatch.setattr(reader, "_START", f"print({told!r}, flush=True)\nwhile True: pass")
    begun_at = monotonic()
    contents = await reader.read(b"%PDF-1.7", within_seconds=0.5)
    assert monotonic() - begun_at < 3
    assert (contents.title, contents.page_count, contents.picture) == ("Half", 9, b"\xff\xd8\xff")
    assert contents.problem == "The PDF is kept, but reading its text takes too long."


@pytest.mark.parametrize("told", ['{"page_count": "many"}', '["text"]', '{"picture": 7}', "[" * 100_000, "é"])
async def test_a_child_that_lies_is_not_believed(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_START", f"print({told!r})" if len(told) < 99 else "print('[' * 100_000)")
    contents = await reader.read(b"%PDF-1.7")
    assert contents == reader.Contents(problem="The PDF is kept, but it can't be read.")


async def test_a_child_that_talks_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_OUTPUT_BYTES", 100_000)
    monkeypatch.setattr(reader, "_START", "while True: print('x' * 1000)")
    assert (await reader.read(b"", within_seconds=1)).picture is None


@pytest.fixture
async def canary() -> AsyncIterator[int]:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


_TRIES = """
import encodings.utf_16_le, json, os, socket, sys
sys.path.insert(0, sys.argv[1])
from bot.capture.files.paper import child
if os.geteuid() == 0 and sys.argv[4] == "as anybody":
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
child.lock_in()
def can(act):
    try:
        act()
    except (OSError, MemoryError):
        return False
    return True
print(json.dumps({
    "write": can(lambda: open(sys.argv[2], "w").write("x" * 10_000)),
    "fork": can(lambda: os.fork() or os._exit(0)),
    "fill": can(lambda: bytes(1024 ** 3)),
    "connect": can(lambda: socket.socket().connect(("127.0.0.1", int(sys.argv[3])))),
    "environ": dict(os.environ),
    "uid": os.geteuid(),
}))
"""


_MAY_HAVE_WORLDS = """
import ctypes, os
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(ctypes.CDLL(None).unshare(0x50000000) == 0)
"""


def _said(code: str, *arguments: object) -> bytes:
    command = [sys.executable, "-I", "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, env={}).stdout  # noqa: S603 - our own words


@pytest.mark.parametrize("who", ["as we are", "as anybody"])
async def test_the_reader_may_do_nothing_but_read(who: str, canary: int, tmp_path: Path) -> None:
    done = json.loads(await asyncio.to_thread(_said, _TRIES, ROOT, tmp_path / "written", canary, who))
    assert (done["write"], done["fill"]) == (False, False)
    if os.geteuid() == 0:  # else the account is one that has other processes
        assert (done["fork"], done["uid"]) == (False, 65534)
    is_root = os.geteuid() == 0 and who == "as we are"
    if is_root or await asyncio.to_thread(_said, _MAY_HAVE_WORLDS) == b"True\n":
        assert not done["connect"]
    assert "TELEGRAM_BOT_TOKEN" not in done["environ"]


async def test_nothing_of_the_surroundings_reaches_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:secret")
    monkeypatch.setattr(
        reader, "_START", 'import os, json; print(json.dumps({"text": str(dict(os.environ))}))'
    )
    assert "secret" not in (await reader.read(b"")).text


def test_a_line_that_had_room_for_the_next_word_ends_its_paragraph() -> None:
    code = [Line("a = 1", 50, 80, 100, 10), Line("b = a + 2 * a ** 2 if a else 0", 50, 250, 88, 10)]
    assert markdown([code]) == "a = 1\n\nb = a + 2 * a ** 2 if a else 0"


def test_a_sentence_goes_on_in_the_next_column() -> None:
    lines = [Line("what is begun here", 50, 200, 88, 10), Line("ends over there.", 220, 350, 700, 10)]
    assert markdown([lines]) == "what is begun here ends over there."


def test_a_word_that_was_cut_at_the_end_of_a_line_is_whole() -> None:
    for hyphen in ("-", "\x02", "\xad"):
        lines = [
            Line(f"we speak of gener{hyphen}", 50, 200, 100, 10),
            Line("alization only", 50, 130, 88, 10),
        ]
        assert markdown([lines]) == "we speak of generalization only"

"""Real Chromium on a site of files: each is kept byte for byte, and shown where it can be shown."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.files import originals
from bot.capture.result import Capture, CapturedFile
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, captures_of, kinds, pdf_text, picture_of, serving, text_of
from tests.fakes.kinds import GBK, KINDS, EndlessFilm, promised_film, routes

pytestmark = pytest.mark.asyncio(loop_scope="module")

PDFS = ["/inline.pdf", "/octet", "/attached"]


@dataclass(frozen=True, slots=True)
class Files:
    """The site of files, and a browser that may go there."""

    browser: Browser
    film: EndlessFilm
    host: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def files() -> AsyncIterator[Files]:
    film = EndlessFilm()
    own = [
        web.get("/endless.webm", film.answer), web.get("/big.mp4", promised_film), web.get("/framed", _framed),
        web.get("/drip.txt", _drip), web.get("/cut.zip", _cut),
    ]  # fmt: skip
    async with (
        serving(*routes(KINDS), *own) as host,
        Browser(best(), AddressRule([host]), timeout_seconds=30) as browser,
    ):
        yield Files(browser, film, host)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures(files: Files) -> Mapping[str, Capture]:
    """What came of every file of the site that has an end, or a size."""
    paths = [*KINDS, "/endless.webm", "/big.mp4", "/framed", "/cut.zip"]
    wanted = asking(ArtifactKind.SCREEN, ArtifactKind.PDF, ArtifactKind.TEXT, ArtifactKind.ORIGINAL)
    made = await captures_of(files.browser, [f"http://{files.host}{path}" for path in paths], wanted)
    return {path: made[f"http://{files.host}{path}"] for path in paths}


async def _framed(_: web.Request) -> web.Response:
    text = "<!doctype html><title>With frames</title><p>Words of the page."
    return web.Response(text=f"{text}<iframe src='/packed.json'></iframe>", content_type="text/html")


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    await response.write(b"This much came.\n" * 100)
    await asyncio.sleep(20)  # ends with the connection
    return response


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/zip", "Content-Length": "100000"})
    await response.prepare(request)
    await response.write(b"PK" + bytes(5000))
    if request.transport:
        request.transport.close()
    return response


def original(capture: Capture) -> CapturedFile:
    return next(file for file in capture.files if file.kind is ArtifactKind.ORIGINAL)


def is_orange(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 8 for a, b in zip(pixel, (255, 165, 0), strict=True))


@pytest.mark.parametrize(
    "path", ["/gbk.txt", "/packed.json", "/bom.xml", "/feed", "/README.md", "/a.webp", "/a.avif", "/a.gif"]
)
async def test_what_the_browser_shows_is_kept_byte_for_byte(
    captures: Mapping[str, Capture], path: str
) -> None:
    capture = captures[path]
    kind, kept = KINDS[path], original(capture)
    assert (capture.verdict, capture.problems) == (Verdict.FILE, ())
    assert (kept.content, kept.name) == (kind.content, path[1:])
    assert kept.content_type == (kind.content_type or "").partition(";")[0]
    assert picture_of(capture, ArtifactKind.SCREEN).size == (1280, 960)


async def test_text_without_a_charset_can_be_read(captures: Mapping[str, Capture]) -> None:
    capture = captures["/gbk.txt"]
    assert text_of(capture).split() == GBK.split()


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/film.mp4", "video/mp4"),
        ("/chunked.mp3", "audio/mpeg"),
        ("/list.m3u8", "application/vnd.apple.mpegurl"),
        ("/lie.mp4", "video/mp4"),
        ("/page.bin", "application/octet-stream"),
        ("/table.csv", "text/csv"),
        ("/weights.zip", "application/zip"),
        ("/notes.txt", "text/plain"),
        ("/thesis.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_a_download_and_what_the_browser_does_not_show_are_kept_as_they_are(
    captures: Mapping[str, Capture], path: str, content_type: str
) -> None:
    capture = captures[path]
    (kept,) = capture.files
    assert (capture.verdict, capture.title) == (Verdict.FILE, path[1:])
    assert (kept.kind, kept.content_type, kept.name) == (ArtifactKind.ORIGINAL, content_type, path[1:])
    assert kept.content == KINDS[path].content


async def test_a_film_without_end_is_cut_off_and_named(captures: Mapping[str, Capture], files: Files) -> None:
    capture = captures["/endless.webm"]
    assert (capture.verdict, capture.files) == (Verdict.TOO_LARGE, ())
    assert "a film or sound file (video/webm), and no file over 50 MB is kept" in (capture.error or "")
    assert capture.failed_step == "download"
    assert files.film.sent_bytes < 1.5 * originals.MAX_FILE_BYTES


async def test_files_in_the_frames_of_a_page_change_nothing(captures: Mapping[str, Capture]) -> None:
    capture = captures["/framed"]
    assert (capture.verdict, capture.title) == (Verdict.OK, "With frames")
    assert ArtifactKind.ORIGINAL not in kinds(capture)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/chinese", "优化器.zip"), ("/reserved", "_CON.zip"), ("/nameless/", "download.zip")],
)
async def test_a_file_has_the_name_that_its_host_gives_it(
    captures: Mapping[str, Capture], path: str, name: str
) -> None:
    assert original(captures[path]).name == name


@pytest.mark.parametrize("path", ["/hostile", "/long"])
async def test_no_name_leads_anywhere_or_fills_a_screen(captures: Mapping[str, Capture], path: str) -> None:
    name = original(captures[path]).name or ""
    assert name.endswith(".zip")
    assert len(name) <= originals.MAX_NAME_CHARACTERS
    assert not set(name) & set("/\\\u202e\n\0")


@pytest.mark.parametrize(
    ("foreign", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\windows\\x.exe", "x.exe"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("two\nlines\t.txt", "twolines.txt"),
        ("con", "_con"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("..", ""),
        ("a" * 300 + ".tex", "a" * 116 + ".tex"),
        ("何为\u200b优化.pdf", "何为优化.pdf"),
        ('a<b>:"c|d?*.txt', "a_b___c_d__.txt"),
    ],
)
async def test_a_foreign_name_is_made_safe(foreign: str, name: str) -> None:
    assert originals.safe_name(foreign) == name


@pytest.mark.parametrize("path", PDFS)
async def test_a_pdf_is_the_snapshot_whatever_its_host_calls_it(
    captures: Mapping[str, Capture], path: str
) -> None:
    capture = captures[path]
    (kept,) = (file for file in capture.files if file.kind is ArtifactKind.PDF)
    assert (capture.verdict, capture.problems) == (Verdict.FILE, ())
    assert (kept.content, kept.content_type) == (KINDS[path].content, "application/pdf")


async def test_a_film_that_says_it_is_too_large_is_not_waited_for(captures: Mapping[str, Capture]) -> None:
    capture = captures["/big.mp4"]
    assert (capture.verdict, capture.files) == (Verdict.TOO_LARGE, ())
    assert "a film or sound file (video/mp4) of 1,431 MB" in (capture.error or "")


async def test_a_download_that_breaks_off_is_not_kept_as_if_it_were_whole(
    captures: Mapping[str, Capture],
) -> None:
    capture = captures["/cut.zip"]
    assert (capture.verdict, capture.files, capture.failed_step) == (Verdict.UNREACHABLE, (), "download")
    assert "The download broke off" in (capture.error or "")


@pytest.mark.parametrize("path", ["/a.png", "/a.ico", "/a.svg"])
async def test_the_screen_of_a_picture_is_the_picture(captures: Mapping[str, Capture], path: str) -> None:
    capture = captures[path]
    assert (capture.verdict, original(capture).content) == (Verdict.FILE, KINDS[path].content)
    assert is_orange(picture_of(capture, ArtifactKind.SCREEN).getpixel((640, 440)))
    corner = picture_of(capture, ArtifactKind.SCREEN).getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert min(corner) > 200


async def test_a_drawing_that_is_higher_than_the_screen_is_shown_whole_and_has_all_its_files(
    files: Files,
) -> None:
    capture = await files.browser.capture(f"http://{files.host}/tall.svg")
    assert (capture.verdict, capture.problems) == (Verdict.FILE, ())
    assert kinds(capture) == set(ArtifactKind) - {ArtifactKind.HTML, ArtifactKind.TEXT}
    fullpage = picture_of(capture, ArtifactKind.FULLPAGE)
    assert fullpage.size == (1280, 960)
    for place in ((640, 20), (640, 480), (640, 940)):
        assert is_orange(fullpage.getpixel(place)), "it is shown whole, from its top to its foot"
    assert "Drawn words" in pdf_text(capture)
    assert original(capture).content == KINDS["/tall.svg"].content


async def test_a_text_that_drips_is_kept_as_far_as_it_came(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.capture.gate.TAKE_SECONDS", 0.5)
    capture = await files.browser.capture(f"http://{files.host}/drip.txt", asking(ArtifactKind.ORIGINAL))
    assert capture.verdict is Verdict.PARTIAL
    assert "had not sent the whole file" in capture.problems[0]
    assert original(capture).content.startswith(b"This much came.\n" * 50)


@pytest.mark.parametrize("path", PDFS)
async def test_a_pdf_is_shown_and_can_be_read(captures: Mapping[str, Capture], path: str) -> None:
    capture = captures[path]
    assert kinds(capture) == {ArtifactKind.SCREEN, ArtifactKind.PDF, ArtifactKind.TEXT}
    assert picture_of(capture, ArtifactKind.SCREEN).size == (1280, 960)
    assert text_of(capture) == "a paper"
    assert [file.pages for file in capture.files if file.kind is ArtifactKind.PDF] == [1]

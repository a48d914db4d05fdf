"""Real Chromium on a site of files: each is kept byte for byte, and shown where it can be shown."""

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from bot.addresses import AddressRule
from bot.capture import originals
from bot.capture.browser import Browser
from bot.capture.result import Capture, CapturedFile
from bot.settings import Settings
from storage.models import ArtifactKind, Verdict
from tests.fakes.kinds import GBK, KINDS, EndlessFilm, routes

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Files:
    """The site of files, and a browser that may go there."""

    browser: Browser
    film: EndlessFilm
    port: int

    async def capture(self, path: str) -> Capture:
        return await self.browser.capture(f"http://127.0.0.1:{self.port}{path}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def files() -> AsyncIterator[Files]:
    film = EndlessFilm()
    app = web.Application()
    app.add_routes([*routes(KINDS), web.get("/endless.webm", film.answer), web.get("/big.mp4", film.promise)])
    app.add_routes([web.get("/framed", _framed), web.get("/drip.txt", _drip)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = int(runner.addresses[0][1])
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with Browser.from_settings(settings, AddressRule([f"127.0.0.1:{port}"])) as browser:
        yield Files(browser, film, port)
    await runner.cleanup()


async def _framed(_: web.Request) -> web.Response:
    text = "<!doctype html><title>With frames</title><p>Words of the page."
    return web.Response(text=f"{text}<iframe src='/packed.json'></iframe>", content_type="text/html")


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    await response.write(b"This much came.\n" * 100)
    await asyncio.sleep(20)  # ends with the connection
    return response


def original(capture: Capture) -> CapturedFile:
    return next(file for file in capture.files if file.kind is ArtifactKind.ORIGINAL)


def screen(capture: Capture) -> Image.Image:
    file = next(file for file in capture.files if file.kind is ArtifactKind.SCREEN)
    return Image.open(io.BytesIO(file.content)).convert("RGB")


def is_orange(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= 8 for a, b in zip(pixel, (255, 165, 0), strict=True))


@pytest.mark.parametrize(
    "path", ["/gbk.txt", "/packed.json", "/bom.xml", "/feed", "/README.md", "/a.webp", "/a.avif", "/a.gif"]
)
async def test_what_the_browser_shows_is_kept_byte_for_byte(files: Files, path: str) -> None:
    capture = await files.capture(path)
    kind, kept = KINDS[path], original(capture)
    assert (capture.verdict, capture.problems) == (Verdict.FILE, ())
    assert (kept.content, kept.name) == (kind.content, path[1:])
    assert kept.content_type == (kind.content_type or "").partition(";")[0]
    assert screen(capture).size == (1280, 960)


async def test_text_without_a_charset_can_be_read(files: Files) -> None:
    capture = await files.capture("/gbk.txt")
    text = next(file.content for file in capture.files if file.kind is ArtifactKind.TEXT)
    assert text.decode().split() == GBK.split()


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/film.mp4", "video/mp4"),
        ("/chunked.mp3", "audio/mpeg"),
        ("/list.m3u8", "application/vnd.apple.mpegurl"),
        ("/lie.mp4", "video/mp4"),
        ("/page.bin", "application/octet-stream"),
        ("/table.csv", "text/csv"),
        ("/thesis.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
async def test_what_the_browser_does_not_show_is_kept_as_a_file(
    files: Files, path: str, content_type: str
) -> None:
    capture = await files.capture(path)
    (kept,) = capture.files
    assert (capture.verdict, capture.title) == (Verdict.FILE, path[1:])
    assert (kept.kind, kept.content_type, kept.name) == (ArtifactKind.ORIGINAL, content_type, path[1:])
    assert kept.content == KINDS[path].content


async def test_a_film_without_end_is_cut_off_and_named(files: Files) -> None:
    capture = await files.capture("/endless.webm")
    assert (capture.verdict, capture.files) == (Verdict.TOO_LARGE, ())
    assert "a film or sound file (video/webm), and no file over 50 MB is kept" in (capture.error or "")
    assert files.film.sent_bytes < 1.5 * originals.MAX_FILE_BYTES


async def test_files_in_the_frames_of_a_page_change_nothing(files: Files) -> None:
    capture = await files.capture("/framed")
    assert (capture.verdict, capture.title) == (Verdict.OK, "With frames")
    assert ArtifactKind.ORIGINAL not in {file.kind for file in capture.files}


@pytest.mark.parametrize(
    ("path", "name"),
    [("/chinese", "优化器.zip"), ("/reserved", "_CON.zip"), ("/nameless/", "download.zip")],
)
async def test_a_file_has_the_name_that_its_host_gives_it(files: Files, path: str, name: str) -> None:
    assert original(await files.capture(path)).name == name


@pytest.mark.parametrize("path", ["/hostile", "/long"])
async def test_no_name_leads_anywhere_or_fills_a_screen(files: Files, path: str) -> None:
    name = original(await files.capture(path)).name or ""
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


@pytest.mark.parametrize("path", ["/octet", "/attached"])
async def test_a_pdf_is_one_whatever_its_host_calls_it(files: Files, path: str) -> None:
    capture = await files.capture(path)
    kept = next(file for file in capture.files if file.kind is ArtifactKind.PDF)
    assert (capture.verdict, kept.content, kept.content_type) == (
        Verdict.FILE,
        KINDS[path].content,
        "application/pdf",
    )


async def test_a_film_that_says_it_is_too_large_is_not_waited_for(files: Files) -> None:
    capture = await files.capture("/big.mp4")
    assert (capture.verdict, capture.files) == (Verdict.TOO_LARGE, ())
    assert "a film or sound file (video/mp4) of 1,431 MB" in (capture.error or "")


@pytest.mark.parametrize("path", ["/a.png", "/a.ico", "/a.svg"])
async def test_the_screen_of_a_picture_is_the_picture(files: Files, path: str) -> None:
    capture = await files.capture(path)
    assert (capture.verdict, original(capture).content) == (Verdict.FILE, KINDS[path].content)
    assert is_orange(screen(capture).getpixel((640, 440)))
    corner = screen(capture).getpixel((2, 2))
    assert isinstance(corner, tuple)
    assert min(corner) > 200


async def test_a_text_that_drips_is_kept_as_far_as_it_came(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.capture.gate.TAKE_SECONDS", 0.5)
    capture = await files.capture("/drip.txt")
    assert capture.verdict is Verdict.PARTIAL
    assert "had not sent the whole file" in capture.problems[0]
    assert original(capture).content.startswith(b"This much came.\n" * 50)


@pytest.mark.parametrize("path", ["/octet", "/attached"])
async def test_a_pdf_is_shown_and_can_be_read(files: Files, path: str) -> None:
    capture = await files.capture(path)
    assert {file.kind for file in capture.files} == {ArtifactKind.SCREEN, ArtifactKind.PDF, ArtifactKind.TEXT}
    assert screen(capture).size == (1280, 960)
    assert next(file.content for file in capture.files if file.kind is ArtifactKind.TEXT) == b"a paper"

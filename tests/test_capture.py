"""Real Chromium on a local site: what comes of each kind of page."""

import asyncio
import hashlib
import io
import unicodedata
from collections.abc import AsyncIterator

import pypdf
import pytest
import pytest_asyncio
from PIL import Image

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from bot.settings import Settings
from storage.models import ArtifactKind, Verdict
from tests.fakes.site import LAZY_PICTURES, SiteDouble, colour, paper, picture

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL = set(ArtifactKind) - {ArtifactKind.ORIGINAL}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[SiteDouble]:
    async with SiteDouble() as double:
        yield double


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(site: SiteDouble) -> AsyncIterator[Browser]:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
        yield browser


def content(capture: Capture, kind: ArtifactKind) -> bytes:
    return next(file.content for file in capture.files if file.kind is kind)


def kinds(capture: Capture) -> set[ArtifactKind]:
    return {file.kind for file in capture.files}


def pdf_text(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in pages))


def is_like(seen: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(seen, wanted, strict=True))


async def test_an_article_gives_every_file(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/short"))
    assert (capture.verdict, capture.http_status, capture.error) == (Verdict.OK, 200, None)
    assert (capture.title, capture.final_url) == ("A short note on momentum", site.url("/short"))
    assert (kinds(capture), capture.problems) == (ALL, ())
    assert Image.open(io.BytesIO(content(capture, ArtifactKind.SCREEN))).size == (1280, 960)
    assert "running average of the last steps" in content(capture, ArtifactKind.TEXT).decode()
    assert {"goto", "quiet", "pdf", "total"} <= set(capture.timings_ms)


async def test_every_lazy_picture_is_in_the_full_page_and_in_the_pdf(
    browser: Browser, site: SiteDouble
) -> None:
    capture = await browser.capture(site.url("/long"))
    assert capture.verdict is Verdict.OK
    fullpage = Image.open(io.BytesIO(content(capture, ArtifactKind.FULLPAGE)))
    column = fullpage.convert("RGB").crop((900, 0, 901, fullpage.height)).tobytes()
    pixels = set(zip(column[::3], column[1::3], column[2::3], strict=True))
    found = [n for n in range(LAZY_PICTURES) if any(is_like(pixel, colour(n)) for pixel in pixels)]
    assert found == list(range(LAZY_PICTURES))
    pages = pypdf.PdfReader(io.BytesIO(content(capture, ArtifactKind.PDF))).pages
    images = {hashlib.sha256(image.data).digest() for page in pages for image in page.images}
    assert len(images) == LAZY_PICTURES


async def test_chinese_can_be_read_in_the_pdf_and_in_the_text(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/chinese"))
    assert capture.title == "自适应优化器浅谈：从动量到 AdamW"
    printed = pdf_text(content(capture, ArtifactKind.PDF)).replace("\n", "")
    assert "自适应优化器浅谈" in printed
    assert "训练深度网络时" in printed
    text = content(capture, ArtifactKind.TEXT).decode()
    assert "梯度的一阶矩和二阶矩" in text
    assert "def step(w, g, m, v, t" in text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/app", "Paragraph 3. A loss surface"),
        ("/dialogs", "The answer was false, and the page went on."),
        ("/poll", "complete all the same"),
        ("/popups", "none of them matters"),
        ("/print-hidden", "A PDF of it must hold these words"),
        ("/refresh", "Nesterov looks ahead"),
        ("/spoilt", "everything that comes after them stumbles"),
    ],
)
async def test_what_a_page_says_when_it_has_settled_is_in_its_pdf(
    browser: Browser, site: SiteDouble, path: str, words: str
) -> None:
    capture = await browser.capture(site.url(path))
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert words in " ".join(pdf_text(content(capture, ArtifactKind.PDF)).split())


async def test_the_address_after_a_redirect_by_the_page_is_the_final_one(
    browser: Browser, site: SiteDouble
) -> None:
    capture = await browser.capture(site.url("/refresh"))
    assert capture.final_url == site.url("/short")


@pytest.mark.parametrize(
    ("path", "verdict", "words"),
    [
        ("/status/404", Verdict.NOT_FOUND, "has no page at this address (404)."),
        ("/status/410", Verdict.GONE, "gone for good"),
        ("/status/401", Verdict.LOGIN_REQUIRED, "after signing in"),
        ("/status/403", Verdict.BOT_WALL, "(403)"),
        ("/status/429", Verdict.BOT_WALL, "too often"),
        ("/status/500", Verdict.SERVER_ERROR, "(500)"),
        ("/empty", Verdict.BLANK, "empty page"),
    ],
)
async def test_a_page_that_is_not_kept_leaves_its_first_screen_as_evidence(
    browser: Browser, site: SiteDouble, path: str, verdict: Verdict, words: str
) -> None:
    capture = await browser.capture(site.url(path))
    assert capture.verdict is verdict
    assert words in (capture.error or "")
    assert kinds(capture) == {ArtifactKind.SCREEN}


@pytest.mark.parametrize(
    ("path", "verdict", "words"),
    [
        ("/no-content", Verdict.BLANK, "an empty answer"),
        ("/circle", Verdict.UNREACHABLE, "redirects in a circle"),
        ("/broken", Verdict.UNREACHABLE, "broke off the connection"),
        (
            "/to?url=http://nowhere.tagshot-test.org/",
            Verdict.UNREACHABLE,
            "no host named nowhere.tagshot-test.org",
        ),
        (
            "/to?url=https://nowhere.tagshot-test.org/",
            Verdict.UNREACHABLE,
            "no host named nowhere.tagshot-test.org",
        ),
        ("/to?url=http://169.254.169.254/latest/", Verdict.REFUSED, "169.254.169.254 is in a private"),
        ("/to?url=https://10.0.0.1/", Verdict.REFUSED, "10.0.0.1 is in a private"),
        ("/to?url=http://printer.local/", Verdict.REFUSED, "printer.local is a name inside"),
        ("/to?url=file:///etc/passwd", Verdict.REFUSED, "not a web page"),
        ("/refresh?url=http://192.168.1.1/", Verdict.REFUSED, "192.168.1.1 is in a private"),
        ("/refresh?url=https://192.168.1.1/", Verdict.REFUSED, "192.168.1.1 is in a private"),
    ],
)
async def test_an_error_page_of_the_browser_is_never_kept(
    browser: Browser, site: SiteDouble, path: str, verdict: Verdict, words: str
) -> None:
    capture = await browser.capture(site.url(path))
    assert capture.verdict is verdict
    assert words in (capture.error or "")
    assert capture.files == ()


async def test_a_refused_address_does_not_reach_the_browser(browser: Browser) -> None:
    capture = await browser.capture("file:///etc/passwd")
    assert capture.verdict is Verdict.REFUSED
    assert "not file:" in (capture.error or "")
    assert "goto" not in capture.timings_ms


async def test_a_pdf_is_the_snapshot_itself(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/paper.pdf"))
    assert (capture.verdict, capture.title) == (Verdict.FILE, "A paper on optimizers")
    screen, file = capture.files  # its only page is empty, so there is no text
    assert Image.open(io.BytesIO(screen.content)).size == (1280, 960)
    assert (file.kind, file.content_type, file.name) == (ArtifactKind.PDF, "application/pdf", "paper.pdf")
    assert file.content == paper()


async def test_a_download_is_kept_as_it_is(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/file.zip"))
    (file,) = capture.files
    assert (capture.verdict, file.kind, file.name) == (Verdict.FILE, ArtifactKind.ORIGINAL, "weights.zip")
    assert (file.content_type, file.content[:2]) == ("application/zip", b"PK")


@pytest.mark.parametrize(
    ("path", "content_type", "original"),
    [
        ("/image.png", "image/png", picture(7)),
        ("/plain.json", "application/json", b'{"optimizer": "adamw", "lr": 0.001, "betas": [0.9, 0.999]}'),
        ("/plain.txt", "text/plain", "step 1: loss 2.31\nstep 2: loss 1.87\n学习率 0.001\n".encode()),
    ],
)
async def test_a_file_that_the_browser_shows_is_shown_and_kept(
    browser: Browser, site: SiteDouble, path: str, content_type: str, original: bytes
) -> None:
    capture = await browser.capture(site.url(path))
    assert (capture.verdict, capture.title, capture.problems) == (Verdict.FILE, path[1:], ())
    assert {ArtifactKind.SCREEN, ArtifactKind.PDF, ArtifactKind.ORIGINAL} <= kinds(capture)
    file = next(file for file in capture.files if file.kind is ArtifactKind.ORIGINAL)
    assert (file.content_type, file.content) == (content_type, original)


async def test_captures_run_beside_each_other_and_stay_apart(browser: Browser, site: SiteDouble) -> None:
    paths = ["/short", "/chinese", "/status/404", "/app", "/to?url=http://10.0.0.1/"]
    captures = await asyncio.gather(*(browser.capture(site.url(path)) for path in paths))
    assert [capture.verdict for capture in captures] == ["ok", "ok", "not-found", "ok", "refused"]
    assert [capture.title for capture in captures[:2]] == [
        "A short note on momentum",
        "自适应优化器浅谈：从动量到 AdamW",
    ]


async def test_nothing_is_carried_from_one_capture_to_the_next(browser: Browser, site: SiteDouble) -> None:
    first, second = [await browser.capture(site.url("/visits")) for _ in range(2)]
    assert first.title == second.title == "Visit number 1"

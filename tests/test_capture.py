"""Real Chromium on a local site: the pages that are kept, whole. What is no page, or breaks, is in the modules beside:

``test_capture_answers`` (statuses, nothing), ``…_error_pages`` (not reached), ``…_navigation`` (leads elsewhere),
``…_dialogs`` (asks and prints), ``…_time`` (takes too long), ``…_faults`` (breaks the browser), ``…_partial`` (a file
fails); ``test_originals`` (files), ``test_walls`` (what is said instead), ``test_guard`` (fills the memory).
"""

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator

import pypdf
import pytest
import pytest_asyncio

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.settings import Settings
from storage.kinds import ArtifactKind, Verdict
from tests.capturing import asking, captures_of, content, figures_in, kinds, pdf_text, picture_of, text_of
from tests.fakes.site import LAZY_PICTURES, SiteDouble

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


async def test_an_article_gives_every_file(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/short"))
    assert (capture.verdict, capture.http_status, capture.error) == (Verdict.OK, 200, None)
    assert (capture.title, capture.final_url) == ("A short note on momentum", site.url("/short"))
    assert (kinds(capture), capture.problems) == (ALL, ())
    assert picture_of(capture, ArtifactKind.SCREEN).size == (1280, 960)
    assert "running average of the last steps" in text_of(capture)
    assert {"goto", "quiet", "pdf", "total"} <= set(capture.timings_ms)


async def test_every_lazy_picture_is_in_the_full_page_and_in_the_pdf(
    browser: Browser, site: SiteDouble
) -> None:
    wanted = asking(ArtifactKind.FULLPAGE, ArtifactKind.PDF)
    capture = await browser.capture(site.url("/long"), wanted)
    assert capture.verdict is Verdict.OK
    assert figures_in(content(capture, ArtifactKind.FULLPAGE)) == set(range(LAZY_PICTURES))
    pages = pypdf.PdfReader(io.BytesIO(content(capture, ArtifactKind.PDF))).pages
    images = {hashlib.sha256(image.data).digest() for page in pages for image in page.images}
    assert len(images) == LAZY_PICTURES


async def test_chinese_can_be_read_in_the_pdf_and_in_the_text(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/chinese"), asking(ArtifactKind.PDF, ArtifactKind.TEXT))
    assert capture.title == "自适应优化器浅谈：从动量到 AdamW"
    printed = pdf_text(capture).replace(" ", "")
    assert "自适应优化器浅谈" in printed
    assert "训练深度网络时" in printed
    text = text_of(capture)
    assert "梯度的一阶矩和二阶矩" in text
    assert "def step(w, g, m, v, t" in text


async def test_what_a_page_says_when_it_has_settled_is_in_its_pdf(browser: Browser, site: SiteDouble) -> None:
    words = {
        "/app": "Paragraph 3. A loss surface",
        "/poll": "complete all the same",
        "/spoilt": "everything that comes after them stumbles",
    }
    urls = [site.url(path) for path in words]
    captures = await captures_of(browser, urls, asking(ArtifactKind.PDF))
    for url, wanted in zip(urls, words.values(), strict=True):
        assert (captures[url].verdict, captures[url].problems) == (Verdict.OK, ()), url
        assert wanted in pdf_text(captures[url])


async def test_captures_run_beside_each_other_and_stay_apart(browser: Browser, site: SiteDouble) -> None:
    paths = ["/short", "/chinese", "/status/404", "/app", "/to?url=http://10.0.0.1/"]
    wanted = asking(ArtifactKind.SCREEN)
    captures = await asyncio.gather(*(browser.capture(site.url(path), wanted) for path in paths))
    assert [capture.verdict for capture in captures] == ["ok", "ok", "not-found", "ok", "refused"]
    assert [capture.title for capture in captures[:2]] == [
        "A short note on momentum",
        "自适应优化器浅谈：从动量到 AdamW",
    ]


async def test_nothing_is_carried_from_one_capture_to_the_next(browser: Browser, site: SiteDouble) -> None:
    wanted = asking(ArtifactKind.SCREEN)
    first, second = [await browser.capture(site.url("/visits"), wanted) for _ in range(2)]
    assert first.title == second.title == "Visit number 1"

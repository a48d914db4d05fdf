"""What can be asked of a capture: a phone's screen and sheets, single formats; and what is done with big pages."""

import io
from collections.abc import AsyncIterator

import pypdf
import pytest
import pytest_asyncio
from PIL import Image

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.settings import Settings
from storage.kinds import ArtifactKind, Sheet, Verdict, Viewport
from tests.fakes.site import TALL_PIXELS, SiteDouble

pytestmark = pytest.mark.asyncio(loop_scope="module")

POINTS_PER_PIXEL = 72 / 96


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[SiteDouble]:
    async with SiteDouble() as double:
        yield double


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(site: SiteDouble) -> AsyncIterator[Browser]:
    settings = Settings(_env_file=None, capture_timeout_seconds=60)
    async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
        yield browser


def contents(capture: Capture, kind: ArtifactKind) -> list[bytes]:
    return [file.content for file in capture.files if file.kind is kind]


def pictures(capture: Capture, kind: ArtifactKind) -> list[Image.Image]:
    return [Image.open(io.BytesIO(content)) for content in contents(capture, kind)]


def printed(capture: Capture) -> pypdf.PdfReader:
    (content,) = contents(capture, ArtifactKind.PDF)
    return pypdf.PdfReader(io.BytesIO(content))


async def test_a_phone_shows_a_page_as_it_is_made_for_phones(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/phone"), Options(viewport=Viewport.PHONE, sheet=Sheet.PHONE))
    (screen,) = pictures(capture, ArtifactKind.SCREEN)
    (fullpage,) = pictures(capture, ArtifactKind.FULLPAGE)
    slices = pictures(capture, ArtifactKind.SLICES)
    assert screen.size == (800, 1600)
    assert fullpage.width == 800
    assert [each.width for each in slices] == [800] * len(slices)
    assert sum(each.height for each in slices) == fullpage.height > 1600
    text = " ".join("".join(page.extract_text() for page in printed(capture).pages).split())
    assert "You have a phone: Android, 400 wide, touch." in text
    assert "You have a desktop" not in text


async def test_a_sheet_as_wide_as_a_phone_is_read_without_zooming(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(
        site.url("/chinese"), Options(sheet=Sheet.PHONE, kinds=frozenset({ArtifactKind.PDF}))
    )
    pages = printed(capture).pages
    assert {float(page.mediabox.width) for page in pages} == {400 * POINTS_PER_PIXEL}
    assert len(pages) > 1
    assert "step(w, g, m" in pages[0].extract_text(), "code is not cut at the edge of the sheet"


async def test_only_what_is_asked_for_is_made(browser: Browser, site: SiteDouble) -> None:
    kinds = {ArtifactKind.PDF, ArtifactKind.SLICES}
    capture = await browser.capture(site.url("/short"), Options(kinds=frozenset(kinds)))
    assert (capture.verdict, {file.kind for file in capture.files}) == (Verdict.OK, kinds)
    assert capture.metadata.language == "en"


async def test_the_pdf_of_an_article_has_tags_and_an_outline(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/short"), Options(kinds=frozenset({ArtifactKind.PDF})))
    assert "/StructTreeRoot" in printed(capture).root_object
    assert [entry["/Title"] for entry in printed(capture).outline if isinstance(entry, dict)]


async def test_a_page_too_high_for_one_picture_is_kept_in_several(browser: Browser, site: SiteDouble) -> None:
    kinds = frozenset({ArtifactKind.FULLPAGE, ArtifactKind.PDF})
    capture = await browser.capture(site.url("/tall"), Options(kinds=kinds))
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    parts = pictures(capture, ArtifactKind.FULLPAGE)
    assert [part.height for part in parts] == [20_000, 20_000, 20_000, TALL_PIXELS - 60_000]
    for part in parts:
        low, high = part.convert("L").crop((0, part.height - 200, 100, part.height)).getextrema()
        assert low != high, "the end of a picture is blank"
    assert "/StructTreeRoot" not in printed(capture).root_object, "tags would make it many times larger"

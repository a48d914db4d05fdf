"""Real Chromium on a local site: pictures and PDFs without what stands in the way, and with all there is to read."""

import io
import unicodedata
from collections.abc import AsyncIterator

import pypdf
import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, Route, async_playwright

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.files.prints import PRINT_WIDTHS
from bot.capture.isolated import Shown
from bot.capture.result import Capture
from bot.capture.setup.provision import find_browser
from bot.capture.tidying import tidy
from bot.capture.tidying.tidy import SiteRules
from bot.settings import Settings
from storage.kinds import ArtifactKind, Sheet
from tests.capturing import asking
from tests.fakes.site import SiteDouble, colour
from tests.fakes.tidy import PAGES, WATCH, TidyPage

pytestmark = pytest.mark.asyncio(loop_scope="module")

WANTED = asking(ArtifactKind.SCREEN, ArtifactKind.FULLPAGE, ArtifactKind.PDF)
IN_THE_WAY = (0xC8, 0x1E, 0x1E)
HEADER = (0x1E, 0x46, 0xC8)
FOOTER = (0x14, 0x8C, 0x3C)
SIDE = (0x8C, 0x14, 0x82)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[SiteDouble]:
    async with SiteDouble() as double:
        yield double


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(site: SiteDouble) -> AsyncIterator[Browser]:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def blank() -> AsyncIterator[Page]:
    """A page of a browser without a proxy, whose every request a test answers itself."""
    found = find_browser(None)
    assert found
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found.path, args=["--disable-gpu"])
        yield await chromium.new_page(viewport={"width": 1280, "height": 960})
        await chromium.close()


def content(capture: Capture, kind: ArtifactKind) -> bytes:
    return next(file.content for file in capture.files if file.kind is kind)


def picture(capture: Capture, kind: ArtifactKind) -> Image.Image:
    return Image.open(io.BytesIO(content(capture, kind))).convert("RGB")


def bands(image: Image.Image, wanted: tuple[int, int, int]) -> list[tuple[int, int]]:
    """The rows that hold a fair stretch of a colour, as (first, last) of each unbroken run."""
    mask = Image.new("L", image.size, 255)
    for channel, value in zip(image.split(), wanted, strict=True):
        near = channel.point([255 if abs(level - value) <= 8 else 0 for level in range(256)])
        mask = Image.composite(near, Image.new("L", image.size), mask)
    rows = [
        y
        for y, share in enumerate(mask.resize((1, image.height), Image.Resampling.BOX).tobytes())
        if share > 8
    ]
    runs: list[tuple[int, int]] = []
    for y in rows:
        if runs and y - runs[-1][1] <= 40:  # the letters on a bar don't break it
            runs[-1] = (runs[-1][0], y)
        else:
            runs.append((y, y))
    return runs


def pdf_pages(capture: Capture) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(content(capture, ArtifactKind.PDF))).pages)


def pdf_text(capture: Capture) -> str:
    """The PDF's text without white space, which is where lines were broken."""
    text = "".join(page.extract_text() for page in pdf_pages(capture))
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize(
    ("path", "end"),
    [
        ("/tidy-consent", "Paragraph30.Alearningratethatfallsslowly"),
        ("/tidy-login", "第30段。学习率下降得太快"),
        ("/tidy-popups", "Paragraph25.Alearningratethatfallsslowly"),
        ("/tidy-fold", "最后一句是山谷的尽头"),
    ],
)
async def test_what_lies_over_the_text_is_gone_and_the_text_is_whole(
    browser: Browser, site: SiteDouble, path: str, end: str
) -> None:
    capture = await browser.capture(site.url(path), WANTED)
    fullpage = picture(capture, ArtifactKind.FULLPAGE)
    assert bands(fullpage, IN_THE_WAY) == []
    assert fullpage.height > 1500
    if path != "/tidy-fold":  # a fold is opened for the whole page, below the first screen
        assert bands(picture(capture, ArtifactKind.SCREEN), IN_THE_WAY) == []
    printed = pdf_text(capture)
    assert end in printed
    for words in (
        "partnersusecookies",
        "扫码登录",
        "newsletter",
        "App内打开",
        "阅读全文",
        "valueyourprivacy",
    ):
        assert words not in printed


async def test_a_header_and_a_footer_appear_once(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/tidy-consent"), WANTED)
    screen, fullpage = (picture(capture, kind) for kind in (ArtifactKind.SCREEN, ArtifactKind.FULLPAGE))
    (header,) = bands(fullpage, HEADER)
    assert header[0] == 0
    assert bands(screen, HEADER) == [header]
    (footer,) = bands(fullpage, FOOTER)
    assert footer[1] == fullpage.height - 1
    assert bands(screen, FOOTER)[0][1] == screen.height - 1
    printed = pdf_text(capture)
    assert (printed.count("TheDescentWeekly"), printed.count("Sharethisstory")) == (1, 1)


async def test_a_box_that_scrolls_in_a_page_that_does_not_is_shown_whole(
    browser: Browser, site: SiteDouble
) -> None:
    capture = await browser.capture(site.url("/tidy-inner"), WANTED)
    assert "Thepaneendswiththesewords." in pdf_text(capture)
    assert pdf_text(capture).count("Themanualofdescent") == 1
    fullpage = picture(capture, ArtifactKind.FULLPAGE)
    assert [band[0] for band in bands(fullpage, HEADER)] == [0]
    (last,) = bands(fullpage, colour(9))
    assert last[0] > 3000


async def test_a_page_that_is_itself_a_fixed_box_stays(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/tidy-app"), WANTED)
    assert "Areaderthatfillsthescreen" in pdf_text(capture)
    assert "Thereaderendswiththesewords." in pdf_text(capture)
    assert picture(capture, ArtifactKind.FULLPAGE).height > 1500


async def test_a_page_that_would_be_empty_without_its_box_keeps_it(
    browser: Browser, site: SiteDouble
) -> None:
    capture = await browser.capture(site.url("/tidy-notice"), WANTED)
    assert "Theclub'spagesareclosedinJuly." in pdf_text(capture)
    for kind in (ArtifactKind.SCREEN, ArtifactKind.FULLPAGE):
        assert len(bands(picture(capture, kind), IN_THE_WAY)) == 1


async def test_navigation_that_covers_nothing_stays_on_the_picture(
    browser: Browser, site: SiteDouble
) -> None:
    capture = await browser.capture(site.url("/tidy-manual"), WANTED)
    for kind in (ArtifactKind.SCREEN, ArtifactKind.FULLPAGE):
        for wanted in (HEADER, FOOTER, SIDE):
            assert len(bands(picture(capture, kind), wanted)) == 1
    assert pdf_text(capture).count("GettheappSignin") == 1


async def test_code_and_wide_tables_are_not_cut_in_the_pdf(browser: Browser, site: SiteDouble) -> None:
    capture = await browser.capture(site.url("/tidy-code"), WANTED)
    page = pdf_pages(capture)[0]
    starts: dict[str, float] = {}

    def note(text: str, ctm: list[float], matrix: list[float], *_: object) -> None:
        starts[text.strip()] = matrix[4] * ctm[0] + ctm[4]

    page.extract_text(visitor_text=note)
    assert "fused=END_OF_LINE)" in pdf_text(capture)
    assert pdf_text(capture).count("column-12-value") == 2
    assert max(starts.values()) < float(page.mediabox.width) - 40


async def test_the_rules_of_a_site_hold_below_its_domain_and_nowhere_else() -> None:
    assert ".hide-article-box" in SiteRules.for_host("blog.csdn.net").hide
    assert ".set-code-hide" in SiteRules.for_host("csdn.net").open
    assert SiteRules.for_host("notcsdn.net") == SiteRules.for_host("example.org") == SiteRules()


@pytest.mark.parametrize("case", PAGES, ids=lambda case: case.name)
async def test_what_is_in_the_way_goes_and_everything_else_stays_and_is_whole(
    blank: Page, case: TidyPage
) -> None:
    async def answer(route: Route) -> None:
        await route.fulfill(body=case.html, content_type="text/html; charset=utf-8")

    await blank.unroute_all()
    await blank.route("**/*", answer)
    await blank.goto(f"https://{case.host}/")
    rules = SiteRules.for_host(case.host)
    shown = await shown_by(blank)
    problems = await wrong(shown, "before")
    await tidy.clear(shown, rules)
    problems += await wrong(shown, "cleared")
    await tidy.unroll(shown, rules, print_width=PRINT_WIDTHS[Sheet.A4])
    problems += await wrong(shown, "unrolled")
    assert problems == []


async def shown_by(page: Page) -> Shown:
    return Shown(page, await page.context.new_cdp_session(page))


async def wrong(shown: Shown, step: str) -> list[str]:
    """What is not as the page's marks say."""
    problems = await shown.run(WATCH, step, within_seconds=5)
    assert isinstance(problems, list)
    return problems


@pytest.mark.parametrize("case", [page for page in PAGES if SiteRules.for_host(page.host) != SiteRules()])
async def test_every_rule_of_a_site_has_a_page_that_needs_it(blank: Page, case: TidyPage) -> None:
    await blank.set_content(case.html)
    rules = SiteRules.for_host(case.host)
    for selector in (*rules.hide, *rules.open):
        assert await blank.locator(selector).count(), selector


async def test_every_site_with_rules_has_a_page() -> None:
    hosts = [page.host for page in PAGES]
    assert all(any(host.endswith(domain) for host in hosts) for domain in tidy._BY_DOMAIN)


async def test_a_table_of_contents_beside_the_text_is_once_in_the_pdf_too(blank: Page) -> None:
    await blank.set_content(next(page.html for page in PAGES if page.name == "honest-toc"))
    await tidy.unroll(await shown_by(blank), SiteRules(), print_width=PRINT_WIDTHS[Sheet.A4])
    pages = pypdf.PdfReader(io.BytesIO(await blank.pdf(format="A4"))).pages
    assert sum(page.extract_text().count("On this page") for page in pages) == 1

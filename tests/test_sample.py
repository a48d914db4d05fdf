"""The sample article: what its server answers, and what a browser shows of it."""

import math
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Page, async_playwright

from bot.capture.setup.provision import find_browser
from bot.sample import PREFERRED_PORT, SampleSite
from bot.settings import Settings

PAGES = Path(__file__).parent.parent / "bot/sample/pages"
ARTICLE = (PAGES / "optimizers.html").read_text()


@pytest.fixture
async def site() -> AsyncIterator[SampleSite]:
    async with SampleSite() as open_site:
        yield open_site


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    browser = find_browser(Settings().chromium_path)
    assert browser
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser.path)
        yield await chromium.new_page(viewport={"width": 1280, "height": 800})
        await chromium.close()


async def test_the_article_and_all_its_parts_are_served_with_their_types(site: SampleSite) -> None:
    parts = set(re.findall(r'(?:src|href|content)="([\w-]+\.\w+)"', ARTICLE))
    assert parts >= {"article.css", "lazy.js", "lead.svg", "adamw.svg", "schedules.svg", "loss.svg"}
    async with httpx.AsyncClient(base_url=f"http://{site.authority}") as client:
        types = {part: (await client.get(f"/{part}")).headers["content-type"] for part in parts}
        assert (await client.get("/nothing.html")).status_code == 404
        assert (await client.get("/%2e%2e/site.py")).status_code == 404
        assert (await client.get(site.url)).text == ARTICLE
    assert types["lead.svg"] == "image/svg+xml"
    assert types["article.css"] == "text/css"


async def test_a_taken_port_gives_another_one_and_the_first_is_kept_when_free() -> None:
    async with SampleSite() as first, SampleSite() as second:
        assert first.url != second.url
        assert second.authority.startswith("127.0.0.1:")
    async with SampleSite() as again:
        assert again.url == first.url or str(PREFERRED_PORT) not in first.url


async def test_a_closed_site_answers_nobody() -> None:
    async with SampleSite(port=0) as site:
        url = site.url
    async with httpx.AsyncClient() as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


@pytest.mark.parametrize("width", [1280, 400])
async def test_the_article_fits_its_window_and_shows_every_picture(
    site: SampleSite, page: Page, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(site.url)
    for picture in await page.locator("img").all():
        await picture.scroll_into_view_if_needed()
        await page.wait_for_function(
            "img => img.complete && img.naturalWidth > 0", arg=await picture.element_handle()
        )
    assert await page.evaluate("document.documentElement.scrollWidth") == width


async def test_without_scrolling_some_pictures_are_missing(site: SampleSite, page: Page) -> None:
    await page.goto(site.url)
    assert await page.locator("img[data-src]").evaluate("img => img.src") == ""


def test_the_articles_code_runs_and_does_what_the_article_says() -> None:
    found = re.search(r"<pre><code>(.*?)</code></pre>", ARTICLE, re.DOTALL)
    assert found
    names: dict[str, object] = {}
    exec(unescape(re.sub(r"<[^>]+>", "", found[1])), names)  # noqa: S102 - our own article
    adamw = names["adamw"]
    assert callable(adamw)
    weights, m, v = [1.0, 1.0], [0.0, 0.0], [0.0, 0.0]
    adamw(weights, [100.0, 0.01], m, v, 1, decay=0.0)
    assert all(math.isclose(weight, 1 - 1e-3, abs_tol=1e-8) for weight in weights)
    weights, m, v = [2.0], [0.0], [0.0]
    adamw(weights, [0.0], m, v, 1, lr=0.1, decay=0.5)
    assert weights == [2.0 - 0.1 * 0.5 * 2.0]

"""What the first screen and the full page have to do with each other, and what lies below the first screen."""

import io
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import web
from PIL import Image

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.options import Options
from storage.kinds import ArtifactKind, Verdict, Viewport
from tests.browsers import best
from tests.capturing import asking, content, picture_of, serving
from tests.fakes.site import picture

pytestmark = pytest.mark.asyncio(loop_scope="module")

_WORDS = "<p>It fits on one screen, and these words are all that there is to be read on it.</p>"
# Each picture is fetched only when its part of the page is about to be drawn.
_PARTS = "".join(
    f'<section><i style="background: url(/late/{number}.png)"></i></section>' for number in range(12)
)
_LATE = f"""<style>section {{ content-visibility: auto; contain-intrinsic-size: 900px; height: 900px }}
    i {{ display: block; width: 640px; height: 200px }}</style><h1>Drawn late</h1>{_WORDS}{_PARTS}"""
_LATER = "".join(
    f'<p style="height: 880px"><img data-later="/late/{number}.png" width=640 height=200>'
    for number in range(12)
)
_WATCH = """const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) target.src = target.dataset.later; });
    document.querySelectorAll('img').forEach((image) => seen.observe(image));"""
_GONE = f"{_WORDS}{_LATER}<script>{_WATCH} document.currentScript.remove()</script>"
_LOADED = f'<body onload="{_WATCH}">{_WORDS}{_LATER}'
PAGES = {
    "fits": f"<meta name=viewport content='width=device-width'><h1>Fits</h1>{_WORDS}",
    "bar": f"""<h1>A bar</h1>{_WORDS}<div style="position: fixed; bottom: 0; left: 0; right: 0; height: 40px;
        background: rgb(0, 0, 200)">It comes last</div>""",
    "folded": f"""<h1>A fold</h1>{_WORDS}<div style="height: 200px; overflow: hidden">{_WORDS * 60}</div>
        <button>Read more</button>""",
    "late": _LATE,
    "late-by-script": _GONE,
    "late-by-handler": _LOADED,
    "late-watched": f"<script>addEventListener('scroll', () => {{}})</script>{_LATE}",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[tuple[str, Browser, list[str]]]:
    """The site's address, a browser that may go there, and which late pictures have been asked for."""
    asked: list[str] = []

    async def page(request: web.Request) -> web.Response:
        return web.Response(text=PAGES[request.match_info["name"]], content_type="text/html")

    async def late(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=picture(0), content_type="image/png")

    async with (
        serving(web.get("/late/{number}.png", late), web.get("/{name}", page)) as host,
        Browser(best(), AddressRule([host]), timeout_seconds=20) as browser,
    ):
        yield f"http://{host}/", browser, asked


@pytest.mark.parametrize("viewport", Viewport)
async def test_the_full_page_of_one_screen_is_what_a_picture_of_it_would_be(
    site: tuple[str, Browser, list[str]], viewport: Viewport
) -> None:
    url, browser, _ = site
    kinds = frozenset({ArtifactKind.SCREEN, ArtifactKind.FULLPAGE})
    both = await browser.capture(url + "fits", Options(viewport=viewport, kinds=kinds))
    alone = await browser.capture(
        url + "fits", Options(viewport=viewport, kinds=frozenset({ArtifactKind.FULLPAGE}))
    )
    assert both.verdict is alone.verdict is Verdict.OK
    pixels = [picture_of(each, ArtifactKind.FULLPAGE) for each in (both, alone)]
    assert pixels[0].size == pixels[1].size
    assert pixels[0].tobytes() == pixels[1].tobytes()
    assert (
        content(both, ArtifactKind.FULLPAGE) == content(both, ArtifactKind.SCREEN)
        or viewport is Viewport.PHONE
    )


@pytest.mark.parametrize("name", ["bar", "folded"])
async def test_a_page_that_was_laid_out_anew_has_a_full_page_of_its_own(
    site: tuple[str, Browser, list[str]], name: str
) -> None:
    url, browser, _ = site
    capture = await browser.capture(url + name, asking(ArtifactKind.SCREEN, ArtifactKind.FULLPAGE))
    assert content(capture, ArtifactKind.FULLPAGE) != content(capture, ArtifactKind.SCREEN)
    if name == "folded":
        assert picture_of(capture, ArtifactKind.FULLPAGE).height > 1500


@pytest.mark.parametrize("name", ["late", "late-watched"])
async def test_what_is_drawn_only_when_it_comes_near_is_in_the_full_page(
    site: tuple[str, Browser, list[str]], name: str
) -> None:
    url, browser, asked = site
    asked.clear()
    capture = await browser.capture(url + name, asking(ArtifactKind.FULLPAGE))
    assert len(set(asked)) == 12
    fullpage = Image.open(io.BytesIO(content(capture, ArtifactKind.FULLPAGE))).convert("RGB")
    first = next(
        y
        for y in range(fullpage.height)
        if fullpage.getpixel((300, y)) == fullpage.getpixel((300, y + 100)) != (255, 255, 255)
    )
    drawn = [fullpage.getpixel((300, first + 50 + 900 * number)) for number in range(12)]
    assert len(set(drawn)) == 1, "every part shows its picture"


@pytest.mark.parametrize("name", ["late-by-script", "late-by-handler"])
async def test_a_page_is_watched_also_where_no_script_is_to_be_seen(
    site: tuple[str, Browser, list[str]], name: str
) -> None:
    url, browser, asked = site
    asked.clear()
    capture = await browser.capture(url + name, asking(ArtifactKind.FULLPAGE))
    assert capture.verdict is Verdict.OK
    assert len(set(asked)) == 12

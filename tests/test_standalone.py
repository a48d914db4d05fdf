"""Real Chromium: the copy of a page in one file looks like the page, runs nothing and asks nobody for anything."""

import io
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageChops
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.files.standalone import one_file, taking
from bot.capture.files.standalone.stylesheets import joined, parts
from bot.capture.options import Options, Screen
from bot.capture.result import Capture
from bot.capture.setup.provision import find_browser
from bot.settings import Settings
from storage.kinds import ArtifactKind, Verdict, Viewport
from tests.fakes.copied import FILES, CopiedSite

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTML = frozenset({ArtifactKind.HTML})
DESK = Options(kinds=HTML)

# What each patch of the page is made by, and its colour.
SHOWN = {
    "a source of a picture": 0xC81E1E,
    "a srcset": 0x1EC81E,
    "an image": 0x1E1EC8,
    "an image-set in a sheet": 0x1EC8C8,
    "a background in an attribute": 0xC8C81E,
    "an image in SVG": 0xC81EC8,
    "a shape of another file": 0x14285A,
    "a canvas": 0x782878,
    "a background in a shadow root": 0x287878,
    "an adopted sheet of a shadow root": 0x787828,
    "a frame": 0x5A5A14,
    "a frame in a frame, and of another host": 0x14785A,
    "a frame without an address": 0x64961E,
    "a poster": 0x5A0A0A,
    "an adopted sheet": 0xB45014,
    "an inserted rule": 0x14B450,
    "layers": 0x501E8C,
    "a registered property": 0x8C501E,
    "nested rules": 0x1E8C8C,
    "a container query": 0x8C8C1E,
    "var() in a shorthand": 0x0A7A32,
    "a sheet of another host": 0x5A2814,
    "an imported sheet": 0xB41478,
    "a sheet that names the end of a style element": 0x32320A,
    "an object": 0x0A3232,
    "what was opened": 0x0A0A5A,
    "a popover": 0x963C5A,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[CopiedSite]:
    async with CopiedSite() as other, CopiedSite(other) as site:
        yield site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(site: CopiedSite) -> AsyncIterator[Browser]:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with Browser.from_settings(settings, AddressRule(["127.0.0.1"])) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def viewer() -> AsyncIterator[Chromium]:
    """A browser of somebody who opens a copy."""
    found = find_browser(None)
    assert found
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=found.path)
        yield chromium
        await chromium.close()


@dataclass
class Opened:
    """A file that was opened without a network: its picture, and all that it asked for or said."""

    picture: Image.Image
    text: str
    said: list[str] = field(default_factory=list)


async def opened(
    viewer: Chromium, path: Path, screen: Screen = DESK.screen, *, scripts: bool = False, touched: bool = True
) -> Opened:
    context = await viewer.new_context(
        viewport={"width": screen.width, "height": screen.height},
        device_scale_factor=screen.scale,
        is_mobile=screen.is_phone,
        java_script_enabled=scripts,
        offline=True,
    )
    said: list[str] = []
    page = await context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    await page.goto(path.as_uri(), wait_until="load")
    if scripts and touched:
        await _touch(page)
    picture = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    text = await page.locator("body").inner_text()
    await context.close()
    return Opened(picture, text, said)


async def _touch(page: Page) -> None:
    """Press what can be pressed, as far as that goes nowhere."""
    await page.evaluate("""() => {
        for (const element of Document.prototype.querySelectorAll.call(document, "a, button, p, svg, input")) {
          element.addEventListener("click", (event) => event.preventDefault());
          if (/^javascript:/.test(element.href)) element.click();
          element.dispatchEvent(new MouseEvent("mouseover"));
        }
    }""")


def content(capture: Capture, kind: ArtifactKind) -> bytes:
    return next(file.content for file in capture.files if file.kind is kind)


def missing(picture: Image.Image) -> list[str]:
    """What can't be seen in a picture of the page."""
    colours = picture.getcolors(picture.width * picture.height) or []
    seen = {bytes(colour) for count, colour in colours if count >= 300 and isinstance(colour, tuple)}

    def is_seen(wanted: int) -> bool:
        return any(max(abs(a - b) for a, b in zip(wanted.to_bytes(3), one, strict=True)) <= 8 for one in seen)

    return [name for name, colour in SHOWN.items() if not is_seen(colour)]


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of pixels that differ for an eye."""
    assert one.size == other.size
    far = ImageChops.difference(one, other).convert("L").point([0] * 40 + [255] * 216)
    return far.histogram()[255] / (one.width * one.height)


@pytest.mark.parametrize("viewport", Viewport)
async def test_a_copy_looks_like_its_page_on_a_desk_and_on_a_phone(
    browser: Browser, viewer: Chromium, site: CopiedSite, tmp_path: Path, viewport: Viewport
) -> None:
    options = Options(viewport=viewport, kinds=frozenset({ArtifactKind.SCREEN, ArtifactKind.HTML}))
    site.requests.clear()
    capture = await browser.capture(site.url("/shown.html"), options)
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    page = Image.open(io.BytesIO(content(capture, ArtifactKind.SCREEN))).convert("RGB")
    path = tmp_path / "copy.html"
    path.write_bytes(content(capture, ArtifactKind.HTML))
    copy = await opened(viewer, path, options.screen)
    assert missing(copy.picture) == missing(page)
    if viewport is Viewport.DESKTOP:
        assert missing(page) == []
    assert difference(page, copy.picture) < 0.005
    assert copy.said == []
    assert max(Counter(site.requests).values()) == 1  # nothing was fetched a second time for the copy


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hostile(browser: Browser, site: CopiedSite) -> str:
    """The copy of a page that is full of ways to run scripts, and that breaks what scripts rely on."""
    capture = await browser.capture(site.url("/vectors.html"), DESK)
    assert capture.problems == ()
    return content(capture, ArtifactKind.HTML).decode()


def without_policy(html: str) -> str:
    return re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>| sandbox="[^"]*"', "", html)


async def test_vectors_run_where_nothing_stops_them(viewer: Chromium, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text((FILES / "vectors.html").read_text())
    page = await opened(viewer, path, scripts=True, touched=False)
    assert len({said for said in page.said if said.startswith("hit")}) > 12


@pytest.mark.parametrize("by", ["cleaning", "policy", "both"])
async def test_nothing_in_a_copy_runs_or_asks_for_anything(
    viewer: Chromium, hostile: str, tmp_path: Path, by: str
) -> None:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{one_file.POLICY}">'
    files = {
        "both": hostile,
        "cleaning": without_policy(hostile),
        "policy": policy + (FILES / "vectors.html").read_text(),
    }
    path = tmp_path / "copy.html"
    path.write_text(files[by])
    copy = await opened(viewer, path, scripts=True)
    assert [said for said in copy.said if said.startswith(("hit", "http"))] == []
    assert "the end" in copy.text


async def test_a_page_that_breaks_what_scripts_rely_on_is_copied_whole(hostile: str) -> None:
    for words in ("svg link", "odd", "the end", "&lt;img src=x onerror=hit(49)&gt;"):
        assert words in hostile
    assert re.search(r"<script|<base|javascript:hit\(\d+\)\"|\son\w+=\"", hostile) is None


async def test_a_copy_has_what_was_typed_but_no_secrets_and_its_links_lead_on(
    browser: Browser, site: CopiedSite
) -> None:
    html = content(await browser.capture(site.url("/shown.html"), DESK), ArtifactKind.HTML).decode()
    assert '<input value="typed">' in html
    assert re.search(r"<textarea>\n\nwritten &lt;b&gt;</textarea>", html)
    assert "<option selected>two</option>" in html
    assert "secret" not in html
    assert "https://example.org" not in html
    assert '<a href="#top">up</a>' in html
    assert f'<a href="{site.url("/rest?a=1&amp;b=2")}">rest</a>' in html
    assert f'<meta name="captured-from" content="{site.url("/shown.html")}">' in html


@pytest.mark.parametrize("kind", ["elements", "depth", "letters"])
async def test_a_page_without_end_is_copied_as_far_as_it_goes(
    browser: Browser, site: CopiedSite, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(taking._LIMITS, "elements", 2000)
    monkeypatch.setitem(taking._LIMITS, "characters", 200_000)
    capture = await browser.capture(site.url(f"/endless.html?{kind}"), DESK)
    html = content(capture, ArtifactKind.HTML)
    assert b"It begins." in html
    assert len(html) < 600_000
    if kind == "depth":
        assert b"The bottom." in html
    else:
        assert "The HTML file ends early: the page is too large to be copied whole." in capture.problems


async def test_what_does_not_fit_is_left_out_and_told(
    browser: Browser, site: CopiedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_file, "MAX_ONE_BYTES", 180)
    capture = await browser.capture(site.url("/shown.html"), DESK)
    assert capture.verdict is Verdict.PARTIAL
    (problem,) = capture.problems
    assert re.match(r"The HTML file is without \d+ of its pictures and fonts", problem)


def css(text: str) -> str:
    return joined(
        parts(text, "https://example.org/css/main.css"),
        embed=lambda named: f"({named.address}){named.fragment}",
        sheet=lambda named: f"[{named.address}]",
    )


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("a{b:url(c.png)}", 'a{b:url("(https://example.org/css/c.png)")}'),
        ("a{b:url( 'c d\\'.png#e' )}", 'a{b:url("(https://example.org/css/c%20d\'.png)#e")}'),
        ("a{b:url(\\63\\2e png)}", 'a{b:url("(https://example.org/css/c.png)")}'),
        ("a{b:url(#c)}", 'a{b:url("()#c")}'),
        ("a{b:myurl(c)}", "a{b:myurl(c)}"),
        ('a{b:"url(c)" /* url(d) */}', 'a{b:"url(c)" /**/}'),
        (
            'a{b:image-set("c" 1x, url(d) 2x type("image/png"))}',
            'a{b:image-set(url("(https://example.org/css/c)") 1x, '
            'url("(https://example.org/css/d)") 2x type("image/png"))}',
        ),
        ('@charset "utf-8";@import "c";', "\n[https://example.org/css/c]\n"),
        (
            '@import url("/c") layer(d.e) supports(display: grid) screen and (color);',
            "\n@media screen and (color){@supports (display: grid){@layer d.e{[https://example.org/c]}}}\n",
        ),
        ('a{b:"</style><script>"}', 'a{b:"\\3c /style>\\3c script>"}'),
        (
            "@media (1px<=width<9px){a:not(:defined){b:c}}",
            "@media (1px<=width<9px){a:not(:not(.tagshot-undefined)){b:c}}",
        ),
    ],
)
async def test_addresses_in_style_sheets_are_found_and_nothing_else(written: str, wanted: str) -> None:
    assert css(written) == wanted

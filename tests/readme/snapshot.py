"""The picture of what a snapshot holds: the files of a real capture of the bundled sample, side by side."""

import html
import io
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.async_api import async_playwright

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.options import Options
from bot.capture.result import Capture
from bot.capture.setup.provision import find_browser
from bot.sample import SampleSite
from bot.settings import Settings
from storage.kinds import ArtifactKind, Sheet
from tests.readme.drawing import draw, inline

PICTURE = Path(__file__).parent / "snapshot.jpg"
TEMPLATE = Path(__file__).parent / "files.html"
WIDTH, HEIGHT = 1240, 640
PAGES = 2
SLICES = 3


async def captures() -> tuple[Capture, Capture]:
    """The sample as it is captured by default, and printed for a phone."""
    async with SampleSite() as site:
        rule = AddressRule([site.authority])
        async with Browser.from_settings(Settings(_env_file=None), rule) as browser:
            plain = await browser.capture(site.url)
            phone = Options(sheet=Sheet.PHONE, kinds=frozenset({ArtifactKind.PDF}))
            return plain, await browser.capture(site.url, phone)


def pictures(capture: Capture, kind: ArtifactKind) -> list[Image.Image]:
    """The JPEGs of one kind."""
    return [Image.open(io.BytesIO(content)) for content in contents(capture, kind)]


def contents(capture: Capture, kind: ArtifactKind) -> list[bytes]:
    """The files of one kind."""
    return [file.content for file in capture.files if file.kind is kind]


def sheets(capture: Capture) -> list[Image.Image]:
    """The first pages of the PDF."""
    document = pypdfium2.PdfDocument(contents(capture, ArtifactKind.PDF)[0])
    return [document[number].render(scale=2).to_pil() for number in range(min(PAGES, len(document)))]


async def on_a_phone(page: bytes) -> Image.Image:
    """The single HTML file, opened on a phone that has no network."""
    found = find_browser(None)
    assert found is not None, "no browser: tagshot setup"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found.path)
        shown = await browser.new_page(
            viewport={"width": 400, "height": 800}, device_scale_factor=2, is_mobile=True
        )
        await shown.set_content(page.decode())
        picture = await shown.screenshot(type="jpeg")
        await browser.close()
    return Image.open(io.BytesIO(picture))


def figure(title: str, *shown: Image.Image | str) -> str:
    """One kind of file: its name and what it looks like."""
    parts = (
        f"<pre>{html.escape(each)}</pre>" if isinstance(each, str) else f'<img src="{inline(each, 1400)}">'
        for each in shown
    )
    return f"<figure><figcaption>{title}</figcaption><div>{''.join(parts)}</div></figure>"


async def draw_snapshot() -> None:
    """Capture and draw."""
    plain, phone = await captures()
    (page,), (text,) = (contents(plain, kind) for kind in (ArtifactKind.HTML, ArtifactKind.TEXT))
    figures = (
        figure("screen", *pictures(plain, ArtifactKind.SCREEN)),
        figure("fullpage", *pictures(plain, ArtifactKind.FULLPAGE)),
        figure("slices", *pictures(plain, ArtifactKind.SLICES)[:SLICES]),
        figure("pdf, A4", *sheets(plain)),
        figure("pdf, phone", *sheets(phone)),
        figure("html", await on_a_phone(page)),
        figure("text", text.decode()[:900]),
    )
    content = TEMPLATE.read_text().replace("<!-- FIGURES -->", "".join(figures))
    await draw(content, PICTURE, width=WIDTH, height=HEIGHT)

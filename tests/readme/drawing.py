"""Drawing a README picture: a page of HTML with pictures in it, as a JPEG."""

import base64
import io
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright

from bot.capture.setup.provision import find_browser

SCALE = 2


def inline(picture: Image.Image, longest: int = 900) -> str:
    """A picture as an address that can stand in HTML."""
    image = picture.convert("RGB")
    image.thumbnail((longest, longest))
    small = io.BytesIO()
    image.save(small, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()


async def draw(content: str, picture: Path, *, width: int, height: int) -> None:
    """Draw HTML into a picture."""
    found = find_browser(None)
    assert found is not None, "no browser: tagshot setup"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found.path)
        page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=SCALE)
        await page.set_content(content)
        await page.screenshot(path=picture, type="jpeg", quality=80)
        await browser.close()

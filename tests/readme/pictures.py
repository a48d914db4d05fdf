"""Makes the README's picture from a real run: ``python -m tests.readme.pictures``.

The bot saves the bundled sample, with a real Chromium, and speaks to the Bot API double; what a person would see
of that is drawn as two phones side by side.
"""

import asyncio
import base64
import html
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright
from pydantic import SecretStr

from bot.capture.setup.provision import find_browser
from bot.sample import SampleSite
from bot.settings import Settings
from tests.conftest import OWNER, running
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

PICTURE = Path(__file__).parent / "conversation.jpg"
TEMPLATE = Path(__file__).parent / "phones.html"
WIDTH, HEIGHT, SCALE = 860, 760, 2


async def conversation() -> list[str]:
    """The two phones' contents: saving the sample, then finding it again."""
    with tempfile.TemporaryDirectory() as folder:
        async with BotApiDouble() as telegram, SampleSite() as site:
            settings = Settings(
                _env_file=None,
                telegram_bot_token=SecretStr(telegram.token),
                telegram_api_url=telegram.url,
                allowed_chats=(OWNER,),
                data_dir=Path(folder),
                egress_allow=(site.authority,),
            )
            person = telegram.user(OWNER, "Ada")
            async with running(settings):
                sent = person.say(f"{site.url} #optimizer #深度学习")
                await telegram.until(lambda: sent.emoji == ["👍"], 60)
                shown = len(person.chat.messages)
                person.say("/tag optimizer")
                listing = await person.sees("1 link")
                person.press(listing, "1")
                await telegram.until(lambda: len(person.chat.messages) == shown + 3)
            bubbles = [bubble(message) for message in person.chat.messages]
            return ["\n".join(bubbles[:shown]), "\n".join(bubbles[shown:])]


def bubble(message: Message) -> str:
    """A message as the person sees it."""
    side = "theirs" if message.is_from_bot else "mine"
    body = message.html.replace("\n", "<br>")
    if message.media and message.media.kind == "photo":
        body = f'<img src="{_small(message.media.content)}">{body}'
    elif message.media:
        size = f"{len(message.media.content) / 1000:.0f} kB"
        body = f'<div class="file"><b>{html.escape(message.media.name)}</b><span>{size}</span></div>'
    emoji = "".join(f'<span class="emoji">{each}</span>' for each in message.emoji)
    rows = "".join(
        "<div class=row>" + "".join(f"<button>{html.escape(each.label)}</button>" for each in row) + "</div>"
        for row in message.buttons
    )
    return f'<div class="message {side}"><div class="bubble">{body}{emoji}</div>{rows}</div>'


def _small(picture: bytes) -> str:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.thumbnail((900, 900))
    small = io.BytesIO()
    image.save(small, "JPEG", quality=88)
    return "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()


async def draw(phones: list[str]) -> None:
    """Draw the phones into the picture."""
    page_html = TEMPLATE.read_text()
    for name, content in zip(("SAVING", "FINDING"), phones, strict=True):
        page_html = page_html.replace(f"<!-- {name} -->", content)
    found = find_browser(None)
    assert found is not None, "no browser: tagshot setup"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found.path)
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
        await page.set_content(page_html)
        await page.screenshot(path=PICTURE, type="jpeg", quality=80)
        await browser.close()


async def main() -> None:
    """Run and draw."""
    await draw(await conversation())


if __name__ == "__main__":
    asyncio.run(main())

"""The picture of a conversation: the bot saves the bundled sample and speaks to the Bot API double.

What a person would see of that is drawn as two phones side by side.
"""

import html
import io
import tempfile
from pathlib import Path

from PIL import Image
from pydantic import SecretStr

from bot.sample import SampleSite
from bot.settings import Settings
from tests.conftest import OWNER, running
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.readme.drawing import draw, inline

PICTURE = Path(__file__).parent / "conversation.jpg"
TEMPLATE = Path(__file__).parent / "phones.html"
WIDTH, HEIGHT = 860, 760


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
        body = f'<img src="{inline(Image.open(io.BytesIO(message.media.content)))}">{body}'
    elif message.media:
        size = f"{len(message.media.content) / 1000:.0f} kB"
        body = f'<div class="file"><b>{html.escape(message.media.name)}</b><span>{size}</span></div>'
    emoji = "".join(f'<span class="emoji">{each}</span>' for each in message.emoji)
    rows = "".join(
        "<div class=row>" + "".join(f"<button>{html.escape(each.label)}</button>" for each in row) + "</div>"
        for row in message.buttons
    )
    return f'<div class="message {side}"><div class="bubble">{body}{emoji}</div>{rows}</div>'


async def draw_conversation() -> None:
    """Run and draw."""
    content = TEMPLATE.read_text()
    for name, phone in zip(("SAVING", "FINDING"), await conversation(), strict=True):
        content = content.replace(f"<!-- {name} -->", phone)
    await draw(content, PICTURE, width=WIDTH, height=HEIGHT)

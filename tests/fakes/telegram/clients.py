"""Clients for tests of the double's honesty: python-telegram-bot and bare HTTP. Their fixtures are next door."""

import io
from typing import Any

import aiohttp
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.fakes.telegram.double import BotApiDouble

Ptb = ExtBot[None]
BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("PDF", callback_data="pdf:1")]])


def picture(width: int = 640, height: int = 400, form: str = "PNG") -> bytes:
    """A plain grey picture."""
    content = io.BytesIO()
    Image.new("L", (width, height), 128).save(content, form)
    return content.getvalue()


def ptb_client(double: BotApiDouble) -> Ptb:
    """Tagshot's Telegram library, not initialised."""
    requests = [HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": False}) for _ in range(2)]
    return ExtBot(
        double.token,
        base_url=f"{double.url}/bot",
        base_file_url=f"{double.url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )


async def raw(
    double: BotApiDouble, method: str, *, token: str | None = None, **options: Any
) -> dict[str, Any]:
    """What a call without any library is answered; ``options`` are aiohttp's."""
    url = f"{double.url}/bot{token or double.token}/{method}"
    async with aiohttp.ClientSession() as session, session.post(url, **options) as response:
        answer: dict[str, Any] = await response.json()
        assert answer.get("error_code", 200) == response.status
        return answer

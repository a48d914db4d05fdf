"""The Bot API double delivers by webhook as Telegram does: one at a time of a chat, again until it is taken."""

import asyncio

import pytest
from aiohttp import web
from telegram.error import BadRequest, Conflict

from bot.web import serving
from tests.fakes.telegram import BotApiDouble, User
from tests.fakes.telegram.clients import Ptb

pytest_plugins = ["tests.fakes.telegram.fixtures"]


class Desk:
    """Takes deliveries, with these statuses first, and knows which came, with which secret."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.came: list[tuple[str, str]] = []
        self.at_once = self.most_at_once = 0
        self.application = web.Application()
        self.application.router.add_post("/hook", self._take)

    async def _take(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        text = (await request.json())["message"]["text"]
        self.came.append((text, request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")))
        await asyncio.sleep(0)
        self.at_once -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


async def test_what_is_not_taken_comes_again_and_in_order(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    desk = Desk(500, 404)
    async with serving(desk.application, "127.0.0.1:0", setting="HOOK") as port:
        assert await ptb.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="word")
        for text in ("one", "two", "three"):
            ada.say(text)
        await double.until(lambda: not double.waiting_updates)
    assert [text for text, _ in desk.came] == ["one", "one", "one", "two", "three"]
    assert {secret for _, secret in desk.came} == {"word"}
    assert desk.most_at_once == 1
    assert [delivery.status for delivery in double.deliveries] == [500, 404, 200, 200, 200]
    there = await ptb.get_webhook_info()
    assert there.last_error_message == "Wrong response from the webhook: 404"


async def test_beside_a_webhook_nothing_can_be_fetched(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    await ptb.set_webhook("http://127.0.0.1:9/nobody")
    ada.say("one")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await ptb.get_updates()
    await double.until(lambda: double.deliveries)
    there = await ptb.get_webhook_info()
    assert (there.url, there.pending_update_count) == ("http://127.0.0.1:9/nobody", 1)
    await ptb.delete_webhook()
    assert len(await ptb.get_updates()) == 1


async def test_a_webhook_needs_an_address_and_a_plain_secret(ptb: Ptb) -> None:
    with pytest.raises(BadRequest, match=r"(?i)an https url must be provided"):
        await ptb.set_webhook("bot.example.org")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await ptb.set_webhook("https://bot.example.org", secret_token="with blank")

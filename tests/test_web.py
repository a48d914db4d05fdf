"""A server of our own serves while its block lasts, ends in order, and says in a sentence where it can't serve."""

import asyncio
import time

import aiohttp
import pytest
from aiohttp import web

from bot.errors import SettingsError
from bot.web import serving


class Desk:
    """Answers a request once it may."""

    def __init__(self) -> None:
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()
        self.application = web.Application()
        self.application.router.add_get("/", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        return web.Response(text="here")


async def _ask(port: int, host: str = "127.0.0.1") -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/") as response:
        return await response.text()


async def test_it_serves_until_the_block_ends_and_the_port_is_free_at_once() -> None:
    desk = Desk()
    desk.may_answer.set()
    async with serving(desk.application, "127.0.0.1:0", setting="HEALTH") as port:
        assert await _ask(port) == "here"
    with pytest.raises(aiohttp.ClientConnectorError):
        await _ask(port)
    again = Desk()
    again.may_answer.set()
    async with serving(again.application, f"127.0.0.1:{port}", setting="HEALTH"):
        assert await _ask(port) == "here"


async def test_a_request_under_way_is_answered_at_the_end() -> None:
    desk = Desk()
    async with serving(desk.application, "127.0.0.1:0", setting="HEALTH") as port:
        asking = asyncio.create_task(_ask(port))
        await desk.asked.wait()
        asyncio.get_running_loop().call_later(0.05, desk.may_answer.set)
    assert await asking == "here"


async def test_a_request_that_hangs_is_cut_off_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.ENDING_SECONDS", 0.05)
    desk = Desk()
    async with serving(desk.application, "127.0.0.1:0", setting="HEALTH") as port:
        asking = asyncio.create_task(_ask(port))
        await desk.asked.wait()
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
    with pytest.raises(aiohttp.ClientError):
        await asking


@pytest.mark.parametrize("address", ["127.0.0.1:99999", "192.0.2.1:0", "127.0.0.1:many"])
async def test_an_address_that_can_not_be_used_is_a_sentence(address: str) -> None:
    with pytest.raises(SettingsError, match=rf"Nothing can be served at {address}: .* Give HEALTH another"):
        async with serving(web.Application(), address, setting="HEALTH"):
            pass


async def test_a_port_that_is_taken_is_a_sentence() -> None:
    async with serving(web.Application(), "127.0.0.1:0", setting="HEALTH") as port:
        with pytest.raises(SettingsError, match="in use"):
            async with serving(web.Application(), f"127.0.0.1:{port}", setting="METRICS"):
                pass

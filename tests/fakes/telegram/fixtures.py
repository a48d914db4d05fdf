"""Pytest fixtures around the double, for ``pytest_plugins = ["tests.fakes.telegram.fixtures"]``."""

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot as AiogramBot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.fakes.telegram.clients import Ptb, ptb_client
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User


class PlainSession(AiohttpSession):
    """aiogram's session without its wait for TLS to close, of which there is none here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@pytest.fixture
async def double() -> AsyncIterator[BotApiDouble]:
    async with BotApiDouble() as double:
        yield double


@pytest.fixture
async def ptb(double: BotApiDouble) -> AsyncIterator[Ptb]:
    async with ptb_client(double) as bot:
        yield bot


@pytest.fixture
async def aiogram(double: BotApiDouble) -> AsyncIterator[AiogramBot]:
    session = PlainSession(api=TelegramAPIServer.from_base(double.url))
    async with AiogramBot(double.token, session=session) as bot:
        yield bot


@pytest.fixture
def ada(double: BotApiDouble) -> User:
    return double.user(1, "Ada")

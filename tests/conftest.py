"""What the end-to-end tests share: a Telegram of their own, a web site of their own, and the bot between them."""

import asyncio
import gc
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import run_bot
from bot.settings import Settings
from storage.database import Database
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.once import share_certificates, share_statements

OWNER = 4711
# The files of tests that take longest, longest first: they begin first, so that at the end no worker has to wait
# minutes for another one. make test distributes the files in this order.
LONGEST = (
    "test_page_vectors", "test_announcer", "test_guard", "test_crash", "test_cli", "test_capture_faults", "test_bot",
    "test_capture_time", "test_capture_safety", "test_first_day", "test_sandbox", "test_endurance", "test_screens",
    "test_capture_leftovers", "test_standalone", "test_bot_cards", "test_capture", "test_capture_export",
    "test_capture_options", "test_settle", "test_queue", "test_queue_orderings", "test_tidy", "test_telling",
)  # fmt: skip


def pytest_configure() -> None:
    """Have the same things made once."""
    share_certificates()
    share_statements()


def pytest_collection_finish() -> None:
    """Leave what is loaded alone: to look through it for garbage took a fifth of the time."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files of tests first; all others keep their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiDouble]:
    async with BotApiDouble() as double:
        yield double


@pytest.fixture
async def site() -> AsyncIterator[SiteDouble]:
    async with SiteDouble() as double:
        yield double


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "tagshot.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}")
        await database.migrate()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def database(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database at the newest schema."""
    shutil.copy(migrated, tmp_path / "tagshot.db")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'tagshot.db'}")
    yield database
    await database.close()


@pytest.fixture
def settings(telegram: BotApiDouble, site: SiteDouble, tmp_path: Path) -> Settings:
    """The settings of a bot that speaks to the doubles, owned by person 4711."""
    return Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(telegram.token),
        telegram_api_url=telegram.url,
        allowed_chats=(OWNER,),
        data_dir=tmp_path / "data",
        egress_allow=(site.allow,),
        capture_timeout_seconds=60,
        host_delay_seconds=0,
    )


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


Start = Callable[[Settings], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """The bot at work, in this process; it is stopped, and has to stop by itself, at the end."""
    task = asyncio.create_task(run_bot(settings))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=10)
        assert task.done(), "the bot did not stop within 10 seconds"
        if not task.cancelled() and (error := task.exception()):
            raise error


@pytest.fixture
async def bot(settings: Settings, migrated: Path) -> AsyncIterator[None]:
    """The bot with its settings, at work while the test runs; its database need not be made first."""
    settings.data_dir.mkdir(mode=0o700)
    await asyncio.to_thread(shutil.copy, migrated, settings.data_dir / "tagshot.db")
    async with running(settings):
        yield

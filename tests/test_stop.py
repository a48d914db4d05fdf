"""A stop takes less than ten seconds, whatever hangs, and what was under way is there for the next start."""

import asyncio
import time

from bot.settings import Settings
from bot.telegram.webhook import SECRET_HEADER, webhook_secret
from storage.database import Database
from storage.kinds import SnapshotStatus
from tests.conftest import OWNER, free_port, running
from tests.fakes.receiving import unhandled
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import hang
from tests.storing import snapshots

STOP_SECONDS = 10
CAPTURE_SECONDS = 30


async def test_a_stop_is_in_time_while_telegram_a_delivery_and_a_page_hang(
    settings: Settings, telegram: BotApiDouble, site: SiteDouble
) -> None:
    ada, address = telegram.user(OWNER), f"127.0.0.1:{free_port()}"
    changes = {"telegram_webhook_url": f"http://{address}/", "telegram_webhook_address": address}
    site.hold("/short")
    async with running(settings.model_copy(update=changes)):
        ada.say(site.url("/short"))
        await site.asked("/short", within_seconds=CAPTURE_SECONDS)
        await ada.sees("Capturing")
        telegram.fail("sendMessage", hang(60), times=9)
        ada.say("/help")
        await telegram.until(lambda: len(telegram.calls_of("sendMessage")) == 2)
        _, writer = await asyncio.open_connection(*address.split(":"))
        secret = webhook_secret(telegram.token)
        writer.write(f"POST / HTTP/1.1\r\nContent-Length: 9\r\n{SECRET_HEADER}: {secret}\r\n\r\n".encode())
        await writer.drain()
        begun = time.monotonic()
    assert time.monotonic() - begun < STOP_SECONDS
    writer.close()
    database = Database(settings.database)
    assert len(await unhandled(database)) == 1
    [snapshot] = await snapshots(database)
    assert (snapshot.status, snapshot.attempts) == (SnapshotStatus.QUEUED, 0)
    await database.close()

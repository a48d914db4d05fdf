"""Captures leave no process, no context and no file behind; ``make bench`` and ``make soak`` measure hundreds."""

from functools import partial
from pathlib import Path
from unittest.mock import patch

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.settings import Settings
from tests.chaos.cycles import stub_page
from tests.chaos.kept import Kept
from tests.chaos.stub import StubBrowser
from tests.conftest import OWNER, running
from tests.endurance import footprints, growth
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble

LINKS = 16
# SQLite writes its log back after 1,000 pages.
CHECKPOINT_BYTES = 4_200_000


async def test_captures_leave_nothing_behind(site: SiteDouble) -> None:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    urls = [site.url(path) for path in ("/short", "/file.zip", "/popups", "/app")]
    async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
        first, last = [each async for each in footprints(browser, urls, captures=2 * len(urls))]
    assert (last.contexts, last.files) == (0, 0)
    # one may be about to end; what is left behind would be one for each of the four captures
    assert last.processes <= first.processes + 1


async def test_links_leave_nothing_open(settings: Settings, telegram: BotApiDouble) -> None:
    person, kept = telegram.user(OWNER), Kept(settings.data_dir)
    open_files = []
    with patch("bot.app.Browser", StubBrowser):
        async with running(settings):
            for number in range(1, 1 + LINKS):
                sent = person.say(f"{stub_page(number)[0]} #kept")
                await telegram.until(partial(kept.is_announced, sent.id), 60)
                open_files.append(len(list(Path("/proc/self/fd").iterdir())))
            assert kept.unfinished() == []
    # what is left open would be one for each link
    assert max(open_files[LINKS // 2 :]) <= max(open_files[: LINKS // 2]) + 2
    assert kept.wal_bytes() < 2 * CHECKPOINT_BYTES
    assert kept.strays() == []


def test_growth_is_the_rise_of_the_line_through_the_values() -> None:
    assert abs(growth([100, 110, 120]) - 20 / 110) < 1e-9
    assert growth([5, 5, 5]) == 0

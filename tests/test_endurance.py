"""Captures leave no process, no context and no file behind; ``make bench`` measures the memory over hundreds."""

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.settings import Settings
from tests.endurance import footprints, growth
from tests.fakes.site import SiteDouble


async def test_captures_leave_nothing_behind(site: SiteDouble) -> None:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    urls = [site.url(path) for path in ("/short", "/file.zip", "/popups", "/app")]
    async with Browser.from_settings(settings, AddressRule([site.allow])) as browser:
        first, last = [each async for each in footprints(browser, urls, captures=2 * len(urls))]
    assert (last.contexts, last.files) == (0, 0)
    # one may be about to end; what is left behind would be one for each of the four captures
    assert last.processes <= first.processes + 1


def test_growth_is_the_rise_of_the_line_through_the_values() -> None:
    assert abs(growth([100, 110, 120]) - 20 / 110) < 1e-9
    assert growth([5, 5, 5]) == 0

"""The main job, end to end: real HTTP to a Bot API double, real Chromium on a local site."""

import pytest

from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_link_is_saved_captured_announced_and_found(telegram: BotApiDouble, site: SiteDouble) -> None:
    person = telegram.user(OWNER, "Ada")
    url = site.url("/short")
    site.hold("/short")
    sent = person.say(f"看看 {url} #optimizer #深度学习")

    status = await person.sees("Capturing")
    assert "#optimizer #深度学习" in status.text
    assert set(sent.reactions.values()) == {"👀"}

    site.release("/short")
    await telegram.until(lambda: set(sent.reactions.values()) == {"👍"}, timeout_seconds=30)
    print(telegram.transcript())

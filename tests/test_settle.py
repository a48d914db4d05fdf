"""A page is taken when it has come to rest: not before it is whole, and not much later."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from PIL import Image

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from bot.capture.settling.calm import QUIET_SECONDS
from bot.capture.setup.provision import find_browser
from storage.kinds import ArtifactKind, Verdict
from tests.capturing import AT_ONCE, asking
from tests.fakes.late import PAGES, late_pages
from tests.fakes.site import colour

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHOLE = [*PAGES, "frame", "seen late"]


Take = Callable[[str, ArtifactKind], Awaitable[Capture]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def take() -> AsyncIterator[Take]:
    """Captures one file of a late page."""
    found = find_browser(None)
    assert found is not None, "type: tagshot setup"
    async with (
        late_pages() as port,
        Browser(found.path, AddressRule([f"127.0.0.1:{port}"]), timeout_seconds=20) as browser,
    ):

        async def take(name: str, kind: ArtifactKind) -> Capture:
            return await browser.capture(f"http://127.0.0.1:{port}/{name}", asking(kind))

        await take("plain", ArtifactKind.SCREEN)  # the browser's start is not waited for again
        yield take


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures(take: Take) -> dict[str, Capture]:
    """The text of every page, several at a time, because most of the time is waiting."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(name: str) -> Capture:
        async with places:
            return await take(name, ArtifactKind.TEXT)

    return dict(zip(WHOLE, await asyncio.gather(*map(one, WHOLE)), strict=True))


def content(capture: Capture) -> bytes:
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    (file,) = capture.files
    return file.content


def screen_of(capture: Capture) -> Image.Image:
    return Image.open(io.BytesIO(content(capture))).convert("RGB")


def is_like(seen: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(seen, tuple) and all(abs(a - b) <= 8 for a, b in zip(seen, wanted, strict=True))


async def is_taken_within(seconds: float, take: Take, name: str) -> bool:
    """Whether no longer than this is waited for a page to be quiet; in one of three tries, for machines are busy."""
    for _ in range(3):
        if (await take(name, ArtifactKind.SCREEN)).timings_ms["quiet"] < 1000 * seconds:
            return True
    return False


@pytest.mark.parametrize("name", WHOLE)
async def test_what_comes_within_half_a_second_is_not_missing(
    captures: dict[str, Capture], name: str
) -> None:
    assert content(captures[name]).decode().strip() == "WHOLE"


async def test_slow_pictures_are_waited_for(take: Take) -> None:
    screen = screen_of(await take("slow pictures", ArtifactKind.SCREEN))
    for number in range(3):
        assert is_like(screen.getpixel((600, 20 + 200 * number)), colour(number))


async def test_what_fades_in_is_there_and_what_turns_for_ever_holds_nothing_up(take: Take) -> None:
    capture = await take("fading", ArtifactKind.SCREEN)
    assert is_like(screen_of(capture).getpixel((640, 150)), (200, 0, 0))
    assert is_like(screen_of(capture).getpixel((640, 450)), (0, 0, 200))


async def test_a_page_that_has_nothing_to_wait_for_is_not_waited_for(take: Take) -> None:
    assert await is_taken_within(QUIET_SECONDS / 2, take, "plain")


@pytest.mark.parametrize("name", ["clockwork", "drawing", "busy", "hidden timers"])
async def test_a_page_that_is_never_still_is_not_waited_for_longer_than_half_a_second(
    take: Take, name: str
) -> None:
    assert await is_taken_within(QUIET_SECONDS + 0.25, take, name)

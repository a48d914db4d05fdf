"""Hostile pages in real browsers: without protection they reach their canaries, captured none of them does."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, async_playwright

from bot import addresses
from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.egress.passage import Obstacle, Passage
from bot.capture.egress.proxy import EgressProxy
from bot.capture.options import Options
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import KINDS, Kind, of_kind
from tests.fakes.vectors import ALONE, SONG, TOGETHER, VECTORS, Canaries, Vector, canaries, hostile_site
from tests.test_addresses import CORPUS

AT_ONCE = 3
# On a busy machine a page is sometimes taken before the deepest of its frames has had its turn.
MOST = 0.9
# Pictures make a page paint, the PDF makes it ask for what is only printed.
KEPT = frozenset({ArtifactKind.SCREEN, ArtifactKind.PDF, ArtifactKind.TEXT})
HIT_SECONDS = 60
CAPTURE_SECONDS = 60


@pytest.fixture
async def birds() -> AsyncIterator[Canaries]:
    async with canaries() as birds:
        yield birds


@pytest.fixture
async def hostile(birds: Canaries) -> AsyncIterator[str]:
    async with hostile_site(birds) as authority:
        yield authority


@pytest.fixture
def open_ports(birds: Canaries) -> Iterator[None]:
    with opened_ports(birds):
        yield


@contextmanager
def opened_ports(birds: Canaries) -> Iterator[None]:
    """The canaries listen where web sites do, so that nothing but their address can keep a page from them."""
    ports = {birds.port, *(port for pair in birds.bare_ports.values() for port in pair)}
    with patch.object(addresses, "PORTS", addresses.PORTS | ports):
        yield


def pages(hostile: str) -> Iterator[tuple[str, Sequence[Vector]]]:
    """The address of each hostile page, and the vectors on it."""
    yield f"http://{hostile}/together", TOGETHER
    for vector in ALONE:
        yield f"http://{hostile}/alone/{vector.name}", [vector]


def test_every_row_of_the_corpus_that_is_a_page_is_a_vector() -> None:
    # Names that move, popups, downloads and links into apps: test_capture_safety and test_guard. The rest: test_egress.
    others = {"page-080", "page-081", "page-085", "page-086", "page-088", "page-089", "page-090", "page-091",
              "page-092", "page-096"}  # fmt: skip
    in_corpus = {row["id"] for row in CORPUS if row["stage"] == "browser"}
    assert {vector.row for vector in VECTORS if vector.row} == in_corpus - others
    assert all(vector.reason for vector in VECTORS if vector.hits != "both")


async def test_without_protection_every_vector_reaches_its_canary(birds: Canaries, hostile: str) -> None:
    await visited_without_protection("shell", birds, hostile)


async def visited_without_protection(kind: Kind, birds: Canaries, hostile: str) -> None:
    """Visit all pages, one after another, and see each vector reach what it can reach."""
    wanted = {vector.name for vector in VECTORS if vector.can_hit(kind)}
    async with async_playwright() as playwright:
        bare = await playwright.chromium.launch(executable_path=of_kind(kind))
        for url, vectors in pages(hostile):
            page = await bare.new_page()
            await _visit(page, url)
            await birds.reached(
                {each.name for each in vectors if each.can_hit(kind)}, within_seconds=HIT_SECONDS
            )
            await page.close()
        await bare.close()
    certain = {vector.name for vector in VECTORS if vector.hits != "sometimes"}
    assert birds.hits & certain == wanted


async def _visit(page: Page, url: str) -> None:
    try:
        await page.goto(url, wait_until="commit")
    except PlaywrightError:
        return  # it led away at once, which is what it is for


@pytest.mark.usefixtures("open_ports")
@pytest.mark.parametrize("kind", KINDS)
async def test_captured_no_vector_reaches_its_canary(kind: Kind, birds: Canaries, hostile: str) -> None:
    """In the full browser those that lead away as they do in the shell are left to ``make chaos``."""
    chosen = [
        (url, vectors)
        for url, vectors in pages(hostile)
        if kind == "shell" or len(vectors) > 1 or vectors[0].hits != "both"
    ]
    await captured_without_a_hit(kind, birds, hostile, chosen)


async def captured_without_a_hit(
    kind: Kind, birds: Canaries, hostile: str, chosen: Sequence[tuple[str, Sequence[Vector]]]
) -> None:
    """Capture pages, a few at a time, and see that no canary is reached and that the proxy was asked and refused."""
    async with Browser(of_kind(kind), AddressRule([hostile]), timeout_seconds=CAPTURE_SECONDS) as browser:
        with _admitted(browser._proxy) as admitted:
            turns = asyncio.Semaphore(AT_ONCE)
            captures = await asyncio.gather(*(_capture(browser, url, turns) for url, _ in chosen))
    assert birds.hits == set()
    refused = {
        host.removesuffix(".localhost")
        for passage in admitted
        for (host, _), trouble in passage.troubles.items()
        if trouble.obstacle is Obstacle.RULE
    }
    expected = {each.name for _, vectors in chosen for each in vectors if each.is_asked_of_proxy}
    assert len(expected & refused) > MOST * len(expected), f"never tried: {expected - refused}"
    assert captures[0].verdict is Verdict.OK
    for capture in captures:
        assert capture.verdict is Verdict.REFUSED or (capture.final_url or "").startswith(
            f"http://{hostile}/"
        )
        assert not any(SONG in file.content or b"root:" in file.content for file in capture.files)


async def _capture(browser: Browser, url: str, turns: asyncio.Semaphore) -> Capture:
    async with turns:
        return await browser.capture(url, Options(kinds=KEPT))


@contextmanager
def _admitted(proxy: EgressProxy) -> Iterator[list[Passage]]:
    """The passages of all captures in the block: they know what was refused."""
    admitted: list[Passage] = []
    admit = proxy.admit

    def remember() -> Passage:
        admitted.append(admit())
        return admitted[-1]

    with patch.object(proxy, "admit", remember):
        yield admitted

"""Pages that take too long, or have no end: what had come is kept, or it is said why not, within the time limit."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from bot.capture.settling.settle import MAX_SCROLL_PIXELS
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, captures_of, kinds, picture_of, serving, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# So long lasts every capture of a page that gives no peace; the others have time to be made whole.
LIMIT_SECONDS = 8
AMPLE_SECONDS = 30
ARRIVAL_SECONDS = 3
# For the end of the window, and for the machine's other work.
GRACE_SECONDS = 4
POST_PIXELS = 200
SILENT = ["hang", "drip"]
RESTLESS = {
    "endless": """<title>Endless</title><p>It thinks for ever.<script>
        addEventListener("DOMContentLoaded", () => setTimeout(() => { for (;;); }, 50))</script>""",
    "never-parsed": "<title>Endless</title><p>It never ends to load.<script>for (;;);</script>",
    "unprintable": """<title>Endless</title><p>It thinks for ever when it is printed.<script>
        onbeforeprint = () => { for (;;); }</script>""",
    "reloads": "<meta http-equiv=refresh content=0><title>Again</title><p>Once more.",
}
CALM = "<title>Calm</title><h1>Calm</h1><p>A page beside the others."
FEED = f"""<title>Feed</title><style>p {{ height: {POST_PIXELS}px; margin: 0 }}</style><div id=feed></div><script>
    let count = 0;
    const more = () => {{ for (let i = 0; i < 10; i++) feed.insertAdjacentHTML("beforeend", `<p>Post ${{++count}}`) }};
    more();
    addEventListener("scroll", () => {{
      if (scrollY + 2 * innerHeight > document.documentElement.scrollHeight) more();
    }});</script>"""


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=RESTLESS.get(request.match_info["name"], CALM), content_type="text/html")


async def _feed(_: web.Request) -> web.Response:
    return web.Response(text=FEED, content_type="text/html")


async def _hang(_: web.Request) -> web.Response:
    await asyncio.Event().wait()  # ends with the connection
    return web.Response()


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html; charset=utf-8"})
    await response.prepare(request)
    await response.write(b"<title>Drop by drop</title><h1>Drop by drop</h1><p>This much came through.</p>")
    await asyncio.Event().wait()  # ends with the connection
    return response


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[str]:
    routes = [
        web.get("/hang", _hang),
        web.get("/drip", _drip),
        web.get("/feed", _feed),
        web.get("/{name}", _page),
    ]
    async with serving(*routes) as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def silent(host: str) -> Mapping[str, Capture]:
    """What came of the hosts that send little or nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.capture.page.ARRIVAL_SHARE", ARRIVAL_SECONDS / AMPLE_SECONDS)
        async with Browser(best(), AddressRule([host]), timeout_seconds=AMPLE_SECONDS) as browser:
            wanted = asking(ArtifactKind.SCREEN, ArtifactKind.TEXT, ArtifactKind.PDF)
            made = await captures_of(browser, [f"http://{host}/{name}" for name in SILENT], wanted)
    return {name: made[f"http://{host}/{name}"] for name in SILENT}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def restless(host: str) -> AsyncIterator[Mapping[str, Capture]]:
    """What came of the pages that give no peace, all at once, and of a calm one beside them."""
    urls = [f"http://{host}/{name}" for name in RESTLESS]
    async with Browser(best(), AddressRule([host]), timeout_seconds=LIMIT_SECONDS) as browser:
        made, calm = await asyncio.gather(
            captures_of(browser, urls, asking(ArtifactKind.SCREEN, ArtifactKind.PDF)),
            browser.capture(f"http://{host}/calm", asking(ArtifactKind.SCREEN)),
        )
        yield {"calm": calm} | {name: made[url] for name, url in zip(RESTLESS, urls, strict=True)}
        assert browser._engine.running
        assert browser._engine.running.chromium.contexts == [], "no page has kept its window open"


async def test_no_capture_lasts_longer_than_the_limit(restless: Mapping[str, Capture]) -> None:
    seconds = {name: capture.timings_ms["total"] / 1000 for name, capture in restless.items()}
    assert {name: each for name, each in seconds.items() if each > LIMIT_SECONDS + GRACE_SECONDS} == {}


async def test_pages_without_end_take_nothing_from_those_beside_them(restless: Mapping[str, Capture]) -> None:
    assert (restless["calm"].verdict, restless["calm"].problems) == (Verdict.OK, ())


async def test_a_host_that_does_not_answer_is_given_up(silent: Mapping[str, Capture]) -> None:
    capture = silent["hang"]
    assert (capture.verdict, capture.files, capture.failed_step) == (Verdict.UNREACHABLE, (), "goto")
    assert f"did not answer within {ARRIVAL_SECONDS} seconds" in (capture.error or "")


async def test_what_had_come_of_a_page_that_drips_is_kept(silent: Mapping[str, Capture]) -> None:
    capture = silent["drip"]
    assert capture.verdict is Verdict.PARTIAL
    assert capture.problems == (f"The page had not finished loading after {ARRIVAL_SECONDS} seconds.",)
    assert kinds(capture) == {ArtifactKind.SCREEN, ArtifactKind.TEXT, ArtifactKind.PDF}
    assert "This much came through." in text_of(capture)


@pytest.mark.parametrize("name", ["endless", "never-parsed", "reloads"])
async def test_a_page_that_leaves_no_moment_to_look_at_it_is_given_up(
    restless: Mapping[str, Capture], name: str
) -> None:
    capture = restless[name]
    assert (capture.verdict, capture.files) == (Verdict.UNREACHABLE, ())
    assert "kept the browser so busy" in (capture.error or "")
    assert capture.failed_step in {"goto", "quiet", "scroll", "ready"}


async def test_a_page_whose_printing_never_ends_is_kept_without_its_pdf(
    restless: Mapping[str, Capture],
) -> None:
    capture = restless["unprintable"]
    assert capture.verdict is Verdict.PARTIAL
    assert kinds(capture) == {ArtifactKind.SCREEN}
    assert "No pdf: there was no time left for it." in capture.problems


async def test_a_feed_without_end_is_kept_as_far_as_it_is_scrolled(host: str) -> None:
    async with Browser(best(), AddressRule([host]), timeout_seconds=30) as browser:
        capture = await browser.capture(f"http://{host}/feed", asking(ArtifactKind.FULLPAGE))
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    height = picture_of(capture, ArtifactKind.FULLPAGE).height
    assert MAX_SCROLL_PIXELS - 960 <= height < MAX_SCROLL_PIXELS + 30 * POST_PIXELS

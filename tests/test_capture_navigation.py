"""Where a page leads: to other addresses, by itself or by a script, again and again; and to windows of its own."""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, captures_of, pdf_text, serving, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = "<title>Here</title><h1>Here</h1><p>This is the page that it leads to, and it says so.</p>"
LEADING = {
    "refresh": "<meta http-equiv=refresh content='0;url=/here'><title>Wait</title><p>Wait a moment.",
    "refresh-late": "<meta http-equiv=refresh content='0.3;url=/here'><title>Wait</title><p>Wait a moment.",
    "script": "<title>Wait</title><p>Wait.<script>location.href = '/here'</script>",
    "replaced": "<title>Wait</title><p>Wait.<script>setTimeout(() => location.replace('/here'), 300)</script>",
    "drawn": """<title>Wait</title><p>Wait.<script>
        onload = () => requestAnimationFrame(() => requestAnimationFrame(() => { location.href = "/here" }))
        </script>""",
    "scrolled": """<title>Wait</title><div style="height: 9000px">Wait.</div><script>
        addEventListener("scroll", () => { location.href = "/here" })</script>""",
    "form": "<form action=/here method=post></form><script>document.forms[0].submit()</script>",
    "hops": """<title>Wait</title><p>Wait.<script>
        const hop = Number(new URLSearchParams(location.search).get("hop"));
        setTimeout(() => { location.href = hop < 4 ? `/hops?hop=${hop + 1}` : "/here" }, 80);</script>""",
}
WINDOWS = """<title>Windows</title><h1>Windows</h1><p>None of the windows that it opens matters.
    <a href="/window?link" target="_blank">A link</a><form action="/window" target="other"></form><script>
    for (let number = 0; number < 20; number++) open(`/window?${number}`);
    open("/window?alone", "_blank", "noopener");
    document.links[0].click();
    document.forms[0].submit();
    setTimeout(() => open("/window?late"), 100);
    </script>"""
PAGES = {**LEADING, "here": HERE, "windows": WINDOWS, "window": "<title>A window</title><p>A window."}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asked() -> list[str]:
    """The paths that were asked for."""
    return []


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host(asked: list[str]) -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.Response:
        asked.append(request.path_qs)
        return web.Response(text=PAGES[request.match_info["name"]], content_type="text/html")

    async with serving(web.route("*", "/{name}", page)) as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(host: str) -> AsyncIterator[Browser]:
    async with Browser(best(), AddressRule([host]), timeout_seconds=30) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures(browser: Browser, host: str) -> Mapping[str, Capture]:
    """What came of every page that leads elsewhere."""
    urls = [f"http://{host}/{name}" for name in LEADING]
    made = await captures_of(browser, urls, asking(ArtifactKind.TEXT, ArtifactKind.PDF))
    return {name: made[url] for name, url in zip(LEADING, urls, strict=True)}


@pytest.mark.parametrize("name", LEADING)
async def test_what_is_kept_is_the_page_that_it_leads_to_and_so_is_its_address(
    captures: Mapping[str, Capture], host: str, name: str
) -> None:
    capture = captures[name]
    assert (capture.verdict, capture.problems) == (Verdict.OK, ())
    assert (capture.url, capture.final_url) == (f"http://{host}/{name}", f"http://{host}/here")
    assert capture.title == "Here"
    for words in (text_of(capture), pdf_text(capture)):
        assert "This is the page that it leads to" in words


async def test_windows_that_a_page_opens_are_closed_before_they_ask_for_anything(
    browser: Browser, host: str, asked: list[str]
) -> None:
    capture = await browser.capture(f"http://{host}/windows", asking(ArtifactKind.TEXT))
    assert (capture.verdict, capture.title) == (Verdict.OK, "Windows")
    assert "None of the windows that it opens matters." in text_of(capture)
    assert browser._engine.running
    assert browser._engine.running.chromium.contexts == []
    assert [path for path in asked if path.startswith("/window?")] == []

"""The browser's own error page is never a capture, however it was come to; each reason has its own sentence."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.settings import Settings
from storage.models import ArtifactKind, Verdict

WORDS = "<h1>Here</h1><p>This is the page itself, with a sentence of its own.</p>"
GOES = "<title>Off</title><p>Wait.</p><script>{when}(() => {{ location.href = '{url}' }}{delay})</script>"
PAGES = {
    "by-script": GOES.format(when="(go => go())", url="/broken", delay=""),
    "after-loading": GOES.format(when="setTimeout", url="/broken", delay=", 60"),
    "by-refresh": "<meta http-equiv=refresh content='0;url=/broken'><p>Wait.</p>",
    "by-form": "<form action='/broken' method=post></form><script>document.forms[0].submit()</script>",
    "by-script-to-a-page": GOES.format(when="(go => go())", url="/here", delay=""),
    "in-a-frame": f"{WORDS}<iframe src='/broken' width=300 height=200></iframe>",
    "here": WORDS,
}


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGES[request.match_info["name"]], content_type="text/html")


async def _broken(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


async def _to(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["url"]})


@pytest.fixture
async def host() -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([web.route("*", "/broken", _broken), web.get("/to", _to), web.get("/{name}", _page)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def closed_host() -> str:
    """A port on which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"127.0.0.1:{port}"


@pytest.fixture
async def browser(host: str, closed_host: str) -> AsyncIterator[Browser]:
    settings = Settings(_env_file=None, capture_timeout_seconds=30)
    async with Browser.from_settings(settings, AddressRule([host, closed_host])) as browser:
        yield browser


@pytest.mark.parametrize(
    "path",
    ["broken", "to?url=/broken", "to?url=/to%3Furl=/broken", "by-script", "after-loading", "by-refresh", "by-form"],
)  # fmt: skip
async def test_a_page_that_ends_in_an_error_of_the_browser_leaves_nothing(
    browser: Browser, host: str, path: str
) -> None:
    capture = await browser.capture(f"http://{host}/{path}")
    assert (capture.verdict, capture.files) == (Verdict.UNREACHABLE, ())
    assert "broke off the connection" in (capture.error or "")


async def test_a_page_that_a_script_goes_to_is_kept(browser: Browser, host: str) -> None:
    capture = await browser.capture(f"http://{host}/by-script-to-a-page")
    assert (capture.verdict, capture.final_url) == (Verdict.OK, f"http://{host}/here")


async def test_an_error_in_a_frame_does_not_spoil_the_page_round_it(browser: Browser, host: str) -> None:
    capture = await browser.capture(f"http://{host}/in-a-frame")
    assert capture.verdict is Verdict.OK
    text = next(file.content for file in capture.files if file.kind is ArtifactKind.TEXT)
    assert b"This is the page itself" in text


async def test_a_closed_port_and_a_host_without_tls_have_sentences_of_their_own(
    browser: Browser, host: str, closed_host: str
) -> None:
    refused = await browser.capture(f"http://{closed_host}/")
    plain = await browser.capture(f"https://{host}/here")
    assert {refused.verdict, plain.verdict} == {Verdict.UNREACHABLE}
    assert refused.files == plain.files == ()
    assert "refused the connection" in (refused.error or "")
    assert "TLS" in (plain.error or "")

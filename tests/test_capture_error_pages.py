"""The browser's own error page is never a capture, however it was come to; each reason has its own sentence."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from tests.browsers import best
from tests.capturing import asking, captures_of, serving, text_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CERTIFICATE = Path(__file__).parent / "fakes" / "self-signed.pem"
WORDS = "<h1>Here</h1><p>This is the page itself, with a sentence of its own.</p>"
GOES = "<title>Off</title><p>Wait.</p><script>{when}(() => {{ location.href = '/broken' }}{delay})</script>"
PAGES = {
    "by-script": GOES.format(when="(go => go())", delay=""),
    "after-loading": GOES.format(when="setTimeout", delay=", 60"),
    "by-form": "<form action='/broken' method=post></form><script>document.forms[0].submit()</script>",
    "in-a-frame": f"{WORDS}<iframe src='/broken' width=300 height=200></iframe>",
}
BROKEN = [
    "/broken", "/to?url=/broken", "/to?url=/to%3Furl=/broken", "/by-script", "/after-loading", "/refresh?url=/broken",
    "/by-form",
]  # fmt: skip
# Where HOST, CLOSED and SECURE stand for hosts that are known only while they run.
REASONS = [
    ("http://CLOSED/", Verdict.UNREACHABLE, "refused the connection"),
    ("https://HOST/", Verdict.UNREACHABLE, "No safe connection to"),
    ("https://SECURE/", Verdict.UNREACHABLE, "its certificate is not valid"),
    ("http://HOST/circle", Verdict.UNREACHABLE, "redirects in a circle"),
    ("http://127.0.0.1:6666/", Verdict.REFUSED, "The port in the address at 127.0.0.1:6666"),
    ("http://HOST/to?url=http://127.0.0.1:6666/", Verdict.REFUSED, "The port in the address at 127.0.0.1:6666"),
    ("http://HOST/to?url=http://nowhere.tagshot-test.org/", Verdict.UNREACHABLE, "no host named nowhere."),
    ("http://HOST/to?url=https://nowhere.tagshot-test.org/", Verdict.UNREACHABLE, "no host named nowhere."),
    ("http://HOST/to?url=http://169.254.169.254/latest/", Verdict.REFUSED, "169.254.169.254 is in a private"),
    ("http://HOST/to?url=https://10.0.0.1/", Verdict.REFUSED, "10.0.0.1 is in a private"),
    ("http://HOST/to?url=http://printer.local/", Verdict.REFUSED, "printer.local is a name inside"),
    ("http://HOST/to?url=file:///etc/passwd", Verdict.REFUSED, "not a web page"),
    ("http://HOST/refresh?url=http://192.168.1.1/", Verdict.REFUSED, "192.168.1.1 is in a private"),
    ("http://HOST/refresh?url=https://192.168.1.1/", Verdict.REFUSED, "192.168.1.1 is in a private"),
]  # fmt: skip


async def _page(request: web.Request) -> web.Response:
    return web.Response(text=PAGES[request.match_info["name"]], content_type="text/html")


async def _broken(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.close()
    return web.Response()


async def _to(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": request.query["url"]})


async def _circle(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "/circle"})


async def _refresh(request: web.Request) -> web.Response:
    page = f"<meta http-equiv=refresh content='0;url={request.query['url']}'><title>Wait</title><p>Wait a moment."
    return web.Response(text=page, content_type="text/html")


ROUTES = [
    web.route("*", "/broken", _broken), web.get("/to", _to), web.get("/circle", _circle),
    web.get("/refresh", _refresh), web.get("/{name}", _page),
]  # fmt: skip


async def _closed_host() -> str:
    """A port on which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"127.0.0.1:{port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def secure_host() -> AsyncIterator[str]:
    """A host with TLS and a certificate that nobody but itself has signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    async with serving(*ROUTES, context=context) as host:
        yield host


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures(secure_host: str) -> AsyncIterator[Mapping[str, Capture]]:
    """What came of every address, by the address as it is written in this file."""
    closed_host = await _closed_host()
    async with serving(*ROUTES) as host:
        addresses = [f"http://HOST{path}" for path in (*BROKEN, "/in-a-frame")] + [url for url, *_ in REASONS]
        urls = [
            each.replace("HOST", host).replace("CLOSED", closed_host).replace("SECURE", secure_host)
            for each in addresses
        ]
        rule = AddressRule([host, closed_host, secure_host, "127.0.0.1:6666"])
        async with Browser(best(), rule, timeout_seconds=30) as browser:
            made = await captures_of(browser, urls, asking(ArtifactKind.SCREEN, ArtifactKind.TEXT))
        yield {address: made[url] for address, url in zip(addresses, urls, strict=True)}


@pytest.mark.parametrize("path", BROKEN)
async def test_a_page_that_ends_in_an_error_of_the_browser_leaves_nothing(
    captures: Mapping[str, Capture], path: str
) -> None:
    capture = captures[f"http://HOST{path}"]
    assert (capture.verdict, capture.files, capture.failed_step) == (Verdict.UNREACHABLE, (), "goto")
    assert "broke off the connection" in (capture.error or "")


@pytest.mark.parametrize(("address", "verdict", "words"), REASONS)
async def test_each_way_of_not_opening_is_said_and_leaves_nothing(
    captures: Mapping[str, Capture], address: str, verdict: Verdict, words: str
) -> None:
    capture = captures[address]
    assert (capture.verdict, capture.files, capture.failed_step) == (verdict, (), "goto")
    assert words in (capture.error or "")


async def test_an_error_in_a_frame_does_not_spoil_the_page_round_it(captures: Mapping[str, Capture]) -> None:
    capture = captures["http://HOST/in-a-frame"]
    assert capture.verdict is Verdict.OK
    assert "This is the page itself" in text_of(capture)


async def test_an_address_of_a_file_does_not_reach_the_browser() -> None:
    async with Browser(best(), AddressRule(), timeout_seconds=30) as browser:
        capture = await browser.capture("file:///etc/passwd")
        assert browser._engine.running is None
    assert (capture.verdict, capture.files) == (Verdict.REFUSED, ())
    assert "not file:" in (capture.error or "")

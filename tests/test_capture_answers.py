"""What a host answers in place of a page: a status, nothing at all, a wait. Walls of words are in ``test_walls``."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
import pytest_asyncio
from aiohttp import web

from bot.addresses import AddressRule
from bot.capture.arrival import retry_after
from bot.capture.browser import Browser
from bot.capture.result import Capture
from storage.kinds import ArtifactKind, Verdict
from storage.models import now
from tests.browsers import best
from tests.capturing import captures_of, kinds, serving

if TYPE_CHECKING:
    from playwright.async_api import Response

pytestmark = pytest.mark.asyncio(loop_scope="module")

EMPTY = (204, 205, 304)
YEAR_SECONDS = 365 * 24 * 3600
STATUSES = [
    (401, Verdict.LOGIN_REQUIRED, "after signing in"),
    (403, Verdict.BOT_WALL, "(403)"),
    (404, Verdict.NOT_FOUND, "has no page at this address (404)."),
    (410, Verdict.GONE, "gone for good"),
    (429, Verdict.BOT_WALL, "too often"),
    (500, Verdict.SERVER_ERROR, "(500)"),
    (503, Verdict.SERVER_ERROR, "(503)"),
]


async def _answer(request: web.Request) -> web.Response:
    status = int(request.match_info["status"])
    body = f"<title>Answer {status}</title><h1>The answer was {status}</h1>"
    headers = {"Retry-After": request.query["after"]} if request.query else {}
    return web.Response(text=body, content_type="text/html", status=status, headers=headers)


async def _bare(request: web.Request) -> web.Response:
    return web.Response(status=int(request.match_info["status"]), content_type="text/html")


async def _elsewhere(_: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "mailto:ada@example.org"})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def captures() -> AsyncIterator[Mapping[str, Capture]]:
    """By path, what came of every answer of the site."""
    waits = ["429?after=120", "503?after=soon", "404?after=60"]
    bare = [f"bare/{status}" for status in (200, *EMPTY, 404)]
    paths = [*(str(status) for status, *_ in STATUSES), *waits, *bare, "elsewhere"]
    routes = [
        web.get("/bare/{status}", _bare),
        web.get("/elsewhere", _elsewhere),
        web.get("/{status}", _answer),
    ]
    async with serving(*routes) as host, Browser(best(), AddressRule([host]), timeout_seconds=30) as browser:
        made = await captures_of(browser, [f"http://{host}/{path}" for path in paths])
        yield {path: made[f"http://{host}/{path}"] for path in paths}


@pytest.mark.parametrize(("status", "verdict", "words"), STATUSES)
async def test_an_answer_that_is_no_page_is_no_success_and_leaves_its_first_screen_as_evidence(
    captures: Mapping[str, Capture], status: int, verdict: Verdict, words: str
) -> None:
    capture = captures[str(status)]
    assert (capture.verdict, capture.http_status) == (verdict, status)
    assert words in (capture.error or "")
    assert kinds(capture) == {ArtifactKind.SCREEN}
    assert capture.failed_step is None, "it was judged, and nothing broke"


async def test_a_page_without_a_body_is_blank(captures: Mapping[str, Capture]) -> None:
    assert captures["bare/200"].verdict is Verdict.BLANK
    assert "empty page" in (captures["bare/200"].error or "")
    assert captures["bare/404"].verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize("status", EMPTY)
async def test_an_answer_that_there_is_no_content_is_said_to_be_empty_and_leaves_nothing(
    captures: Mapping[str, Capture], status: int
) -> None:
    capture = captures[f"bare/{status}"]
    assert (capture.verdict, capture.files) == (Verdict.BLANK, ())
    assert "an empty answer" in (capture.error or "")


async def test_an_answer_that_leads_out_of_the_web_is_no_empty_one(captures: Mapping[str, Capture]) -> None:
    capture = captures["elsewhere"]
    assert (capture.verdict, capture.files) == (Verdict.REFUSED, ())
    assert "127.0.0.1" in (capture.error or "")
    assert "not a web page" in (capture.error or "")


@pytest.mark.parametrize(
    ("path", "seconds"), [("429?after=120", 120), ("503?after=soon", None), ("404?after=60", 60), ("503", None)]
)  # fmt: skip
async def test_the_wait_that_a_host_asks_for_is_in_the_capture(
    captures: Mapping[str, Capture], path: str, seconds: float | None
) -> None:
    assert captures[path].retry_after_seconds == seconds


def wait_of(header: str) -> float | None:
    return retry_after(cast("Response", SimpleNamespace(headers={"retry-after": header})))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 120 ", 120),
        ("9" * 20, YEAR_SECONDS),
        ("9" * 400, YEAR_SECONDS),
        ("Fri, 31 Dec 9999 23:59:59 GMT", YEAR_SECONDS),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        *((junk, None) for junk in ("", "soon", "-5", "1.5", "²", "12²", "Fri, 99 Dec 2026", ", ,")),
        ("Fri, 31 Dec 2060 23:59:59 -0000", None),
        (f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT", None),
    ],
)
async def test_a_wait_is_a_number_of_seconds_or_a_date_and_everything_else_is_no_wait(
    header: str, seconds: float | None
) -> None:
    assert wait_of(header) == seconds


async def test_a_date_is_as_far_away_as_it_is() -> None:
    seconds = wait_of(format_datetime(now() + timedelta(minutes=10), usegmt=True))
    assert seconds is not None
    assert 590 < seconds <= 600


async def test_where_there_is_no_answer_there_is_no_wait() -> None:
    assert retry_after(None) is None

"""Getting to a page: it answers, it turns out to be a download, it is late, or there is a reason why not."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import ada_url
from playwright.async_api import Download, Page, Response
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bot.addresses import canonical_host
from bot.capture import failures
from bot.capture.egress.passage import Passage, Trouble
from bot.capture.gate import Gate
from bot.capture.seen import host_of
from bot.capture.traffic import Traffic
from bot.capture.verdict import Judgement
from storage.models import now

# How the proxy answers in place of a host.
_OWN_ANSWERS = frozenset({403, 429, 502})
_ERROR_PAGE = "chrome-error:"
_OF_THE_WEB = ("http:", "https:")
_YEAR_SECONDS = 365 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page that has answered. ``is_late``: it had not finished loading when the time for that was up."""

    response: Response | None = None
    download: Download | None = None
    is_late: bool = False


async def arrive(
    page: Page, traffic: Traffic, gate: Gate, passage: Passage, url: str, *, within_seconds: float
) -> Arrival | Judgement:
    """Open ``url``, or say why it can't be opened. Raises ``BrowserGone``."""
    try:
        response = await page.goto(url, wait_until="domcontentloaded", timeout=within_seconds * 1000)
    except PlaywrightTimeout:
        if traffic.response is None:
            return failures.no_answer(host_of(url), within_seconds)
        return Arrival(traffic.response, is_late=True)
    except PlaywrightError as error:
        return await _explain(error, traffic, gate, passage, url)
    return stopped(traffic, passage) or Arrival(response)


def retry_after(response: Response | None) -> float | None:
    """How many seconds a host asks to be left alone for, in the header ``Retry-After``; at most a year."""
    value = (response.headers.get("retry-after") or "").strip() if response else ""
    if value.isascii() and value.isdigit():
        return min(float(value), _YEAR_SECONDS)
    try:
        seconds = (parsedate_to_datetime(value) - now()).total_seconds()
    except (ValueError, TypeError, OverflowError):  # no date, or one without a time zone
        return None
    return min(max(seconds, 0.0), _YEAR_SECONDS)


async def _explain(
    error: PlaywrightError, traffic: Traffic, gate: Gate, passage: Passage, url: str
) -> Arrival | Judgement:
    """What it was that kept the page from coming. Raises ``BrowserGone``.

    A page can have its own navigation broken off by an empty answer, a download or an address that is not of the
    web. Without any of them a process was ended: that of the empty page before, or the one made for this page.
    """
    message = str(error)
    if failures.is_gone(error):
        raise failures.BrowserGone(failures.gist(error)) from error
    if "Download is starting" in message:
        return Arrival(traffic.response, await traffic.download)
    asked = traffic.navigation.url if traffic.navigation else url
    if trouble := _trouble_at(asked, passage):
        return failures.by_trouble(trouble)
    if failures.is_broken_off(error) and not asked.startswith(_OF_THE_WEB):
        return failures.no_page_of_the_web(host_of(url))
    if failures.is_broken_off(error) and not gate.was_empty:
        raise failures.BrowserGone("A navigation was broken off") from error
    return failures.by_error(message, host_of(asked))


def stopped(traffic: Traffic, passage: Passage, shown_url: str = "") -> Judgement | None:
    """Why the page that is shown is no page of the web, if so: the proxy's answer or Chromium's own error page."""
    navigation, response = traffic.navigation, traffic.response
    if shown_url.startswith(_ERROR_PAGE) and navigation:
        trouble = _trouble_at(navigation.url, passage)
        message = f"net::{(navigation.failure or '').removeprefix('net::')}"
        return (
            failures.by_trouble(trouble) if trouble else failures.by_error(message, host_of(navigation.url))
        )
    if response is None or response.status not in _OWN_ANSWERS:
        return None
    trouble = _trouble_at(response.url, passage)
    return failures.by_trouble(trouble) if trouble else None


def _trouble_at(url: str, passage: Passage) -> Trouble | None:
    """What the proxy noted about the host of an address."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return None
    port = int(parsed.port or (443 if parsed.protocol == "https:" else 80))
    return passage.troubles.get((canonical_host(parsed.hostname), port))

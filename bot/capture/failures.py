"""Sentences for pages that could not be opened at all, from what Chromium and the proxy say. No browser in here."""

import re

from bot.capture.chance import Chance
from bot.capture.egress.passage import Obstacle, Trouble
from bot.capture.verdict import Judgement
from storage.kinds import Verdict

_GONE = re.compile(
    r"Target crashed|Page crashed|Target (page, context or browser has been )?closed|has been closed|Connection closed",
    re.IGNORECASE,
)
_BROKEN_OFF = "net::ERR_ABORTED"
_CODE = re.compile(r"net::(ERR_[A-Z0-9_]+)")

# What Chromium says, from the special to the general: the beginning of its code, a verdict and the sentence.
_BY_CODE: tuple[tuple[str, Verdict, str], ...] = (
    ("ERR_NAME_", Verdict.UNREACHABLE, "There is no host named {host}."),
    ("ERR_CERT_", Verdict.UNREACHABLE, "{host} can't prove who it is: its certificate is not valid."),
    ("ERR_SSL_", Verdict.UNREACHABLE, "No safe connection to {host} could be made (TLS)."),
    ("ERR_BAD_SSL_", Verdict.UNREACHABLE, "No safe connection to {host} could be made (TLS)."),
    ("ERR_TOO_MANY_REDIRECTS", Verdict.UNREACHABLE, "{host} redirects in a circle."),
    ("ERR_EMPTY_RESPONSE", Verdict.UNREACHABLE, "{host} closed the connection without an answer."),
    ("ERR_CONNECTION_REFUSED", Verdict.UNREACHABLE, "{host} refused the connection."),
    ("ERR_CONNECTION_TIMED_OUT", Verdict.UNREACHABLE, "{host} did not answer."),
    ("ERR_TIMED_OUT", Verdict.UNREACHABLE, "{host} did not answer."),
    ("ERR_CONNECTION_", Verdict.UNREACHABLE, "{host} broke off the connection."),
    ("ERR_ABORTED", Verdict.BLANK, "{host} sent an empty answer."),
    ("ERR_UNSAFE_PORT", Verdict.REFUSED, "The port in the address at {host} is not one for web pages."),
    ("ERR_UNSAFE_REDIRECT", Verdict.REFUSED, "{host} leads to something that is not a web page."),
    ("ERR_UNKNOWN_URL_SCHEME", Verdict.REFUSED, "{host} leads to something that is not a web page."),
    ("ERR_DISALLOWED_URL_SCHEME", Verdict.REFUSED, "{host} leads to something that is not a web page."),
    ("ERR_ACCESS_DENIED", Verdict.REFUSED, "{host} leads to something that is not a web page."),
    ("ERR_BLOCKED_BY_", Verdict.REFUSED, "{host} does not let this page be opened by itself."),
)

# Where another try brings less than usual: a certificate stays as it is, a redirect turns in its circle.
_CHANCES: tuple[tuple[str, Chance], ...] = (
    ("ERR_NAME_", Chance.SLIM),
    ("ERR_CERT_", Chance.NONE),
    ("ERR_SSL_", Chance.SLIM),
    ("ERR_BAD_SSL_", Chance.NONE),
    ("ERR_TOO_MANY_REDIRECTS", Chance.NONE),
)


class BrowserGone(Exception):  # noqa: N818 - it says where the browser is
    """The page's process or the whole browser ended in the middle. Stays inside this room: it is tried once more."""


def is_gone(error: Exception) -> bool:
    """Whether an error of Playwright means that the page's process or the browser has ended."""
    return _GONE.search(str(error)) is not None


def raise_if_gone(error: Exception) -> None:
    """Raise ``BrowserGone`` if an error of Playwright means it."""
    if is_gone(error):
        raise BrowserGone(gist(error)) from error


def is_broken_off(error: Exception) -> bool:
    """Whether Chromium says of a navigation only that it was broken off, by whatever it was."""
    return _BROKEN_OFF in str(error)


def gist(error: Exception) -> str:
    """What an error of Playwright says, without its call log, which holds whole addresses."""
    return next(iter(str(error).splitlines()), "").partition(" at http")[0]


def by_error(message: str, host: str) -> Judgement:
    """Explain a navigation that Chromium gave up."""
    match = _CODE.search(message)
    code = match[1] if match else ""
    for beginning, verdict, sentence in _BY_CODE:
        if code.startswith(beginning):
            chance = next((chance for start, chance in _CHANCES if code.startswith(start)), None)
            return Judgement(verdict, sentence.format(host=host), chance)
    detail = f" ({code})" if code else ""
    return Judgement(Verdict.UNREACHABLE, f"{host} could not be opened{detail}.")


def no_page_of_the_web(host: str) -> Judgement:
    """Explain a redirect to an address that only another program can open."""
    return by_error("net::ERR_UNKNOWN_URL_SCHEME", host)


def by_trouble(trouble: Trouble) -> Judgement:
    """Explain a navigation that the proxy stopped."""
    verdict = {Obstacle.RULE: Verdict.REFUSED, Obstacle.LIMIT: Verdict.TOO_LARGE}
    chance = Chance.SLIM if trouble.obstacle is Obstacle.NAME else None
    return Judgement(verdict.get(trouble.obstacle, Verdict.UNREACHABLE), trouble.sentence, chance)


def no_answer(host: str, seconds: float) -> Judgement:
    """Explain a page that never began to answer."""
    return Judgement(Verdict.UNREACHABLE, f"{host} did not answer within {seconds:.0f} seconds.")


def never_done(host: str) -> Judgement:
    """Explain a page whose scripts leave no time for anything else."""
    return Judgement(
        Verdict.UNREACHABLE,
        f"The page at {host} kept the browser so busy that nothing could be kept of it.",
        Chance.SLIM,
    )


def crashed(host: str) -> Judgement:
    """Explain a page that ended the browser each time."""
    return Judgement(
        Verdict.UNREACHABLE, f"The browser broke down over the page at {host}, twice.", Chance.ALONE
    )

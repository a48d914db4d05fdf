"""What pages turn out to be, and sentences for what could not be opened."""

import pytest

from bot.capture import failures
from bot.capture.egress.passage import Obstacle, Trouble
from bot.capture.seen import Seen
from bot.capture.verdict import judge
from storage.kinds import Verdict

ARTICLE = (
    "Captchas and login pages are a nuisance, and this article explains at length how they came to be. " * 20
)


def seen(
    url: str = "https://example.org/a", *, asked_url: str = "https://example.org/a", **what: object
) -> Seen:
    return Seen(asked_url=asked_url, url=url, **{"status": 200, "text": "Some words.", **what})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "verdict"),
    [
        (seen(title="Just a moment...", status=403, text="Checking your browser before accessing"), Verdict.BOT_WALL),
        (seen(title="Just a moment...", status=503), Verdict.BOT_WALL),
        (seen(title="Attention Required! | Cloudflare", status=403), Verdict.BOT_WALL),
        (seen("https://www.google.com/sorry/index?continue=x", status=429), Verdict.BOT_WALL),
        (seen("https://www.google.com/sorry/index?continue=x"), Verdict.BOT_WALL),
        (seen("https://wappass.baidu.com/static/captcha/", title="百度安全验证"), Verdict.BOT_WALL),
        (seen(text="环境异常 当前环境异常，完成验证后即可继续访问。 去验证"), Verdict.BOT_WALL),
        (seen(text="Our systems have detected unusual traffic from your computer network."), Verdict.BOT_WALL),
        (seen(status=404), Verdict.NOT_FOUND),
        (seen(status=400), Verdict.NOT_FOUND),
        (seen(status=410), Verdict.GONE),
        (seen(status=451), Verdict.GONE),
        (seen(status=401), Verdict.LOGIN_REQUIRED),
        (seen(status=402), Verdict.PAYWALL),
        (seen(status=403), Verdict.BOT_WALL),
        (seen(status=403, has_password_field=True), Verdict.LOGIN_REQUIRED),
        (seen(status=429), Verdict.BOT_WALL),
        (seen(status=500), Verdict.SERVER_ERROR),
        (seen(status=503), Verdict.SERVER_ERROR),
        (seen(title="404 - Page not found"), Verdict.NOT_FOUND),
        (seen(title="抱歉，页面不存在"), Verdict.NOT_FOUND),
        (seen("https://accounts.example.org/signin", has_password_field=True), Verdict.LOGIN_REQUIRED),
        (seen(text="You need to enable JavaScript to run this app."), Verdict.BLANK),
        (seen(text=" \n "), Verdict.BLANK),
    ],
)  # fmt: skip
def test_a_page_that_is_not_the_page_is_told_with_a_sentence(page: Seen, verdict: Verdict) -> None:
    judgement = judge(page)
    assert judgement.verdict is verdict
    assert page.host in (judgement.sentence or "")
    assert (judgement.sentence or "").endswith(".")


@pytest.mark.parametrize(
    "page",
    [
        seen(),
        seen(title="404 - Page not found, a short history", text=ARTICLE),
        seen(title="How captchas work", text=f"Are you a robot? {ARTICLE}"),
        seen(title="微信环境异常怎么办", text="环境异常是很多人都遇到过的问题，这篇文章说明它的原因。" * 40),
        seen("https://example.org/login", asked_url="https://example.org/login", has_password_field=True),
        seen(title="Turn on JavaScript", text=f"How to enable JavaScript in every browser. {ARTICLE}"),
        seen(text="", has_picture=True),
        seen(status=None),
        seen(status=304),
    ],
)
def test_an_honest_page_is_kept(page: Seen) -> None:
    assert judge(page).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("code", "verdict", "words"),
    [
        ("ERR_NAME_NOT_RESOLVED", Verdict.UNREACHABLE, "There is no host named"),
        ("ERR_CONNECTION_REFUSED", Verdict.UNREACHABLE, "refused the connection"),
        ("ERR_CONNECTION_RESET", Verdict.UNREACHABLE, "broke off the connection"),
        ("ERR_CERT_AUTHORITY_INVALID", Verdict.UNREACHABLE, "certificate"),
        ("ERR_SSL_PROTOCOL_ERROR", Verdict.UNREACHABLE, "TLS"),
        ("ERR_TOO_MANY_REDIRECTS", Verdict.UNREACHABLE, "in a circle"),
        ("ERR_TIMED_OUT", Verdict.UNREACHABLE, "did not answer"),
        ("ERR_EMPTY_RESPONSE", Verdict.UNREACHABLE, "without an answer"),
        ("ERR_ABORTED", Verdict.BLANK, "an empty answer"),
        ("ERR_UNSAFE_PORT", Verdict.REFUSED, "port"),
        ("ERR_SOMETHING_NEW", Verdict.UNREACHABLE, "ERR_SOMETHING_NEW"),
    ],
)
def test_each_way_of_not_opening_has_its_own_sentence(code: str, verdict: Verdict, words: str) -> None:
    judgement = failures.by_error(f"Page.goto: net::{code} at https://example.org/", "example.org")
    assert judgement.verdict is verdict
    assert words in (judgement.sentence or "")
    assert "net::" not in (judgement.sentence or "")


@pytest.mark.parametrize(
    ("obstacle", "verdict"),
    [
        (Obstacle.RULE, Verdict.REFUSED),
        (Obstacle.LIMIT, Verdict.TOO_LARGE),
        (Obstacle.NAME, Verdict.UNREACHABLE),
        (Obstacle.TIMEOUT, Verdict.UNREACHABLE),
    ],
)
def test_what_the_proxy_stopped_is_said_in_its_words(obstacle: Obstacle, verdict: Verdict) -> None:
    judgement = failures.by_trouble(Trouble(obstacle, "It did not work."))
    assert (judgement.verdict, judgement.sentence) == (verdict, "It did not work.")

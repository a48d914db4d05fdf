"""When a page is tried again, and when not."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.capture import failures
from bot.capture.chance import Chance
from bot.capture.result import Capture
from bot.capture.seen import Seen
from bot.capture.verdict import Judgement, judge
from bot.work.retries import LONGEST_PATIENCE, WAITS_MINUTES, next_try
from storage.kinds import Verdict
from storage.queue import LONGEST_WAIT
from tests.storing import MAX_ATTEMPTS

AT = datetime(2024, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
URL = "https://example.org/a"


def tries(judgement: Judgement) -> int:
    """How often a page is tried that is judged so each time."""
    capture = Capture(URL, judgement.verdict, chance=judgement.chance)
    return next(attempt for attempt in range(1, 10) if next_try(capture, attempt, AT) is None)


def answered(status: int) -> Judgement:
    return judge(Seen(URL, URL, status, text="Some words."))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 522, 408])
def test_a_server_in_trouble_is_tried_until_it_may_be_well(status: int) -> None:
    assert tries(answered(status)) == MAX_ATTEMPTS


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 410, 418, 451, 501, 505])
def test_an_answer_that_will_stay_the_same_is_taken_at_once(status: int) -> None:
    assert tries(answered(status)) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ERR_CONNECTION_REFUSED", 5),
        ("ERR_CONNECTION_RESET", 5),
        ("ERR_TIMED_OUT", 5),
        ("ERR_EMPTY_RESPONSE", 5),
        ("ERR_NAME_NOT_RESOLVED", 3),
        ("ERR_SSL_PROTOCOL_ERROR", 3),
        ("ERR_CERT_COMMON_NAME_INVALID", 1),
        ("ERR_CERT_DATE_INVALID", 1),
        ("ERR_TOO_MANY_REDIRECTS", 1),
        ("ERR_UNSAFE_PORT", 1),
        ("ERR_ABORTED", 1),
    ],
)
def test_trouble_on_the_way_is_tried_again_as_far_as_it_passes(code: str, expected: int) -> None:
    assert tries(failures.by_error(f"net::{code}", "example.org")) == expected


@pytest.mark.parametrize(
    "verdict",
    [
        each
        for each in Verdict
        if not each.is_done and each not in {Verdict.SERVER_ERROR, Verdict.UNREACHABLE}
    ],
)
def test_what_a_page_is_does_not_change_by_asking(verdict: Verdict) -> None:
    assert tries(Judgement(verdict)) == 1


def test_a_host_that_is_asked_too_often_is_left_alone_for_a_while() -> None:
    assert answered(429).chance is Chance.ASKED_TO_WAIT
    assert tries(answered(429)) == 3
    after = next_try(Capture(URL, Verdict.BOT_WALL, chance=Chance.ASKED_TO_WAIT), 1, AT)
    assert after is not None
    assert after >= AT + 12 * MINUTE


@pytest.mark.parametrize("chance", [Chance.ASKED_TO_WAIT, Chance.FAIR])
def test_a_host_is_waited_for_as_long_as_it_asks_but_not_for_days(chance: Chance) -> None:
    def after(wait: timedelta) -> datetime | None:
        asked = wait.total_seconds()
        return next_try(Capture(URL, Verdict.SERVER_ERROR, chance=chance, retry_after_seconds=asked), 1, AT)

    assert after(40 * MINUTE) == AT + 40 * MINUTE
    assert after(LONGEST_PATIENCE) == AT + LONGEST_PATIENCE
    assert after(timedelta(days=2)) is None


def test_an_answer_to_come_back_at_once_still_waits() -> None:
    after = next_try(Capture(URL, Verdict.SERVER_ERROR, retry_after_seconds=-5), 1, AT)
    assert after is not None
    assert after >= AT + 0.8 * MINUTE


@pytest.mark.parametrize(("attempt", "minutes"), [(1, 1), (2, 4), (3, 16), (4, 64)])
def test_tries_come_later_and_later_and_never_all_at_once(attempt: int, minutes: int) -> None:
    capture = Capture(URL, Verdict.SERVER_ERROR)
    waits = [(after - AT) / MINUTE for _ in range(500) if (after := next_try(capture, attempt, AT))]
    assert len(waits) == 500
    assert minutes * 0.8 <= min(waits) < minutes * 0.84
    assert minutes * 1.16 < max(waits) <= minutes * 1.2


def test_every_chance_has_its_waits_and_none_is_longer_than_the_queue_believes() -> None:
    assert WAITS_MINUTES.keys() == set(Chance)
    for waits in WAITS_MINUTES.values():
        assert len(waits) < MAX_ATTEMPTS
        assert all(wait * MINUTE <= LONGEST_WAIT / 1.2 for wait in waits)

"""A draft is finished as a capture whatever became of it, and its steps are timed also where they fail."""

from time import sleep

import pytest

from bot.capture.chance import Chance
from bot.capture.draft import Draft
from bot.capture.result import Capture, CapturedFile
from bot.capture.timings import Timings
from bot.capture.verdict import Judgement
from storage.kinds import ArtifactKind, Verdict

URL = "https://example.org/page"
SCREEN = CapturedFile(ArtifactKind.SCREEN, "image/jpeg", b"screen")
PDF = CapturedFile(ArtifactKind.PDF, "application/pdf", b"pdf")
NEVER = Judgement(Verdict.UNREACHABLE, "It was never done.", Chance.SLIM)
WALL = Judgement(Verdict.BOT_WALL, "It asks whether you are a robot.", Chance.NONE)


def finished(
    judgement: Judgement | None, *files: CapturedFile, problems: tuple[str, ...] = (), step: str | None = None
) -> Capture:
    draft = Draft(URL, Timings(), judgement=judgement, failed_step=step, retry_after_seconds=30.0)
    draft.files += files
    draft.problems += problems
    return draft.finish(NEVER)


@pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.FILE])
def test_what_is_whole_keeps_its_verdict_and_has_nothing_of_a_failure(verdict: Verdict) -> None:
    capture = finished(Judgement(verdict, "Not to be told."), PDF, SCREEN, step="goto")
    assert capture.verdict is verdict
    assert (capture.error, capture.failed_step, capture.chance, capture.retry_after_seconds) == (None,) * 4


def test_files_are_in_the_order_of_their_kinds_and_those_of_a_kind_in_their_own() -> None:
    parts = [CapturedFile(ArtifactKind.SLICES, "image/jpeg", content) for content in (b"top", b"end")]
    capture = finished(Judgement(Verdict.OK), PDF, *parts, SCREEN)
    assert [file.content for file in capture.files] == [b"screen", b"top", b"end", b"pdf"]


@pytest.mark.parametrize("verdict", [Verdict.OK, Verdict.FILE])
def test_what_has_a_problem_is_partial(verdict: Verdict) -> None:
    capture = finished(Judgement(verdict), SCREEN, problems=("No pdf: it was late.",))
    assert (capture.verdict, capture.error) == (Verdict.PARTIAL, None)
    assert capture.problems == ("No pdf: it was late.",)


def test_what_has_problems_and_no_file_is_nothing() -> None:
    capture = finished(Judgement(Verdict.OK), problems=("No pdf: it was late.",))
    assert (capture.verdict, capture.error, capture.chance) == (NEVER.verdict, NEVER.sentence, NEVER.chance)


def test_a_page_that_is_not_kept_stays_what_it_is_whatever_failed_besides() -> None:
    capture = finished(WALL, SCREEN, problems=("No pdf: it was late.",))
    assert (capture.verdict, capture.error, capture.chance) == (WALL.verdict, WALL.sentence, WALL.chance)
    assert (capture.failed_step, capture.retry_after_seconds) == (None, 30.0)


def test_what_was_never_judged_names_the_step_in_which_it_ended() -> None:
    draft = Draft(URL, Timings())
    with pytest.raises(TimeoutError), draft.timings.step("scroll"):
        raise TimeoutError
    capture = draft.finish(NEVER)
    assert (capture.verdict, capture.error, capture.failed_step) == (NEVER.verdict, NEVER.sentence, "scroll")


def test_a_step_that_is_made_twice_counts_twice_and_the_total_is_not_less() -> None:
    timings = Timings()
    for _ in range(2):
        with timings.step("quiet"):
            sleep(0.01)
    with timings.step("look"):
        pass
    so_far = timings.so_far()
    assert set(so_far) == {"quiet", "look", "total"}
    assert so_far["total"] >= so_far["quiet"] >= 20 > so_far["look"] >= 0
    assert timings.broken_off is None


def test_the_step_that_broke_off_last_is_known() -> None:
    timings = Timings()
    for name in ("goto", "scroll"):
        with pytest.raises(KeyboardInterrupt), timings.step(name):
            raise KeyboardInterrupt
    assert timings.broken_off == "scroll"
    assert {"goto", "scroll"} <= timings.so_far().keys()


@pytest.mark.parametrize("judgement", [None, Judgement(Verdict.OK)])
def test_what_ran_out_of_time_between_two_steps_names_the_last_one(judgement: Judgement | None) -> None:
    draft = Draft(URL, Timings(), judgement=judgement, problems=["The page left no time for the rest."])
    for step in ("goto", "ready", "close"):
        with draft.timings.step(step):
            pass
    capture = draft.finish(NEVER)
    assert (capture.verdict, capture.failed_step) == (Verdict.UNREACHABLE, "ready")

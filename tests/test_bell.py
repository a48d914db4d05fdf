"""The bell between tasks, and steps that are not cut off."""

import asyncio
from collections.abc import Awaitable

import pytest

from bot.work import last_words as endings
from bot.work.bell import Bell, heard
from bot.work.last_words import last_words, to_its_end

SOON = 5


async def soon(awaitable: Awaitable[None]) -> None:
    async with asyncio.timeout(SOON):
        await awaitable


async def test_a_ring_between_listening_and_waiting_is_heard() -> None:
    bell = Bell()
    rung = bell.listen()
    bell.ring()
    await soon(heard(rung, within_seconds=1000))


async def test_a_ring_wakes_everybody_who_listens_and_nobody_later() -> None:
    bell = Bell()
    early = [bell.listen(), bell.listen()]
    bell.ring()
    late = bell.listen()
    for rung in early:
        await soon(heard(rung, within_seconds=1000))
    assert not late.is_set()


async def test_without_a_ring_the_wait_ends_by_itself() -> None:
    await soon(heard(Bell().listen(), within_seconds=0.01))


async def test_a_step_is_taken_to_its_end_before_its_task_is_cancelled() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    ended = []

    async def step() -> None:
        begun.set()
        await may_end.wait()
        ended.append("ended")

    task = asyncio.create_task(to_its_end(step()))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["ended"]


async def test_a_step_that_fails_after_the_cancel_is_logged_and_its_task_is_cancelled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def step() -> None:
        begun.set()
        await may_end.wait()
        raise ValueError("no room")

    task = asyncio.create_task(to_its_end(step()))
    await begun.wait()
    task.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "no room" in caplog.text


async def test_a_step_that_fails_raises() -> None:
    async def step() -> None:
        raise ValueError("no room")

    with pytest.raises(ValueError, match="no room"):
        await to_its_end(step())


async def test_tasks_may_say_their_last_words_but_not_talk_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endings, "LAST_WORDS_SECONDS", 0.05)
    said = []

    async def brief() -> None:
        await asyncio.sleep(0)
        said.append("done")

    tasks = [asyncio.create_task(brief()), asyncio.create_task(asyncio.Event().wait())]
    await soon(last_words(tasks))  # type: ignore[arg-type]
    assert said == ["done"]
    assert tasks[1].cancelled()
    await last_words([])

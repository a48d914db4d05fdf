"""A part that dies takes the process down, with a clear line in the log and a sentence; nothing limps on."""

import asyncio
import gc
import logging
import sys
from pathlib import Path

import pytest

from bot import app, cli
from bot.app import run_bot
from bot.cli import shell
from bot.errors import PartDied, SettingsError
from bot.settings import Settings
from bot.telegram.poller import Poller
from bot.work.announcer import Announcer
from bot.work.vital import vital
from bot.work.worker import Worker
from storage.inbox import Inbox
from tests.fakes.telegram.double import BotApiDouble


async def _stumble(*_: object) -> None:
    await asyncio.sleep(0)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("cls", "method", "part"),
    [
        (Worker, "_work_if_due", "worker"),
        (Announcer, "_due", "announcer"),
        (Poller, "_poll_once", "receiver"),
        (Inbox, "next", "receiver"),
    ],
)
async def test_a_part_that_dies_ends_the_whole_bot(
    cls: type,
    method: str,
    part: str,
    settings: Settings,
    telegram: BotApiDouble,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(cls, method, _stumble)
    telegram.user(4711).say("hello")
    task = asyncio.create_task(run_bot(settings.model_copy(update={"capture_workers": 1})))
    await asyncio.wait([task], timeout=20)
    with pytest.RaisesGroup(pytest.RaisesExc(PartDied, match=part), flatten_subgroups=True):
        task.result()
    lines = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert {line.getMessage() for line in lines} == {f"the {part} died of a mistake, so the bot ends"}
    assert all(line.exc_info for line in lines)


async def test_the_command_says_so_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    frozen: list[bool] = []

    async def died(_: Settings) -> None:
        assert frozen, "what is loaded would be looked through for garbage"
        raise ExceptionGroup("parts", [PartDied("Tagshot has ended, because its worker died.")])

    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "bot.cli.running", raising=False)
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(True))
    monkeypatch.setattr(app, "run_bot", died)
    monkeypatch.setattr(app, "until_stopped", lambda work: work)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "110201543:a")
    monkeypatch.setattr(sys, "argv", ["tagshot", "run"])
    monkeypatch.setattr(shell, "set_up_logging", lambda level, *, as_json: None)
    with pytest.raises(SystemExit) as ended:
        await asyncio.to_thread(cli.main)
    assert ended.value.code == 1
    assert capsys.readouterr().err == "Tagshot has ended, because its worker died.\n"


async def test_a_part_that_ends_by_itself_has_died_too(caplog: pytest.LogCaptureFixture) -> None:
    async def end() -> None:
        await asyncio.sleep(0)

    with pytest.raises(PartDied, match="its announcer died"):
        await vital("announcer", end())
    assert "the announcer ended by itself" in caplog.text


async def test_what_has_a_sentence_already_is_not_a_mistake(caplog: pytest.LogCaptureFixture) -> None:
    async def wrong_token() -> None:
        raise ExceptionGroup("parts", [ExceptionGroup("part", [SettingsError("Wrong token.")])])

    with pytest.RaisesGroup(pytest.RaisesExc(SettingsError), flatten_subgroups=True):
        await vital("receiver", wrong_token())
    assert not caplog.records

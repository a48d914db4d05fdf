"""Starts bots quickly: one process that has everything imported forks each of them. Run as a program.

Each is a real process with connections of its own that runs ``tagshot run``; only what Python has imported is
inherited. Commands come on standard input, what happens is told on standard output, each as a line of JSON.
Whatever a bot leaves behind becomes a child of this process, and is told.
"""

import asyncio
import ctypes
import functools
import gc
import json
import os
import random
import secrets
import select
import signal
import sys
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

import bot.app
import bot.cli.running
import storage.lost
from bot.capture.browser import Browser
from tests.chaos import simulated
from tests.chaos.points import named, set_trap
from tests.chaos.shared import Shared
from tests.chaos.stub import StubBrowser, either_browser

_PR_SET_CHILD_SUBREAPER = 36
ENDING_SECONDS = 10
# Unbuffered, so that select knows of every line.
_stdin = os.fdopen(0, "rb", buffering=0, closefd=False)


def main() -> None:
    """Do what is asked until standard input ends."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _inherit_more()
    shared = Shared(Path(sys.argv[1]))
    while line := _stdin.readline():
        command = json.loads(line)
        if command["capture"] is None:
            _practise(command)
            continue
        assert threading.active_count() == 1, threading.enumerate()
        pid = os.fork()
        if pid == 0:
            _live(command, shared)
        _tell(event="started", pid=pid)
        _watch(pid)


def _inherit_more() -> None:
    """Certificates are read, and statements compiled, once for all bots: each would spend half of its start on it."""
    patch("httpx._transports.default.create_ssl_context", functools.cache(httpx.create_ssl_context)).start()
    compiled: LRUCache[Any, Any] = LRUCache(1000)

    def with_statements(*arguments: Any, **named: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **named)
        engine.sync_engine._compiled_cache = compiled
        return engine

    patch("storage.database.create_async_engine", with_statements).start()
    if find_spec("sniffio") is None:  # which is looked for again, everywhere, at each call of Telegram
        patch.dict(sys.modules, sniffio=None).start()
    dialect: Any = SQLiteDialect_aiosqlite
    dialect.__hash__, dialect.__eq__ = (lambda _: 1), (lambda _, other: isinstance(other, dialect))


def _practise(command: dict[str, Any]) -> None:
    """Live once without being forked, until the next command, so that what is loaded late is inherited too."""
    run_bot = bot.app.run_bot
    with (
        patch.dict(os.environ, command["environment"], LOG_LEVEL="ERROR"),
        patch("bot.app.Browser", StubBrowser),
        patch("bot.app.run_bot", lambda settings: _until_told(run_bot(settings))),
    ):
        status = _run()
    assert status == 0, status
    _tell(event="practised")
    gc.collect()
    gc.freeze()


def _run() -> int:
    """``tagshot run``, and its exit status."""
    sys.argv = ["tagshot", "run"]
    try:
        bot.cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.ensure_future(work)
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(_stdin, told.set)
    await asyncio.wait([task, asyncio.ensure_future(told.wait())], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        task.result()
    loop.remove_reader(_stdin)
    _stdin.readline()
    task.cancel()
    await asyncio.wait([task])


def _watch(pid: int) -> None:
    """Until the bot has ended and all that it has started; it is killed when nobody is there to give commands."""
    end = os.pidfd_open(pid)
    if end not in select.select([end, _stdin.fileno()], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    os.close(end)
    _, status = os.waitpid(pid, 0)
    _tell(event="ended", status=os.waitstatus_to_exitcode(status), left=_left())


def _left() -> list[str]:
    """What has not ended by itself within the time that it has for that; it is ended then."""
    deadline = time.monotonic() + ENDING_SECONDS
    while True:
        try:
            child, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return []
        if child == 0:
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
    pids = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    left = [Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() for pid in pids]
    for pid in map(int, pids):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return left


def _live(command: dict[str, Any], shared: Shared) -> None:
    """Be ``tagshot run``, in the process that was just forked."""
    status = 1
    try:
        _be_born(command)
        if command["simulated"]:
            simulated.begin(shared.skipped)
        if command["point"] is not None:
            set_trap(named(command["point"]), shared.is_armed)
        status = _run()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _be_born(command: dict[str, Any]) -> None:
    """Streams, environment and chances of one's own."""
    log = os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream, target in ((nothing, 0), (nothing, 1), (log, 2)):
        os.dup2(stream, target)
    os.close(log)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(command["environment"])
    random.seed()
    storage.lost._PROCESS_WORD = secrets.token_hex(4)
    match command["capture"]:
        case "stub":
            patch("bot.app.Browser", StubBrowser).start()
        case "either":
            either_browser(Browser)


def _tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

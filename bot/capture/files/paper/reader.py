"""What a foreign PDF or picture shows and says. It is opened by a process of its own, ``child``, and never here."""

import asyncio
import json
import logging
import os
import signal
import sys
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

log = logging.getLogger(__name__)

WIDTH = 1280
HEIGHT = 960
READ_SECONDS = 15.0
MAX_OUTPUT_BYTES = 16 * 1024 * 1024
_ROOT = Path(__file__).parents[4]
# Isolated: no variable and no folder of ours decides what it imports but the first argument.
_TOO_LATE = -signal.SIGXCPU
# The system ends a process that has used up its time by the one signal or by the other.
_TOO_LONG = (_TOO_LATE, -signal.SIGKILL)
_START = "import sys; sys.path.insert(0, sys.argv[1]); from bot.capture.files.paper.child import main; main()"
_START_SHOWING = _START.replace("main", "show")


@dataclass(frozen=True, slots=True)
class Contents:
    """What could be read of a PDF. ``picture`` is the head of its first page as JPEG, ``text`` is Markdown.

    ``problem`` is a sentence where something could not be read; the PDF is worth keeping all the same.
    """

    picture: bytes | None = None
    text: str = ""
    title: str | None = None
    author: str | None = None
    language: str | None = None
    page_count: int = 0
    problem: str | None = None


_CONTENTS = TypeAdapter(Contents)


def is_paper(content: bytes) -> bool:
    """Whether a file is a PDF, whatever it is called."""
    return b"%PDF-" in content[:1024]  # where readers look for it


async def read(
    content: bytes, *, width: int = WIDTH, height: int = HEIGHT, within_seconds: float = READ_SECONDS
) -> Contents:
    """Read a PDF; whatever it is, what comes back can be used, within the time. ``width`` and ``height`` in pixels."""
    return _contents(*await _run(_START, content, width, height, within_seconds))


async def shown(
    content: bytes, *, width: int = WIDTH, height: int = HEIGHT, within_seconds: float = READ_SECONDS
) -> bytes | None:
    """The head of a picture as JPEG, no larger than that; None for what is no picture, or a hostile one."""
    return _contents(*await _run(_START_SHOWING, content, width, height, within_seconds)).picture


async def _run(
    start: str, content: bytes, width: int, height: int, within_seconds: float
) -> tuple[bytes, int]:
    """What the child says of the content, and its exit code."""
    output = bytearray()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-I", "-c", start, str(_ROOT), str(width), str(height)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd="/",
        env={},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(within_seconds), asyncio.TaskGroup() as tasks:
            if process.stdin and process.stdout:
                tasks.create_task(_feed(process.stdin, content))
                tasks.create_task(_drain(process.stdout, output))
            exit_code = await process.wait()
    except TimeoutError:
        exit_code = _TOO_LATE
    finally:
        await _end(process)
    return bytes(output), exit_code


async def _feed(pipe: asyncio.StreamWriter, content: bytes) -> None:
    with suppress(ConnectionError):  # it may end before it has read all
        pipe.write(content)
        await pipe.drain()
    pipe.close()


async def _drain(pipe: asyncio.StreamReader, output: bytearray) -> None:
    while chunk := await pipe.read(65_536):
        if len(output) < MAX_OUTPUT_BYTES:
            output += chunk


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    await process.communicate()  # a pipe that is not read to its end is waited for for ever


def _contents(output: bytes, exit_code: int) -> Contents:
    """What the lines of the child say, which is not trusted either, and what it could not finish."""
    found: dict[str, Any] = {}
    try:
        for line in output.splitlines(keepends=True):
            if line.endswith(b"\n"):  # else it was cut off
                found |= json.loads(line)
        problem = _problem(found, exit_code)
        picture = b64decode(found.pop("picture", "")) or None
        return _CONTENTS.validate_python({**found, "picture": picture, "problem": problem})
    except (ValueError, TypeError, RecursionError):
        return Contents(problem="The PDF is kept, but it can't be read.")


def _problem(found: Mapping[str, Any], exit_code: int) -> str | None:
    if told := found.get("problem"):
        return f"The PDF is kept, but {told}."
    if "text" in found:
        return None
    log.info("A PDF could not be read: exit code %d", exit_code)
    what = "its text" if "picture" in found else "it"
    why = "takes too long" if exit_code in _TOO_LONG else "fails: it is broken, or needs too much memory"
    return f"The PDF is kept, but reading {what} {why}."

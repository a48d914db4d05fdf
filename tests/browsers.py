"""The browsers that tests are run in: the one that captures best, each kind that there is, and their processes."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from bot.capture.setup.provision import find_browser, installed_browsers

Kind = Literal["shell", "full"]
_END_SECONDS = 30
KINDS: tuple[Kind, ...] = ("shell", "full")
_NAMES = {"shell": "chromium-headless-shell", "full": "chromium"}


def best() -> Path:
    """The browser that a capture would take."""
    found = find_browser(None)
    assert found is not None, "type: tagshot setup"
    return found.path


def of_kind(kind: Kind) -> Path:
    """A browser of this kind. Without one the test is skipped, but never where everything has to be tested."""
    wanted = (found for found in installed_browsers() if found.is_headless_shell == (kind == "shell"))
    if found := next(wanted, None):
        return found.path
    reason = f"There is no {_NAMES[kind]} here. On Debian: sudo apt-get install -y {_NAMES[kind]}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def processes(*words: str) -> list[int]:
    """The living processes whose command line has all these words."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            command = (
                (folder / "cmdline").read_bytes().decode(errors="replace") if folder.name.isdigit() else ""
            )
        except OSError:
            continue
        if command and all(word in command for word in words):
            found.append(int(folder.name))
    return found


async def until(claim: Callable[[], bool]) -> None:
    """Wait for what is true once a process has ended."""
    async with asyncio.timeout(_END_SECONDS):
        while not claim():  # noqa: ASYNC110 - a process that ends sends no event
            await asyncio.sleep(0.02)

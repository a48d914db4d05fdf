"""The browsers that tests are run in: the one that captures best, and each kind that there is."""

import os
from pathlib import Path
from typing import Literal

import pytest

from bot.capture.setup.provision import find_browser, installed_browsers

Kind = Literal["shell", "full"]
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

"""A capture without a browser: the files of a page, at once, other ones at each try, as a browser's would be."""

import asyncio
import io
import itertools
import os
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Self
from unittest.mock import patch
from urllib.parse import urlsplit

from PIL import Image

from bot.addresses import AddressRule
from bot.capture.options import EVERYTHING, Options
from bot.capture.result import Capture, CapturedFile
from bot.settings import Settings
from storage.kinds import ArtifactKind, Verdict
from storage.metadata import Metadata

if TYPE_CHECKING:
    from bot.capture.browser import Browser

_tries = itertools.count(1)
_has_stumbled: set[str] = set()


class StubBrowser:
    """Stands in for ``Browser`` in the composition root."""

    def __init__(self) -> None:
        self.unconfined = asyncio.Event()

    @classmethod
    def from_settings(cls, settings: Settings, rule: AddressRule) -> Self:
        return cls()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def capture(self, url: str, options: Options = EVERYTHING) -> Capture:
        return await stub_capture(url)


STUB_HOST = "stub.example.org"
Capturing = Callable[..., Awaitable[Capture]]


def either_browser(browser: "type[Browser]") -> None:
    """Let a real browser capture all but the pages of ``STUB_HOST``."""
    capture: Capturing = browser.capture

    async def either(self: "Browser", url: str, options: Options = EVERYTHING) -> Capture:
        is_stub = (urlsplit(url).hostname or "").endswith(STUB_HOST)
        return await (stub_capture(url) if is_stub else capture(self, url, options))

    patch.object(browser, "capture", either).start()


async def stub_capture(url: str) -> Capture:
    """A kept page whose title is the last part of its address; one that ``stumbles`` is not there at first."""
    await look()
    name = urlsplit(url).path.rpartition("/")[2]
    if _stumbles(name):
        return Capture(url, Verdict.SERVER_ERROR, url, 502, error=f"{STUB_HOST} has trouble of its own.")
    mark = f"{name} {os.getpid()} {next(_tries)}".encode()
    files = (
        CapturedFile(ArtifactKind.SCREEN, "image/jpeg", _picture() + mark),
        CapturedFile(ArtifactKind.FULLPAGE, "image/jpeg", _picture() + mark + b" whole"),
        CapturedFile(ArtifactKind.PDF, "application/pdf", b"%PDF-1.7\n" + mark),
        CapturedFile(ArtifactKind.TEXT, "text/markdown", b"What there is to read on " + mark),
    )
    return Capture(url, Verdict.OK, url, 200, Metadata(f"Page {name}"), files=files)


def _stumbles(name: str) -> bool:
    if not name.startswith("stumbles") or name in _has_stumbled:
        _has_stumbled.discard(name)
        return False
    _has_stumbled.add(name)
    return True


async def look() -> None:
    """The middle of a capture."""


@cache
def _picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(buffer, "JPEG")
    return buffer.getvalue()

"""Captures into a folder, without database and bot: a record for each address, files with names of our own."""

import asyncio
import hashlib
import itertools
import re
import unicodedata
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.result import Capture, CapturedFile
from bot.capture.verdict import host_of
from bot.file_types import ending
from bot.settings import Settings

MAX_STEM_CHARACTERS = 60


class ArtifactRecord(TypedDict):
    """One file on disk."""

    path: str
    size_bytes: int
    sha256: str


class CaptureRecord(TypedDict):
    """What ``tagshot capture --json`` prints for one address."""

    url: str
    final_url: str | None
    status: str
    verdict: str
    http_status: int | None
    title: str | None
    error: str | None
    problems: list[str]
    artifacts: dict[str, ArtifactRecord]
    timings_ms: dict[str, float]


async def capture_to_folder(
    settings: Settings, urls: Sequence[str], folder: Path
) -> AsyncIterator[CaptureRecord]:
    """Capture every address with one browser, ``CAPTURE_WORKERS`` at once; the records come in the order of ``urls``.

    Raises ``BrowserError`` or ``SettingsError``.
    """
    stems = _stems(urls, await asyncio.to_thread(_taken, folder))
    places = asyncio.Semaphore(settings.capture_workers)
    async with Browser.from_settings(settings, AddressRule(settings.egress_allow)) as browser:

        async def one(url: str, stem: str) -> CaptureRecord:
            async with places:
                capture = await browser.capture(url)
            return await asyncio.to_thread(_write, capture, folder, stem)

        tasks = [asyncio.create_task(one(url, stem)) for url, stem in zip(urls, stems, strict=True)]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _taken(folder: Path) -> set[str]:
    """The names that files of earlier captures have in the folder, which is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    return {path.stem.rpartition("-")[0] for path in folder.iterdir()}


def _stems(urls: Iterable[str], taken: set[str]) -> list[str]:
    """A name for the files of each address, made of its host and path, different from all that are taken."""
    stems: list[str] = []
    for url in urls:
        plain = _stem(url)
        numbered = itertools.chain([plain], (f"{plain}-{number}" for number in itertools.count(2)))
        stem = next(name for name in numbered if name not in taken.union(stems))
        stems.append(stem)
    return stems


def _stem(url: str) -> str:
    host = host_of(url)
    path = url.partition("://")[2].partition("/")[2].partition("?")[0].partition("#")[0]
    plain = unicodedata.normalize("NFKD", f"{host}-{path}").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:MAX_STEM_CHARACTERS].strip("-") or "page"


def _write(capture: Capture, folder: Path, stem: str) -> CaptureRecord:
    return CaptureRecord(
        url=capture.url,
        final_url=capture.final_url,
        status="done" if capture.verdict.is_done else "failed",
        verdict=capture.verdict.value,
        http_status=capture.http_status,
        title=capture.title,
        error=capture.error,
        problems=list(capture.problems),
        artifacts={file.kind.value: _write_file(file, folder, stem) for file in capture.files},
        timings_ms=dict(capture.timings_ms),
    )


def _write_file(file: CapturedFile, folder: Path, stem: str) -> ArtifactRecord:
    path = folder / f"{stem}-{file.kind.value}{ending(file.content_type)}"
    path.write_bytes(file.content)
    return ArtifactRecord(
        path=str(path), size_bytes=len(file.content), sha256=hashlib.sha256(file.content).hexdigest()
    )

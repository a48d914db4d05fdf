"""Captures into a folder, without database and bot: a record for each address, files with names of our own."""

import asyncio
import hashlib
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict

from bot.addresses import AddressRule
from bot.capture.browser import Browser
from bot.capture.options import EVERYTHING, Options
from bot.capture.result import Capture, CapturedFile
from bot.capture.seen import host_of
from bot.file_types import Record, by_kind, ending
from bot.settings import Settings
from bot.wording import Words
from bot.wording.stored import retold
from storage.kinds import ArtifactKind

MAX_STEM_CHARACTERS = 60


class CaptureRecord(TypedDict):
    """What ``tagshot capture --json`` prints for one address."""

    url: str
    final_url: str | None
    status: str
    verdict: str
    http_status: int | None
    title: str | None
    error: str | None
    failed_step: str | None
    problems: list[str]
    metadata: dict[str, str | None]
    artifacts: dict[str, Record]
    timings_ms: dict[str, float]


async def capture_to_folder(
    settings: Settings,
    urls: Sequence[str],
    folder: Path,
    options: Options = EVERYTHING,
    *,
    is_headed: bool = False,
) -> AsyncIterator[CaptureRecord]:
    """Capture every address with one browser, ``CAPTURE_WORKERS`` at once; the records come in the order of ``urls``.

    Raises ``BrowserError`` or ``SettingsError``.
    """
    stems = _stems(urls, await asyncio.to_thread(_taken, folder))
    places = asyncio.Semaphore(settings.capture_workers)
    rule = AddressRule(settings.egress_allow)
    async with Browser.from_settings(settings, rule, is_headed=is_headed) as browser:

        async def one(url: str, stem: str) -> CaptureRecord:
            async with places:
                capture = await browser.capture(url, options)
            return await asyncio.to_thread(_write, capture, folder, stem)

        tasks = [asyncio.create_task(one(url, stem)) for url, stem in zip(urls, stems, strict=True)]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def told(words: Words, record: CaptureRecord) -> str:
    """A record as lines for a person: the verdict with its reason, the files, and how long each step took."""
    lines = [f"{record['verdict']}  {record['url']}"]
    if record["error"]:
        step = f" (step: {record['failed_step']})" if record["failed_step"] else ""
        lines.append(f"{retold(words, record['error'])}{step}")
    lines += [retold(words, each) for each in record["problems"]]
    for kind, file in record["artifacts"].items():
        more = len(file.get("parts", ())) - 1
        lines.append(f"{kind}: {file['path']}" + (f" + {more}" if more > 0 else ""))
    lines.append("ms: " + ", ".join(f"{step} {ms:.0f}" for step, ms in record["timings_ms"].items()))
    return "\n  ".join(lines)


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
        failed_step=capture.failed_step,
        problems=list(capture.problems),
        metadata=capture.metadata.record(),
        artifacts=by_kind(_write_files(capture.files, folder, stem)),
        timings_ms=dict(capture.timings_ms),
    )


def _write_files(
    files: Sequence[CapturedFile], folder: Path, stem: str
) -> Iterator[tuple[ArtifactKind, Record]]:
    """Write the files and tell of each; where there are several of a kind, they are numbered from 1."""
    count = Counter(file.kind for file in files)
    seen: Counter[ArtifactKind] = Counter()
    for file in files:
        seen[file.kind] += 1
        number = f"{seen[file.kind]:02}" if count[file.kind] > 1 else ""
        path = folder / f"{stem}-{file.kind.value}{number}{ending(file.content_type, file.name)}"
        path.write_bytes(file.content)
        sha256 = hashlib.sha256(file.content).hexdigest()
        record = {"path": str(path), "size_bytes": len(file.content), "sha256": sha256}
        yield file.kind, record | ({"pages": file.pages} if file.pages else {})

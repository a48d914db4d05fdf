"""What the database says is there is on the disk before the database says so: seen in the calls of the system."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import obstore
import pytest
from sqlalchemy import event

from storage.artifacts import open_artifacts
from storage.database import Database
from tests.one_save import save_once

ROOT = Path(__file__).parent.parent
FILES = 4
_CALLS = "trace=fsync,fdatasync,rename,renameat,renameat2,pwrite64"
_SYNC = re.compile(r"(?:fsync|fdatasync)\(\d+<([^>]*)>")
_RENAME = re.compile(r'rename(?:at2?)?\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)"')
_WRITE = re.compile(r"pwrite64\(\d+<[^>]*-wal>, (.*)")
# An artifact's row has its size and its type behind its name; what is noted before it is stored has not.
_IN_ITS_ROW = r"[^\"]{0,24}?(?:image|application|text)/"
_NAME = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Step:
    """Something was synced, or got its name, or the database wrote the name of a file."""

    kind: Literal["synced", "renamed", "named"]
    path: str
    before: str = ""


def in_order(steps: list[Step], folder: Path) -> None:
    """Each file: synced, renamed, its folder and theirs synced, and only then named by the database, synced too."""
    names = {step.path for step in steps if step.kind == "named"}
    assert len(names) == FILES
    for name in names:
        path = folder / "artifacts" / name[:2] / name
        [renamed] = (n for n, step in enumerate(steps) if step.kind == "renamed" and step.path == str(path))
        named = steps.index(Step("named", name))
        assert Step("synced", steps[renamed].before) in steps[:renamed]
        for each in (path.parent, path.parent.parent):
            assert Step("synced", str(each)) in steps[renamed:named]
        assert Step("synced", str(folder / "tagshot.db-wal")) in steps[named:]


async def traced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The steps that strace sees a process take; those that it tells itself, where strace is not or may not look."""
    trace = folder / "trace"
    strace = shutil.which("strace") or ""
    watching = [strace, "-f", "-y", "-s", "20000", "-e", _CALLS, "-o", str(trace)]
    if not strace or await _run(*watching, "true") != 0:
        return await watched(folder, monkeypatch)
    assert await _run(*watching, sys.executable, "-m", "tests.one_save", str(folder)) == 0
    return list(_steps(trace.read_text(errors="replace").splitlines()))


async def _run(*command: str) -> int:
    return await (await asyncio.create_subprocess_exec(*command, cwd=ROOT)).wait()


def _steps(lines: list[str]) -> Iterator[Step]:
    """What a trace tells. A write counts from its beginning, anything else from its end.

    In a page of the database a name stands between bytes that may look like more of it.
    """
    begun: dict[str, str] = {}
    names = {Path(rename[2]).name for line in lines if (rename := _RENAME.search(line))}
    for line in lines:
        process, _, call = line.partition(" ")
        call = call.strip()
        whole = begun.pop(process, "") if call.startswith("<... ") else call
        if write := _WRITE.match(call):
            yield from (Step("named", name) for name in names if re.search(name + _IN_ITS_ROW, write[1]))
        elif call.endswith("<unfinished ...>"):
            begun[process] = call
        elif sync := _SYNC.match(whole):
            yield Step("synced", sync[1])
        elif rename := _RENAME.match(whole):
            yield Step("renamed", rename[2], rename[1])


async def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """The same steps as this process takes them."""
    steps: list[Step] = []
    fsync, rename = os.fsync, os.rename

    def synced(handle: int) -> None:
        path = str(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)
        steps.append(Step("synced", path))

    def renamed(old: Path, new: Path) -> None:
        rename(old, new)
        steps.append(Step("renamed", str(new), str(old)))

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    database = Database(f"sqlite+aiosqlite:///{folder / 'tagshot.db'}")
    try:
        _watch(database, steps, folder)
        await save_once(database, open_artifacts(str(folder / "artifacts")))
        async with database.read() as session:
            is_full = (await session.connection()).exec_driver_sql("PRAGMA synchronous")
            assert (await is_full).scalar_one() == 2
    finally:
        await database.close()
    return steps


def _watch(database: Database, steps: list[Step], folder: Path) -> None:
    """Tell when the database is given the names of files, and when it commits, which syncs its log."""
    engine = database._engine.sync_engine

    def named(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO artifact"):
            steps.extend(Step("named", name) for name in _NAME.findall(str(values)))

    def committed(_connection: Any) -> None:
        steps.append(Step("synced", str(folder / "tagshot.db-wal")))

    event.listen(engine, "before_cursor_execute", named)
    event.listen(engine, "commit", committed)


Observe = Callable[[Path, pytest.MonkeyPatch], Awaitable[list[Step]]]


@pytest.mark.parametrize("observe", [traced, watched])
async def test_a_file_is_on_the_disk_before_the_database_names_it(
    observe: Observe, migrated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(migrated, tmp_path / "tagshot.db")
    steps = await observe(tmp_path, monkeypatch)
    in_order(steps, tmp_path)
    for kind in ("synced", "renamed"):
        with pytest.raises((AssertionError, ValueError)):
            in_order([step for step in steps if step.kind != kind], tmp_path)
    with pytest.raises((AssertionError, ValueError)):
        in_order(sorted(steps, key=lambda step: step.kind != "named"), tmp_path)


async def test_an_upload_is_confirmed_before_the_database_names_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[Step] = []
    put = obstore.put_async

    async def confirmed(store: Any, path: str, content: Any) -> Any:
        result = await put(store, path, content)
        steps.append(Step("renamed", path.rpartition("/")[2]))
        return result

    monkeypatch.setattr(obstore, "put_async", confirmed)
    _watch(database, steps, tmp_path)
    await save_once(database, open_artifacts("memory:///"))
    names = [step.path for step in steps if step.kind == "named"]
    uploads = [step.path for step in steps[: steps.index(Step("named", names[0]))] if step.kind == "renamed"]
    assert len(names) == FILES
    assert sorted(uploads) == sorted(names)

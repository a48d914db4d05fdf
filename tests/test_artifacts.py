"""Stored files: named by their content, whole or absent, and on the disk before anything says that they are."""

import asyncio
import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.artifacts import Artifacts, LocalArtifacts, open_artifacts
from storage.errors import DiskFull, StorageError

CONTENT = "A page, as it was. 优化器".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KILLED_WHILE_WRITING = f"""
import asyncio, os, signal, sys
from storage.artifacts import open_artifacts
os.rename = lambda old, new: os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(open_artifacts(sys.argv[1]).put({CONTENT!r}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "artifacts"


@pytest.fixture(params=["folder", "memory"])
def artifacts(request: pytest.FixtureRequest, folder: Path) -> Artifacts:
    """Each of the two kinds of places."""
    return open_artifacts(str(folder) if request.param == "folder" else "memory:///")


def _files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


async def test_content_is_kept_under_its_hash(artifacts: Artifacts) -> None:
    assert await artifacts.put(CONTENT) == SHA256
    assert await artifacts.get(SHA256) == CONTENT


@pytest.mark.parametrize("content", [b"", b"\x00" * 3_000_000])
async def test_nothing_and_much_are_kept_too(artifacts: Artifacts, content: bytes) -> None:
    assert await artifacts.get(await artifacts.put(content)) == content


async def test_the_same_content_from_many_at_one_moment_is_one_file(
    artifacts: Artifacts, folder: Path
) -> None:
    assert set(await asyncio.gather(*(artifacts.put(CONTENT) for _ in range(20)))) == {SHA256}
    assert await artifacts.get(SHA256) == CONTENT
    if artifacts.path(SHA256):
        assert _files(folder) == [Path(SHA256[:2], SHA256)]


async def test_what_is_missing_is_a_sentence_of_one_line(artifacts: Artifacts) -> None:
    with pytest.raises(StorageError, match=r"^A stored file could not be read: [^\n]*\.$"):
        await artifacts.get(SHA256)


async def test_a_file_in_a_folder_has_a_path_and_its_folders_are_for_their_owner_alone(folder: Path) -> None:
    artifacts = open_artifacts(str(folder))
    await artifacts.put(CONTENT)
    path = artifacts.path(SHA256)
    assert path is not None
    assert path.read_bytes() == CONTENT
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder.parent, folder, path.parent)} == {0o700}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_folder_can_be_given_as_an_address(tmp_path: Path) -> None:
    artifacts = open_artifacts(f"file://{tmp_path}/a%20b")
    await artifacts.put(CONTENT)
    assert artifacts.path(SHA256) == tmp_path / "a b" / SHA256[:2] / SHA256


@pytest.mark.parametrize("url", ["foo://bar", "s3://", "az://container"])
def test_an_address_that_makes_no_sense_is_a_sentence(url: str) -> None:
    with pytest.raises(StorageError, match=r"^ARTIFACTS_URL can't be used: [^\n]*az://…$"):
        open_artifacts(url)


async def test_an_object_has_no_path() -> None:
    assert open_artifacts("memory:///").path(SHA256) is None


class Calls:
    """What is asked of the operating system, by the names of files and folders."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[tuple[str, str]] = []
        fsync, rename = os.fsync, os.rename

        def synced(handle: int) -> None:
            fsync(handle)
            self.made.append(("fsync", Path(f"/proc/self/fd/{handle}").readlink().name))

        def renamed(old: Path, new: Path) -> None:
            rename(old, new)
            self.made.append((f"rename {Path(old).name}", Path(new).name))

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "rename", renamed)


async def test_a_file_is_on_the_disk_before_its_name_and_its_name_before_we_say_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls(monkeypatch)
    await open_artifacts(str(folder)).put(CONTENT)
    *made, content, rename, shelf, root = calls.made
    # Each folder that had to be made is noted in the one above it.
    assert made == [("fsync", name) for name in (folder.parent.parent.name, "data", "artifacts", "artifacts")]
    assert content[0] == "fsync"
    assert rename == (f"rename {content[1]}", SHA256)
    assert [shelf, root] == [("fsync", SHA256[:2]), ("fsync", "artifacts")]


async def test_a_file_that_is_there_already_is_made_sure_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has put it there may not have come to its last step."""
    artifacts = open_artifacts(str(folder))
    await artifacts.put(CONTENT)
    calls = Calls(monkeypatch)
    await artifacts.put(CONTENT)
    assert calls.made == [("fsync", SHA256[:2]), ("fsync", "artifacts")]


def _full(*_arguments: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _interrupted(*_arguments: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("name", "happens", "error"),
    [
        ("fsync", _full, StorageError),
        ("rename", _full, StorageError),
        ("rename", _interrupted, KeyboardInterrupt),
    ],
)
def test_what_fails_in_the_middle_leaves_nothing(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    happens: Callable[..., None],
    error: type[BaseException],
) -> None:
    (folder / ".unfinished").mkdir(parents=True)
    (folder / SHA256[:2]).mkdir()
    monkeypatch.setattr(os, name, happens)
    with pytest.raises(error):
        asyncio.run(open_artifacts(str(folder)).put(CONTENT))
    monkeypatch.undo()
    assert _files(folder) == []
    assert asyncio.run(open_artifacts(str(folder)).put(CONTENT)) == SHA256
    assert _files(folder) == [Path(SHA256[:2], SHA256)]


async def test_a_full_disk_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(DiskFull, match=r"^The disk is full: [^\n]*\.$"):
        await open_artifacts(str(folder)).put(CONTENT)


def test_a_process_that_is_killed_while_it_writes_leaves_no_half_file(folder: Path) -> None:
    killed = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", KILLED_WHILE_WRITING, str(folder)], check=False, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    [left] = _files(folder)
    assert left.parent == Path(".unfinished")
    assert (folder / left).read_bytes() == CONTENT

    asyncio.run(open_artifacts(str(folder)).put(CONTENT))
    assert sorted(_files(folder)) == sorted([left, Path(SHA256[:2], SHA256)])
    yesterday = time.time() - 86400
    os.utime(folder / left, (yesterday, yesterday))
    assert asyncio.run(LocalArtifacts(folder).get(SHA256)) == CONTENT
    assert _files(folder) == [Path(SHA256[:2], SHA256)]

"""A backup from a stranger: nothing of it leaves its place, fills the disk, or counts before it was looked at."""

import asyncio
import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from storage.backup.making import back_up
from storage.backup.restoring import restore
from storage.backup.vault import FolderVault
from storage.database import Database
from storage.errors import StorageError
from tests.keeping import damage, fill, opened_shelf, tree

EVIL = "../../../../evil"


class Forged:
    """A backup on the disk, to be changed as an attacker would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        [self.manifest] = (folder / "manifests").iterdir()
        [self.database] = (folder / "databases").iterdir()

    def change(self, **values: Any) -> None:
        """Change what the manifest says, also of the database with names like ``database.sha256``."""
        said = json.loads(self.manifest.read_text())
        for name, value in values.items():
            of, _, part = name.rpartition("__")
            (said[of] if of else said)[part] = value
        self.manifest.write_text(json.dumps(said))

    def said(self) -> Any:
        return json.loads(self.manifest.read_text())

    def put_database(self, packed: bytes, unpacked: bytes) -> None:
        """Another database, with hashes and sizes that are right."""
        self.database.write_bytes(packed)
        self.change(
            database__sha256=hashlib.sha256(packed).hexdigest(),
            database__size_bytes=len(packed),
            database__unpacked_sha256=hashlib.sha256(unpacked).hexdigest(),
            database__unpacked_bytes=len(unpacked),
        )

    def change_database(self, *statements: str) -> None:
        """The same database after some statements, with hashes and sizes that are right."""
        path = self.folder / "changed.db"
        path.write_bytes(gzip.decompress(self.database.read_bytes()))
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        content = path.read_bytes()
        path.unlink()
        self.put_database(gzip.compress(content), content)

    def file(self) -> Path:
        """One of the stored files."""
        return next(each for each in sorted(self.folder.glob("artifacts/*/*")) if each.stat().st_size)


@pytest.fixture(scope="module")
def honest(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup as Tagshot makes it, to be copied."""
    folder = tmp_path_factory.mktemp("honest")

    async def make() -> None:
        (folder / "old").mkdir()
        shutil.copy(migrated, folder / "old" / "tagshot.db")
        database = Database(f"sqlite:///{folder / 'old' / 'tagshot.db'}")
        shelf = opened_shelf(database, folder / "old")
        await fill(shelf)
        await back_up(database, shelf.artifacts, FolderVault(folder / "vault"), version="1")
        await database.close()

    asyncio.run(make())
    return folder / "vault"


@pytest.fixture
def forged(honest: Path, tmp_path: Path) -> Forged:
    shutil.copytree(honest, tmp_path / "vault")
    return Forged(tmp_path / "vault")


async def refused(forged: Forged, tmp_path: Path) -> str:
    """Why the backup is not restored; nothing may be left of the try."""
    new = tmp_path / "a" / "b" / "new"
    before = tree(tmp_path)
    with pytest.raises(StorageError) as caught:
        await restore(FolderVault(forged.folder), new / "tagshot.db", str(new / "artifacts"))
    left = {name: each for name, each in tree(tmp_path).items() if ".artifacts.restoring" not in name}
    assert left == before
    return str(caught.value)


def _names_a_path(forged: Forged) -> None:
    forged.change(artifacts={EVIL: 4})
    (forged.folder.parent / "evil").write_bytes(b"evil")


def _moves_in_time(forged: Forged) -> None:
    forged.change(made_at=EVIL)


def _is_of_another_moment(forged: Forged) -> None:
    forged.change(made_at="20200101T000000Z")


def _says_more_than_it_may(forged: Forged) -> None:
    forged.change(folder=EVIL)


def _has_a_size_below_nothing(forged: Forged) -> None:
    forged.change(artifacts=dict.fromkeys(forged.said()["artifacts"], -1))


def _is_cut_off(forged: Forged) -> None:
    forged.manifest.write_bytes(forged.manifest.read_bytes()[:-100])


def _is_of_a_newer_program(forged: Forged) -> None:
    forged.change(database__revision="9999")


def _claims_to_be_larger(forged: Forged) -> None:
    forged.change(database__unpacked_bytes=forged.said()["database"]["unpacked_bytes"] + 1)


def _claims_to_be_endless(forged: Forged) -> None:
    forged.change(database__unpacked_bytes=1 << 60)


def _is_a_bomb(forged: Forged) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    forged.put_database(bomb, b"\0" * 50_000_000)
    forged.change(database__unpacked_bytes=5_000_000)


def _is_longer_than_said(forged: Forged) -> None:
    forged.database.write_bytes(forged.database.read_bytes() + b"more")


def _is_shorter_than_said(forged: Forged) -> None:
    forged.database.write_bytes(forged.database.read_bytes()[:-20])


def _is_no_archive(forged: Forged) -> None:
    forged.put_database(b"This is a letter.", b"This is a letter.")


def _has_a_damaged_database(forged: Forged) -> None:
    damage(forged.database)


def _has_a_garbled_database(forged: Forged) -> None:
    content = bytearray(gzip.decompress(forged.database.read_bytes()))
    content[8192:20480] = b"\xff" * (20480 - 8192)
    forged.put_database(gzip.compress(content), bytes(content))


def _has_code_in_its_database(forged: Forged) -> None:
    forged.change_database("CREATE TRIGGER evil AFTER INSERT ON link BEGIN DELETE FROM link; END")


def _has_other_code_by_the_name_of_ours(forged: Forged) -> None:
    forged.change_database(
        "DROP TRIGGER link_tag_added",
        "CREATE TRIGGER link_tag_added AFTER INSERT ON link_tag BEGIN DELETE FROM link; END",
    )


def _names_more_in_its_database(forged: Forged) -> None:
    forged.change_database("UPDATE artifact SET sha256 = hex(zeroblob(32)) WHERE id = 1")


def _has_a_damaged_file(forged: Forged) -> None:
    damage(forged.file())


def _has_a_longer_file(forged: Forged) -> None:
    forged.file().write_bytes(b"x" * 1_000_000)


def _lacks_a_file(forged: Forged) -> None:
    forged.file().unlink()


def _has_a_link_for_a_file(forged: Forged) -> None:
    path = forged.file()
    secret = forged.folder.parent / "secret"
    path.rename(secret)
    path.symlink_to(secret)


def _has_a_pipe_for_a_file(forged: Forged) -> None:
    path = forged.file()
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (_names_a_path, "manifest .* is damaged"),
        (_moves_in_time, "manifest .* is damaged"),
        (_is_of_another_moment, "is of another backup"),
        (_says_more_than_it_may, "manifest .* is damaged"),
        (_has_a_size_below_nothing, "manifest .* is damaged"),
        (_is_cut_off, "manifest .* is damaged"),
        (_is_of_a_newer_program, "made by a newer Tagshot"),
        (_claims_to_be_larger, "not the one that its manifest names"),
        (_claims_to_be_endless, "manifest .* is damaged"),
        (_is_a_bomb, "unpacks to more than its manifest says"),
        (_is_longer_than_said, "larger than it may be"),
        (_is_shorter_than_said, "not the one that its manifest names"),
        (_is_no_archive, "can't be unpacked"),
        (_has_a_damaged_database, "can't be unpacked|not the one that"),
        (_has_a_garbled_database, "damaged or forged"),
        (_has_code_in_its_database, "triggers or views"),
        (_has_other_code_by_the_name_of_ours, "triggers or views"),
        (_names_more_in_its_database, "names other files than its database"),
        (_has_a_damaged_file, "file [0-9a-f]{64} in the backup is damaged"),
        (_has_a_longer_file, "larger than it may be"),
        (_lacks_a_file, "is not there"),
        (_has_a_link_for_a_file, "could not be read"),
        (_has_a_pipe_for_a_file, "is not a file"),
    ],
)
async def test_it_is_refused(
    forged: Forged, tmp_path: Path, forge: Callable[[Forged], None], why: str
) -> None:
    forge(forged)
    assert re.search(why, await refused(forged, tmp_path))


async def test_with_skip_damaged_all_the_rest_is_restored(forged: Forged, tmp_path: Path) -> None:
    lost = forged.file()
    damage(lost)
    result = await restore(
        FolderVault(forged.folder), tmp_path / "n" / "t.db", str(tmp_path / "n" / "a"), skip_damaged=True
    )
    assert result.missing == (lost.name,)
    assert result.files == len(forged.said()["artifacts"]) - 1


async def test_what_has_no_room_is_refused_before_anything_is_written(
    forged: Forged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearly_full(_: object) -> Any:
        return SimpleNamespace(free=1_000)

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    assert re.search(r"needs [\d,]+ bytes, and only 1,000 are free", await refused(forged, tmp_path))

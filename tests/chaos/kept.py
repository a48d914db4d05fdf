"""What is on disk and in the chat after crashes, held against what has to be so. Reads the file while a bot runs."""

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes.telegram.messages import Message


class Kept:
    """The data folder of a bot."""

    def __init__(self, folder: Path) -> None:
        self._database = folder / "tagshot.db"
        self._artifacts = folder / "artifacts"
        self._are_there = False
        self._stays_open = False
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def looked_at(self) -> Iterator[None]:
        """Look through one connection until the end of the block, since each reads the whole schema first.

        A bot that starts after a crash is not to find it open: it would have nothing to recover.
        """
        self._stays_open = True
        try:
            yield
        finally:
            self._stays_open = False
            self._close()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What a statement finds, in one consistent state."""
        if self._connection is None:
            self._connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)
        try:
            return self._connection.execute(statement, values).fetchall()
        finally:
            if not self._stays_open:
                self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _has_tables(self) -> bool:
        if not self._are_there:
            known = "SELECT 1 FROM sqlite_master WHERE name = 'announcement'"
            self._are_there = self._database.exists() and bool(self.rows(known))
        return self._are_there

    def is_announced(self, message_id: int) -> bool:
        """Whether the message was answered, and its link's snapshot announced, and nothing else is open."""
        if not self._has_tables():
            return False
        [(waiting, known)] = self.rows(
            "SELECT (SELECT count(*) FROM inbox WHERE handled_at IS NULL) +"
            " (SELECT count(*) FROM snapshot WHERE status IN ('queued', 'running')) +"
            " (SELECT count(*) FROM announcement WHERE announced_at IS NULL),"
            " EXISTS (SELECT 1 FROM announcement WHERE reply_to_message_id = ? AND announced_at IS NOT NULL)",
            message_id,
        )
        return bool(waiting == 0 and known)

    def is_settled_at(self, at: datetime) -> bool:
        """Whether all is done that can be done by then: what failed a try waits for its next one, and is told so."""
        if not self._has_tables():
            return False
        [(waiting,)] = self.rows(
            "SELECT (SELECT count(*) FROM inbox WHERE handled_at IS NULL) +"
            " (SELECT count(*) FROM snapshot WHERE status = 'running'"
            " OR status = 'queued' AND (attempts = 0 OR run_after <= ?)) +"
            " (SELECT count(*) FROM announcement a JOIN snapshot s ON s.id = a.snapshot_id WHERE announced_at IS NULL"
            " AND (s.status != 'queued' OR s.attempts > a.told_attempts))",
            at.strftime("%Y-%m-%d %H:%M:%S.%f"),
        )
        return bool(waiting == 0)

    def told(self, message_id: int) -> list[tuple[Any, ...]]:
        """The status message and the time of the PDF, as noted for each link of a message."""
        if not self._has_tables():
            return []
        return self.rows(
            "SELECT status_message_id, pdf_sent_at FROM announcement WHERE reply_to_message_id = ?",
            message_id,
        )

    def faults_of(self, url: str, message: Message) -> Iterator[str]:
        """What is wrong in the database with a link that a message has saved."""
        snapshots = self.rows(
            "SELECT s.id, s.status FROM link l LEFT JOIN snapshot s ON s.link_id = l.id WHERE l.url = ?", url
        )
        if [status for _, status in snapshots] != ["done"]:
            yield f"{url}: snapshots {snapshots}"
            return
        told = self.rows(
            "SELECT snapshot_id FROM announcement WHERE reply_to_message_id = ? AND announced_at IS NOT NULL",
            message.id,
        )
        if told != [(snapshots[0][0],)]:
            yield f"{url}: announcements {told}"
        for name, size in self.rows(
            "SELECT sha256, size_bytes FROM artifact WHERE snapshot_id = ?", snapshots[0][0]
        ):
            if not self._is_whole(self._artifacts / name[:2] / name, size):
                yield f"{url}: the file {name} is missing or damaged"

    def faults_of_all(self, urls: Sequence[str]) -> Iterator[str]:
        """What is wrong with the whole: links that nobody sent, an unsound file, the inbox."""
        saved = sorted(url for (url,) in self.rows("SELECT url FROM link"))
        if saved != sorted(urls):
            yield f"links: {set(saved) ^ set(urls)}, {len(saved)} rows"
        if (sound := self.rows("PRAGMA integrity_check")) != [("ok",)]:
            yield f"database: {sound}"
        if mistakes := self.rows("SELECT update_id, error FROM inbox WHERE error IS NOT NULL"):
            yield f"inbox: {mistakes}"
        for path in self._blobs():
            if not self._is_whole(path, path.stat().st_size):
                yield f"damaged: {path}"

    def unfinished(self) -> list[Path]:
        """Files that are not yet in their places."""
        return list((self._artifacts / ".unfinished").glob("*"))

    def strays(self) -> list[Path]:
        """Whole files that no row speaks of."""
        known = {name for (name,) in self.rows("SELECT sha256 FROM artifact")}
        return [path for path in self._blobs() if path.name not in known]

    def wal_bytes(self) -> int:
        """The size of the database's write-ahead log."""
        log = self._database.with_name(f"{self._database.name}-wal")
        return log.stat().st_size if log.exists() else 0

    def _blobs(self) -> list[Path]:
        return [path for path in self._artifacts.glob("??/*") if path.is_file()]

    @staticmethod
    def _is_whole(path: Path, size: int) -> bool:
        if not path.exists():
            return False
        content = path.read_bytes()
        return len(content) == size and hashlib.sha256(content).hexdigest() == path.name

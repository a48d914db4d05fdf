"""How the bot is doing: to its owner in the chat, on the command line while it runs and while it does not."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import conversation
from bot.conversation.delivery import Turns
from bot.conversation.status import Status, told
from bot.errors import StorageError
from bot.health.gathering import gather_from_outside, record
from bot.kept import opened
from bot.settings import Settings
from bot.terminal import Talk, Terminal
from bot.wording import Words, languages
from bot.work.bell import Bell
from storage.backup import runs
from storage.database import Database
from storage.kinds import ArtifactKind, Verdict
from storage.library import Library
from storage.models import Artifact, Snapshot, now
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin
from storage.standing import Standing, standing
from tests.conftest import OWNER
from tests.fakes.telegram.double import BotApiDouble
from tests.storing import MINUTE, queued
from tests.talking import ENGLISH, Person, conversation_on

NIGHT = datetime(2026, 5, 3, 3, tzinfo=UTC)
FAILED = Outcome(Verdict.NOT_FOUND, error="It is not there.")
FAILURES = {verdict.value: 2 for verdict in Verdict if not verdict.is_done}
STANDING = Standing(
    3,
    1,
    2,
    4,
    now() - timedelta(minutes=7),
    20,
    FAILURES,
    5_000_000,
)
STATUS = Status(
    "1.2.3",
    STANDING,
    12_300_000_000,
    400_000,
    "Chromium 156 <beta>",
    datetime(2026, 5, 3, 2, 5, tzinfo=UTC),
    datetime(2026, 5, 2, 1, 7, tzinfo=UTC),
)


@pytest.fixture
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.health.gathering.find_browser", lambda _: None)


async def test_the_figures_are_of_what_waits_runs_and_has_ended_lately(database: Database) -> None:
    queue = Queue(database)
    for number, name in enumerate(("running", "kept", "failed", "failed long ago", "later", "retried")):
        page = NewLink(f"https://{number}.example.org/", f"{number}.example.org", ())
        await Library(database, 1).add([page], Origin(7))
        claim = await queue.claim("test", lease=MINUTE)
        assert claim is not None
        if name == "kept":
            pages = [
                Artifact(
                    snapshot_id=claim.snapshot_id,
                    kind=kind,
                    sha256="0" * 64,
                    size_bytes=700,
                    content_type="image/jpeg",
                )
                for kind in (ArtifactKind.SCREEN, ArtifactKind.FULLPAGE)
            ]
            await queue.finish(claim, Outcome(Verdict.OK, artifacts=pages))
        elif name.startswith("failed"):
            await queue.finish(claim, FAILED)
        elif name != "running":
            await queue.retry(claim, FAILED, run_after=now() + (MINUTE if name == "later" else -MINUTE))
        if name == "failed long ago":
            async with database.write() as session:
                old = await session.get_one(Snapshot, claim.snapshot_id)
                old.captured_at = now() - timedelta(hours=25)
    await queued(database, "waiting")
    found = await standing(database)
    assert (found.waiting, found.due_retries, found.running, found.later) == (2, 1, 1, 1)
    assert found.oldest_waiting_at is not None
    assert found.oldest_waiting_at < now() - MINUTE / 2
    assert (found.kept_lately, dict(found.failures_lately), found.failed_lately) == (1, {"not-found": 1}, 1)
    assert found.stored_bytes == 700


async def test_nothing_at_all_has_figures_too(database: Database) -> None:
    assert await standing(database) == Standing(0, 0, 0, 0, None, 0, {}, 0)


@pytest.mark.parametrize("language", languages())
def test_it_is_told_in_every_language(language: str) -> None:
    said = told(Words(language), STATUS)
    for figure in ("1.2.3", "12.3 GB", "5.0 MB", "400 kB", "02:05", "01:07"):
        assert figure in said
    assert "Chromium 156 &lt;beta&gt;" in said
    assert not [verdict for verdict in FAILURES if re.search(rf"^\s*{verdict}\s*[:：]", said, re.MULTILINE)]
    assert {"en": "\n  no such page: 2\n", "zh": "\n  没有这个网页：2\n"}[language] in said


@pytest.mark.usefixtures("without_browser")
async def test_from_outside_it_is_the_same_and_nothing_is_made(settings: Settings) -> None:
    with pytest.raises(StorageError, match=r"There is nothing at .* yet\. Type: tagshot run"):
        await gather_from_outside(settings)
    assert not (settings.data_dir / "tagshot.db").exists()
    database = Database(settings.database)
    async with database.read() as session:
        await session.connection()
    with pytest.raises(StorageError, match="tagshot migrate"):
        await gather_from_outside(settings)
    await database.migrate()
    await queued(database)
    assert (await gather_from_outside(settings)).last_backup_at is None
    await runs.note(database, runs.BackupRun(place="vault", stamp="20260503T030000Z", ended_at=NIGHT))
    status = await gather_from_outside(settings)
    assert status.last_backup_at == NIGHT
    await database.close()
    printed = json.loads(json.dumps(record(status)))
    assert printed["waiting"] == 1
    assert 0 <= printed["oldest_waiting_seconds"] < 60
    assert printed["browser"] is None
    assert printed["started_at"] is None
    assert printed["database_bytes"] > 4096
    assert printed["free_bytes"] > 0
    assert "Browser: none" in told(ENGLISH, status)


@pytest.mark.usefixtures("bot")
async def test_the_owner_asks_in_the_chat(telegram: BotApiDouble) -> None:
    ada = telegram.user(OWNER, "Ada")
    ada.say("/status")
    answer = await ada.sees("Queue: 0 waiting", timeout_seconds=20)
    assert "Running since" in answer.text
    assert "Browser: " in answer.text


@pytest.mark.parametrize(("language", "asked"), [("en", "Queue: 0 waiting"), ("zh", "队列")])
async def test_who_is_at_the_terminal_is_told(
    language: str, asked: str, settings: Settings, tmp_path: Path
) -> None:
    printed: list[str] = []
    async with opened(settings, language=language) as kept:
        terminal = Terminal(kept.artifacts, tmp_path / "received", printed.append)
        talk = Talk(terminal, conversation(kept, Bell()), kept.announcements, Turns())
        await talk.enter("/status")
    assert asked in printed[-1]


async def test_nobody_else_is_told(database: Database) -> None:
    bob = Person((await conversation_on(database))[0], person_id=42)
    assert (await bob.hears("/status")).html == ENGLISH("owner-only")

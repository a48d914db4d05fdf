"""What is kept, opened as the settings name it; without anything that captures or speaks to Telegram."""

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.addresses import AddressRule
from bot.alone import refuse_beside_a_bot
from bot.conversation.members import LIBRARY, Members
from bot.conversation.wishes import Wishes
from bot.errors import DamagedDatabase
from bot.settings import Settings
from bot.way_back import with_way_back
from storage.access import Access
from storage.announcements import Announcements
from storage.artifacts import Artifacts, LocalArtifacts, open_artifacts
from storage.database import Database
from storage.models import now
from storage.queue import Queue
from storage.quota import Quota

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, opened: the database at its newest schema, the artifacts, and the rule on addresses."""

    settings: Settings
    database: Database
    artifacts: Artifacts
    queue: Queue
    announcements: Announcements
    members: Members
    wishes: Wishes
    rule: AddressRule
    opened_at: datetime = field(default_factory=now)

    @property
    def quota(self) -> Quota:
        """What one chat may have."""
        return Quota(self.settings.max_queued_per_chat, self.settings.max_bytes_per_chat)


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    also_allowed: Sequence[str] = (),
    language: str | None = None,
    is_the_bot: bool = False,
) -> AsyncIterator[Kept]:
    """Open what is kept, bringing the database to the newest schema; but only ``is_the_bot`` does so beside a bot.

    ``also_allowed`` adds to EGRESS_ALLOW; ``language`` is that of the terminal, for library 0.
    Raises ``StorageError``, ``SettingsError`` or ``AlreadyRunning``.
    """
    rule = AddressRule((*settings.egress_allow, *also_allowed))
    database = Database(settings.database)
    artifacts = open_artifacts(settings.artifacts, spare_bytes=settings.spare_mb * 1_000_000)
    try:
        may_upgrade = None if is_the_bot else partial(refuse_beside_a_bot, settings.data_dir, language)
        await _migrate(settings, database, artifacts, may_upgrade)
        members = Members(Access(database), settings.allowed_chats)
        await members.load()
        wishes = Wishes(database)
        if language is not None:
            await wishes.languages.of(LIBRARY, language)
        yield Kept(
            settings,
            database,
            artifacts,
            Queue(database, pause=timedelta(seconds=settings.host_delay_seconds)),
            Announcements(database),
            members,
            wishes,
            rule,
        )
    finally:
        await database.close()


async def _migrate(
    settings: Settings, database: Database, artifacts: Artifacts, before_upgrade: Callable[[], None] | None
) -> None:
    """Make the database or bring it to the newest schema, and say what looks as if something were lost."""
    is_new = database.path is not None and not (database.path.exists() and database.path.stat().st_size)
    try:
        await database.migrate(before_upgrade)
    except DamagedDatabase as error:
        raise await with_way_back(error, settings, database) from error
    if is_new and isinstance(artifacts, LocalArtifacts) and await _has_some(artifacts):
        log.warning(
            "%s was missing or empty, so a new one was made, though there are files of an older one in %s. If it "
            "was lost, stop, move %s away, and type: tagshot restore",
            database.path,
            artifacts.folder,
            settings.data_dir,
        )


async def _has_some(artifacts: Artifacts) -> bool:
    async for _ in artifacts.put_before(now()):
        return True
    return False

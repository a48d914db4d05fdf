"""What came of each backup, in the database, for whoever asks when the last one was."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel, col, delete, select

from storage.columns import Text, UtcDateTime
from storage.database import Database
from storage.models import now

KEPT_RUNS = 50


class BackupRun(SQLModel, table=True):
    """One backup: made, or why not (``error``). It is whole unless files are ``lost``: damaged or missing."""

    __tablename__ = "backup_run"

    id: int | None = Field(default=None, primary_key=True)
    place: str = Field(sa_type=Text)
    ended_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    stamp: str | None = Field(default=None, sa_type=Text)
    files: int = 0
    size_bytes: int = Field(default=0, sa_type=BigInteger)
    lost: int = 0
    error: str | None = Field(default=None, sa_type=Text)


async def note(database: Database, run: BackupRun) -> None:
    """Keep what came of a backup, and forget all but the newest."""
    async with database.write() as session:
        session.add(run)
        await session.flush()
        await session.exec(delete(BackupRun).where(col(BackupRun.id) <= (run.id or 0) - KEPT_RUNS))


async def last_backup(database: Database, place: str | None = None) -> BackupRun | None:
    """The newest backup that was made, anywhere or in one place. None: there is none."""
    statement = select(BackupRun).where(col(BackupRun.error).is_(None))
    if place is not None:
        statement = statement.where(BackupRun.place == place)
    async with database.read() as session:
        return (await session.exec(statement.order_by(col(BackupRun.id).desc()).limit(1))).first()


async def last_run(database: Database, place: str) -> BackupRun | None:
    """The newest attempt at a place, whatever came of it. None: there was none."""
    statement = select(BackupRun).where(BackupRun.place == place)
    async with database.read() as session:
        return (await session.exec(statement.order_by(col(BackupRun.id).desc()).limit(1))).first()

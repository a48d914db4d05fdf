"""The inbox: what a front end has received, committed before it says so, handled in order within each chat."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam
from sqlmodel import col, delete, func, select, update

from storage.database import Database
from storage.models import Inbox as InboxRow
from storage.models import now

# Made once, because each message asks for all of it.
_WAITING = select(InboxRow.chat_id).where(col(InboxRow.handled_at).is_(None)).distinct()
_NEXT = (
    select(InboxRow)
    .where(col(InboxRow.chat_id) == bindparam("chat_id"), col(InboxRow.handled_at).is_(None))
    .order_by(col(InboxRow.update_id))
    .limit(1)
)
_BEFORE = (
    select(InboxRow)
    .where(col(InboxRow.chat_id) == bindparam("chat_id"), col(InboxRow.update_id) < bindparam("update_id"))
    .order_by(col(InboxRow.update_id).desc())
    .limit(1)
)
_HANDLED = (
    update(InboxRow)
    .where(col(InboxRow.update_id) == bindparam("of"))
    .values(handled_at=bindparam("at"), error=bindparam("mistake"))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Received:
    """One update as it came. ``payload`` is its JSON, untouched."""

    update_id: int
    chat_id: int
    payload: str


class Inbox:
    """Every update that was received and not yet swept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrival = asyncio.Event()

    async def put(self, updates: Sequence[Received]) -> None:
        """Commit updates; one that is known already is left as it is."""
        if not updates:
            return
        async with self._database.write() as session:
            ids = [update.update_id for update in updates]
            known = set(
                await session.exec(select(InboxRow.update_id).where(col(InboxRow.update_id).in_(ids)))
            )
            for each in updates:
                if each.update_id not in known:
                    known.add(each.update_id)
                    session.add(
                        InboxRow(update_id=each.update_id, chat_id=each.chat_id, payload=each.payload)
                    )
        arrived, self._arrival = self._arrival, asyncio.Event()
        arrived.set()

    async def waiting_chats(self) -> Sequence[int]:
        """The chats that have unhandled updates."""
        async with self._database.read() as session:
            return (await session.exec(_WAITING)).all()

    async def next(self, chat_id: int) -> Received | None:
        """The chat's oldest unhandled update."""
        async with self._database.read() as session:
            row = (await session.exec(_NEXT, params={"chat_id": chat_id})).first()
        return None if row is None else Received(row.update_id, row.chat_id, row.payload)

    async def before(self, update: Received) -> Received | None:
        """The update of the same chat before this one, if it is still here."""
        values = {"chat_id": update.chat_id, "update_id": update.update_id}
        async with self._database.read() as session:
            row = (await session.exec(_BEFORE, params=values)).first()
        return None if row is None else Received(row.update_id, row.chat_id, row.payload)

    async def following(self, update: Received, *, within_seconds: float) -> Received | None:
        """The update of the same chat after this one, if it is here or comes within this time."""
        try:
            async with asyncio.timeout(within_seconds):
                while True:
                    arrival = self._arrival
                    if found := await self._next_after(update):
                        return found
                    await arrival.wait()
        except TimeoutError:
            return None

    async def _next_after(self, update: Received) -> Received | None:
        statement = (
            select(InboxRow)
            .where(InboxRow.chat_id == update.chat_id, InboxRow.update_id > update.update_id)
            .order_by(col(InboxRow.update_id))
            .limit(1)
        )
        async with self._database.read() as session:
            row = (await session.exec(statement)).first()
        return None if row is None else Received(row.update_id, row.chat_id, row.payload)

    async def set_handled(self, update_id: int, error: str | None = None) -> None:
        """Note that an update is done with, and the mistake in our code that it met, if any."""
        async with self._database.write() as session:
            await session.exec(_HANDLED, params={"of": update_id, "at": now(), "mistake": error})

    async def sweep(self, *, keep: timedelta) -> None:
        """Forget what was handled longer ago than ``keep``, but never the newest: its id is the offset."""
        newest = select(func.max(InboxRow.update_id)).scalar_subquery()
        async with self._database.write() as session:
            await session.exec(
                delete(InboxRow).where(
                    col(InboxRow.handled_at) < now() - keep, col(InboxRow.update_id) < newest
                )
            )

"""A query keeps its id while somebody asks for it, is its chat's alone, and is forgotten in the end."""

from sqlmodel import select

from storage.chats import SavedQuery
from storage.database import Database
from storage.models import now
from storage.saved_queries import KEPT_FOR, forget_old_queries, save_query, saved_query

LONGEST = "优化 " * 1_000


async def _asked_long_ago(database: Database) -> None:
    async with database.write() as session:
        for each in await session.exec(select(SavedQuery)):
            each.asked_at = now() - 2 * KEPT_FOR


async def test_a_query_is_given_back_by_its_id(database: Database) -> None:
    ids = [await save_query(database, 1, text) for text in ("#a -#b", LONGEST)]
    assert [await saved_query(database, 1, id_) for id_ in ids] == ["#a -#b", LONGEST]
    assert await saved_query(database, 1, 99) is None


async def test_the_same_query_has_the_same_id_in_its_chat_alone(database: Database) -> None:
    first = await save_query(database, 1, "a")
    assert await save_query(database, 1, "a") == first
    other = await save_query(database, 2, "a")
    assert other != first
    assert await saved_query(database, 2, first) is None
    assert await saved_query(database, 1, other) is None


async def test_a_query_that_nobody_asks_for_any_more_is_forgotten(database: Database) -> None:
    old, again = [await save_query(database, 1, text) for text in ("old", "again")]
    await _asked_long_ago(database)
    await save_query(database, 1, "again")
    for _ in range(2):
        await forget_old_queries(database)
    assert await saved_query(database, 1, old) is None
    assert await saved_query(database, 1, again) == "again"

"""What costs much and is always the same is made once for all tests of a process, as one bot makes it once."""

from functools import cache
from typing import Any
from unittest.mock import patch

import httpx
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

MOST_STATEMENTS = 2_000


def share_certificates() -> None:
    """Let all clients know the certificates that one has read."""
    patch("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context)).start()


def share_statements() -> None:
    """Let all databases know the statements that one has compiled."""
    compiled: LRUCache[Any, Any] = LRUCache(MOST_STATEMENTS)

    def with_statements(*arguments: Any, **named: Any) -> AsyncEngine:
        engine = create_async_engine(*arguments, **named)
        engine.sync_engine._compiled_cache = compiled
        return engine

    patch("storage.database.create_async_engine", with_statements).start()
    # What is compiled is found again by its dialect, too; those of all our databases are alike.
    dialect: Any = SQLiteDialect_aiosqlite
    dialect.__hash__, dialect.__eq__ = (lambda _: 1), (lambda _, other: isinstance(other, dialect))

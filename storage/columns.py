"""The column types that the tables are made of, where the database's own are not exact enough."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Dialect, Index, String
from sqlalchemy import Enum as SqlEnum
from sqlalchemy import text as condition
from sqlalchemy.types import DateTime, TypeDecorator

LONGEST_WORD = 24
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite has no time zones, so they are stored without and given back with."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; a naive datetime is a mistake in the code."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be stored: give it a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return value.replace(tzinfo=UTC) if value else None


class Text(TypeDecorator[str]):
    """Any text, cleaned: pages and messages are foreign, and one character must not cost what is saved with it."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database, also what is compared with a column."""
        return None if value is None else clean(value)


def clean(text: str) -> str:
    """The text with U+FFFD for what databases refuse: NUL (PostgreSQL) and halves of surrogate pairs (both)."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def words(enum: type[StrEnum]) -> Any:
    """A column type that stores an enum's values (the default stores member names)."""
    return SqlEnum(
        enum,
        native_enum=False,
        create_constraint=False,
        length=LONGEST_WORD,
        values_callable=lambda e: [m.value for m in e],
    )


def index_of(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows alone that meet a condition, written as SQLite has it: ``IS 1`` where others say true.

    SQLite reads the index alone only if it has the columns of the condition too.
    """
    elsewhere = where.replace("IS 1", "IS true").replace("IS 0", "IS false")
    return Index(
        name,
        *columns,
        unique=unique,
        sqlite_where=condition(where),
        postgresql_where=condition(elsewhere),
    )

"""Alembic's entry: runs the migrations on the connection that it is given, or on a database named by hand."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, create_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from storage import chats, derived, models  # noqa: F401 - the tables register themselves
from storage.backup import runs  # noqa: F401


def _plain(kind: str, thing: object, _autogenerate: AutogenContext) -> str | Literal[False]:
    """Our column types as the database has them, so that an old migration needs none of today's code."""
    if kind == "type" and isinstance(thing, Enum):
        return f"sa.String({thing.length})"
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """The full-text index and its parts are no tables that SQLAlchemy knows."""
    return not (kind == "table" and name is not None and name.startswith("link_index"))


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        render_item=_plain,
        compare_type=True,
        include_name=_is_ours,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:  # `alembic revision --autogenerate`, in development
    url = context.get_x_argument(as_dictionary=True).get("url", "sqlite:///data/tagshot.db")
    with create_engine(url, poolclass=NullPool).connect() as opened:
        _run(opened)
        opened.commit()

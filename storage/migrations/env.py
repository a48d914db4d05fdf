"""Alembic's entry: runs the migrations on the connection that it is given, or on DATABASE_URL by hand."""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel
from storage import models  # noqa: F401 - the tables register themselves


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
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

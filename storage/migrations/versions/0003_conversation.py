"""A chat has wishes, its messages are known to speak of links, and what it removes can be taken back."""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 5_000


def upgrade() -> None:
    """Forwards."""
    op.add_column("link", sa.Column("host", sa.String(), nullable=False, server_default=""))
    op.add_column("link", sa.Column("read_at", sa.DateTime(), nullable=True))
    op.add_column("snapshot", sa.Column("viewport", sa.String(24), nullable=False, server_default="desktop"))
    op.add_column("snapshot", sa.Column("sheet", sa.String(24), nullable=False, server_default="a4"))
    _fill_hosts()
    op.create_index("ix_link_host", "link", ["chat_id", "host", "id"])
    op.create_index("ix_link_saved", "link", ["chat_id", "created_at", "id"])
    _make_link_key()
    _make_preferences()
    _make_mention()
    _make_undo()


def downgrade() -> None:
    """Back."""
    for table in ("undo", "mention", "preferences", "link_key"):
        op.drop_table(table)
    op.drop_index("ix_link_saved", "link")
    op.drop_index("ix_link_host", "link")
    for table, column in (
        ("snapshot", "sheet"),
        ("snapshot", "viewport"),
        ("link", "read_at"),
        ("link", "host"),
    ):
        op.drop_column(table, column)


def _fill_hosts() -> None:
    """Give each link the host of its address, some thousand at a time."""
    connection = op.get_bind()
    link = sa.table("link", sa.column("id"), sa.column("url"), sa.column("host"))
    change = link.update().where(link.c.id == sa.bindparam("of_id")).values(host=sa.bindparam("new_host"))
    last = 0
    while True:
        rows = connection.execute(
            sa.select(link.c.id, link.c.url).where(link.c.id > last).order_by(link.c.id).limit(ROWS_AT_ONCE)
        ).all()
        if not rows:
            return
        connection.execute(change, [{"of_id": row.id, "new_host": _host(row.url)} for row in rows])
        last = rows[-1].id


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _make_link_key() -> None:
    op.create_table(
        "link_key",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("url_key", sa.String(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "url_key"),
    )
    op.create_index("ix_link_key_link_id", "link_key", ["link_id"])


def _make_preferences() -> None:
    op.create_table(
        "preferences",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("told_language", sa.String(), nullable=True),
        sa.Column("sends_pdf", sa.Boolean(), nullable=False),
        sa.Column("sheet", sa.String(24), nullable=False),
        sa.Column("has_albums", sa.Boolean(), nullable=False),
        sa.Column("saves_plain_links", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("time_zone", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id"),
    )


def _make_mention() -> None:
    op.create_table(
        "mention",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "message_id", "link_id"),
    )
    op.create_index("ix_mention_link", "mention", ["link_id"])


def _make_undo() -> None:
    op.create_table(
        "undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_undo_chat_id", "undo", ["chat_id"])
    op.create_index("ix_undo_expires_at", "undo", ["expires_at"])

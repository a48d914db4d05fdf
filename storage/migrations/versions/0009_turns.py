"""Chats take turns, one capture at a time on a host; suspects are known; how much a chat keeps is quickly told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = (
    sa.Column("chat_id", sa.BigInteger(), nullable=False, server_default="0"),
    sa.Column("host", sa.String(), nullable=False, server_default=""),
    sa.Column("deaths", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("size_bytes", sa.BigInteger(), nullable=False, server_default="0"),
)
OPEN = "snapshot.status IN ('queued', 'running')"
FILL = f"""
    UPDATE snapshot SET
        chat_id = (SELECT link.chat_id FROM link WHERE link.id = snapshot.link_id),
        host = CASE WHEN {OPEN} THEN (SELECT link.host FROM link WHERE link.id = snapshot.link_id) ELSE '' END,
        size_bytes = (
            SELECT coalesce(sum(artifact.size_bytes), 0) FROM artifact WHERE artifact.snapshot_id = snapshot.id)
"""  # noqa: S608 - only our own words


def upgrade() -> None:
    """Forwards."""
    for column in COLUMNS:
        op.add_column("snapshot", column)
    op.execute(FILL)
    op.create_index("ix_snapshot_turn", "snapshot", ["status", "chat_id", "run_after", "id", "host"])
    op.create_index("ix_snapshot_captured", "snapshot", ["captured_at", "host"])
    op.create_index("ix_snapshot_size", "snapshot", ["chat_id", "size_bytes"])
    op.create_table(
        "last_claim",
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id"),
    )
    op.create_index("ix_last_claim_number", "last_claim", ["number"])


def downgrade() -> None:
    """Back."""
    op.drop_table("last_claim")
    for index in ("ix_snapshot_size", "ix_snapshot_captured", "ix_snapshot_turn"):
        op.drop_index(index, "snapshot")
    for column in reversed(COLUMNS):
        op.drop_column("snapshot", column.name)

"""A snapshot knows what its page says of itself, and may have several files of one kind."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    for column in _of_snapshot():
        op.add_column("snapshot", column)
    _remake_artifact(
        [
            sa.Column("position", sa.Integer(), nullable=False),
            sa.Column("name", sa.String(), nullable=True),
        ],
        sa.UniqueConstraint("snapshot_id", "kind", "position"),
        "INSERT INTO artifact_new"
        " (snapshot_id, kind, position, sha256, size_bytes, content_type, telegram_file_id)"
        " SELECT snapshot_id, kind, 0, sha256, size_bytes, content_type, telegram_file_id"
        " FROM artifact ORDER BY id",
    )


def downgrade() -> None:
    """Back. Of several files of one kind the first is kept."""
    _remake_artifact(
        [],
        sa.UniqueConstraint("snapshot_id", "kind"),
        "INSERT INTO artifact_new (snapshot_id, kind, sha256, size_bytes, content_type, telegram_file_id)"
        " SELECT snapshot_id, kind, sha256, size_bytes, content_type, telegram_file_id"
        " FROM artifact WHERE position = 0 ORDER BY id",
    )
    for column in _of_snapshot():
        op.drop_column("snapshot", column.name)


def _of_snapshot() -> list["sa.Column[object]"]:
    return [
        sa.Column("problems", sa.String(), nullable=False, server_default=""),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("site", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("image_url", sa.String(), nullable=True),
        sa.Column("canonical_url", sa.String(), nullable=True),
        sa.Column("medium", sa.String(), nullable=True),
    ]


def _remake_artifact(more: list["sa.Column[object]"], key: sa.UniqueConstraint, copy: str) -> None:
    """Make the table anew with its rows: SQLite can't change the key of a table."""
    op.create_table(
        "artifact_new",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("telegram_file_id", sa.String(), nullable=True),
        *more,
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        key,
    )
    op.execute(copy)
    op.drop_table("artifact")
    op.rename_table("artifact_new", "artifact")
    op.create_index("ix_artifact_sha256", "artifact", ["sha256"])

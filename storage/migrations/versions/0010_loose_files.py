"""Files that perhaps nothing speaks of are noted, to be removed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "loose_file",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("noted_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_index("ix_loose_file_noted_at", "loose_file", ["noted_at"])


def downgrade() -> None:
    """Back."""
    op.drop_table("loose_file")

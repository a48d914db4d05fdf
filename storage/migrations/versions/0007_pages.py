"""A stored PDF knows how many pages it has."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards. Of those that are stored already nobody knows."""
    op.add_column("artifact", sa.Column("pages", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("artifact", "pages")

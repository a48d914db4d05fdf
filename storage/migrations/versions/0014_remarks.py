"""A message that says something of a link is known with the tags that it took off and the note that it replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

COLUMNS = ("taken_off", "note_before")


def upgrade() -> None:
    """Forwards."""
    for name in COLUMNS:
        op.add_column("mention", sa.Column(name, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Back."""
    for name in COLUMNS:
        op.drop_column("mention", name)

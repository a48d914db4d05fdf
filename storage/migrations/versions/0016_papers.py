"""A PDF that has a name is the page itself, and no print of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BEFORE = "{row}.kind = 'original' AND {row}.content_type = 'application/pdf'"
_AFTER = "{row}.content_type = 'application/pdf' AND ({row}.kind = 'original' OR {row}.name IS NOT NULL)"


def upgrade() -> None:
    """Forwards."""
    _change_triggers(_BEFORE, _AFTER)
    _set_pdf("true", _AFTER, "false")


def downgrade() -> None:
    """Back."""
    _change_triggers(_AFTER, _BEFORE)
    _set_pdf("false", _BEFORE, "true", but="NOT")


def _change_triggers(before: str, after: str) -> None:
    """Change what is a PDF wherever a trigger says so; they are SQLite's."""
    if op.get_bind().dialect.name != "sqlite":
        return
    triggers = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, sql in op.get_bind().execute(triggers).all():
        changed = sql
        for row in ("a", "NEW", "OLD"):
            changed = changed.replace(before.format(row=row), after.format(row=row))
        if changed != sql:
            op.execute(f"DROP TRIGGER {name}")
            op.execute(sa.text(changed.replace(":", "\\:")))


def _set_pdf(to: str, is_paper: str, before: str, but: str = "") -> None:
    papers = "SELECT s.link_id FROM snapshot AS s JOIN artifact AS a ON a.snapshot_id = s.id WHERE "
    where = is_paper.format(row="a")
    op.execute(f"UPDATE link SET is_pdf = {to} WHERE is_pdf IS {before} AND id {but} IN ({papers}{where})")  # noqa: S608

"""Links that the full-text index lacks are found by an index, and those in a state by an index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATES = {
    "ix_link_untagged": (["tag_count"], "tag_count = 0"),
    "ix_link_failed": (["is_failed"], "is_failed IS 1"),
    "ix_link_dead": (["is_dead"], "is_dead IS 1"),
    "ix_link_pdf": (["is_pdf"], "is_pdf IS 1"),
    "ix_link_unread": (["is_kept", "read_at"], "is_kept IS 1 AND read_at IS NULL"),
}
_INDEXED = "UPDATE link SET is_indexed = {is_indexed} WHERE id = {row}.link_id"
_ON = {
    "indexed_text_added": ("INSERT ON indexed_text", _INDEXED.format(is_indexed=1, row="NEW")),
    "indexed_text_removed": ("DELETE ON indexed_text", _INDEXED.format(is_indexed=0, row="OLD")),
}


def upgrade() -> None:
    """Forwards."""
    op.add_column("link", sa.Column("is_indexed", sa.Boolean(), nullable=False, server_default=sa.false()))
    link, indexed = sa.table("link", sa.column("id"), sa.column("is_indexed")), sa.table("indexed_text")
    among: sa.Select[tuple[int]] = sa.select(sa.column("link_id")).select_from(indexed)
    op.execute(link.update().where(link.c.id.in_(among)).values(is_indexed=sa.true()))
    _make_index("ix_link_absent", ["id"], "is_indexed IS 0")
    for name, (columns, where) in _STATES.items():
        op.drop_index(name, "link")
        _make_index(name, ["chat_id", "id", *columns], where)
    if op.get_bind().dialect.name == "sqlite":
        for name, (when, done) in _ON.items():
            op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {done}; END")


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in _ON:
            op.execute(f"DROP TRIGGER {name}")
    for name, (_, where) in _STATES.items():
        op.drop_index(name, "link")
        _make_index(name, ["chat_id", "id"], where)
    op.drop_index("ix_link_absent", "link")
    op.drop_column("link", "is_indexed")


def _make_index(name: str, columns: list[str], where: str) -> None:
    elsewhere = where.replace("IS 1", "IS true").replace("IS 0", "IS false")
    op.create_index(name, "link", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(elsewhere))

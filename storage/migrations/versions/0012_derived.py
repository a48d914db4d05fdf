"""What links are found by stands in columns of their own: site, day, language, tags, how their snapshots went."""

import sqlalchemy as sa
from alembic import op
from storage.tokens import first_token

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEPT = "EXISTS (SELECT 1 FROM snapshot AS s WHERE s.link_id = link.id AND s.status = 'done')"
_NEWEST = "FROM snapshot AS s WHERE s.link_id = link.id ORDER BY s.id DESC LIMIT 1"
_PDF = (
    "EXISTS (SELECT 1 FROM snapshot AS s JOIN artifact AS a ON a.snapshot_id = s.id"
    " WHERE s.link_id = link.id AND a.kind = 'original' AND a.content_type = 'application/pdf')"
)
_COLUMNS = (
    "is_kept = {kept},"
    " is_failed = coalesce((SELECT s.status = 'failed' {newest}), 0) AND NOT {kept},"
    " is_dead = coalesce((SELECT s.status = 'failed' AND coalesce(s.verdict, '') IN"
    " ('not-found', 'gone', 'unreachable') {newest}), 0),"
    " language = coalesce((SELECT lower(s.language) FROM snapshot AS s WHERE s.link_id = link.id"
    " AND s.status = 'done' ORDER BY s.id DESC LIMIT 1), ''), is_pdf = {pdf}"
)
_STANDING = _COLUMNS.format(kept=_KEPT, newest=_NEWEST, pdf=_PDF)
_MORE = "UPDATE link SET tag_count = tag_count + 1 WHERE id = NEW.link_id"
_FEWER = "UPDATE link SET tag_count = tag_count - 1 WHERE id = OLD.link_id"
_USED = "UPDATE tag SET links = links + 1 WHERE id = NEW.tag_id"
_LESS_USED = "UPDATE tag SET links = links - 1 WHERE id = OLD.tag_id"
_STANDS = "UPDATE link SET {standing} WHERE id IN ({ids})"
_MAY_BE_PDF = (
    "UPDATE link SET is_pdf = {pdf} WHERE id = (SELECT link_id FROM snapshot WHERE id = {row}.snapshot_id)"
)
_IS_PDF = "{row}.kind = 'original' AND {row}.content_type = 'application/pdf'"
_ON = {
    "link_tag_added": ("INSERT ON link_tag", _MORE, _USED),
    "link_tag_removed": ("DELETE ON link_tag", _FEWER, _LESS_USED),
    "link_tag_changed": ("UPDATE ON link_tag", _FEWER, _LESS_USED, _MORE, _USED),
    "snapshot_added": ("INSERT ON snapshot", _STANDS.format(standing=_STANDING, ids="NEW.link_id")),
    "snapshot_removed": ("DELETE ON snapshot", _STANDS.format(standing=_STANDING, ids="OLD.link_id")),
    "snapshot_changed": (
        "UPDATE OF status, verdict, language, link_id ON snapshot",
        _STANDS.format(standing=_STANDING, ids="OLD.link_id, NEW.link_id"),
    ),
    "artifact_added": (
        "INSERT ON artifact WHEN " + _IS_PDF.format(row="NEW"),
        _MAY_BE_PDF.format(pdf=_PDF, row="NEW"),
    ),
    "artifact_removed": (
        "DELETE ON artifact WHEN " + _IS_PDF.format(row="OLD"),
        _MAY_BE_PDF.format(pdf=_PDF, row="OLD"),
    ),
}
_FILL = (
    "UPDATE link SET saved_on = substr(CAST(created_at AS TEXT), 1, 10),"
    " tag_count = (SELECT count(*) FROM link_tag WHERE link_tag.link_id = link.id), {standing}"
)
_OLD_INDEXES = {"ix_link_host": "host", "ix_link_saved": "created_at"}
_INDEXES = {"ix_link_site": "site_key", "ix_link_day": "saved_on", "ix_link_language": "language"}
_PARTIAL = {
    "ix_link_untagged": "tag_count = 0",
    "ix_link_failed": "is_failed IS 1",
    "ix_link_dead": "is_dead IS 1",
    "ix_link_pdf": "is_pdf IS 1",
    "ix_link_unread": "is_kept IS 1 AND read_at IS NULL",
}


def upgrade() -> None:
    """Forwards. The columns are filled by one pass over the links, before their indexes are made."""
    op.add_column("tag", sa.Column("links", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("tag", sa.Column("first_token", sa.String(), nullable=False, server_default=""))
    for new in _of_link():
        op.add_column("link", new)
    _fill_site_keys()
    _fill_first_tokens()
    op.execute(_FILL.format(standing=_STANDING))
    op.execute("UPDATE tag SET links = (SELECT count(*) FROM link_tag WHERE link_tag.tag_id = tag.id)")
    op.create_index("ix_tag_first_token", "tag", ["chat_id", "first_token"])
    for name in _OLD_INDEXES:
        op.drop_index(name, "link")
    for name, column in _INDEXES.items():
        op.create_index(name, "link", ["chat_id", column, "id"])
    for name, where in _PARTIAL.items():
        op.create_index(
            name,
            "link",
            ["chat_id", "id"],
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where.replace("IS 1", "IS true")),
        )
    _make_index("1 2 3 4 5")
    if op.get_bind().dialect.name == "sqlite":
        for name, (when, *done) in _ON.items():
            op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {'; '.join(done)}; END")


def downgrade() -> None:
    """Back."""
    if op.get_bind().dialect.name == "sqlite":
        for name in _ON:
            op.execute(f"DROP TRIGGER {name}")
    _make_index("1")
    for name in (*_PARTIAL, *_INDEXES):
        op.drop_index(name, "link")
    for name, column in _OLD_INDEXES.items():
        op.create_index(name, "link", ["chat_id", column, "id"])
    for new in reversed(_of_link()):
        op.drop_column("link", new.name)
    op.drop_index("ix_tag_first_token", "tag")
    op.drop_column("tag", "first_token")
    op.drop_column("tag", "links")


def _of_link() -> list["sa.Column[object]"]:
    return [
        sa.Column("site_key", sa.String(), nullable=False, server_default=""),
        sa.Column("saved_on", sa.String(), nullable=False, server_default=""),
        sa.Column("language", sa.String(), nullable=False, server_default=""),
        sa.Column("tag_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("is_kept", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_failed", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_dead", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_pdf", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _fill_site_keys() -> None:
    """Host by host, because there are fewer of them than links."""
    connection = op.get_bind()
    link = sa.table("link", sa.column("chat_id"), sa.column("host"), sa.column("site_key"))
    hosts = connection.execute(
        sa.select(link.c.chat_id, link.c.host).distinct().where(link.c.host != "")
    ).all()
    if not hosts:
        return
    change = (
        link.update()
        .where(link.c.chat_id == sa.bindparam("of_chat"), link.c.host == sa.bindparam("of_host"))
        .values(site_key=sa.bindparam("new_key"))
    )
    connection.execute(
        change,
        [{"of_chat": row.chat_id, "of_host": row.host, "new_key": _site_key(row.host)} for row in hosts],
    )


def _fill_first_tokens() -> None:
    connection = op.get_bind()
    tag = sa.table("tag", sa.column("id"), sa.column("key"), sa.column("first_token"))
    rows = connection.execute(sa.select(tag.c.id, tag.c.key)).all()
    change = tag.update().where(tag.c.id == sa.bindparam("of_id")).values(first_token=sa.bindparam("new"))
    if rows:
        connection.execute(change, [{"of_id": row.id, "new": first_token(row.key)} for row in rows])


def _make_index(prefixes: str) -> None:
    """Make the full-text index anew, so that beginnings of so many letters stand in it.

    It has no texts of its own: the running program brings the links into it again, some at a time.
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("DROP TABLE link_index")
    op.execute("DELETE FROM indexed_text")
    op.execute(
        "CREATE VIRTUAL TABLE link_index USING fts5(title, tags, note, address, page, content='',"
        f" tokenize='ascii', prefix='{prefixes}', columnsize=1)"
    )


def _site_key(host: str) -> str:
    return "".join(f"{label}." for label in reversed(host.split(".")))

"""How links stand: the columns of ``Link`` and ``Tag`` that follow from other columns and from other tables.

A link without a tag, a failed one, one in a language would else be found by looking at all. Triggers keep them,
because tags and snapshots are written in many places; they are SQLite's, and another database needs its own with the
same meaning. What SQL can't tell is set as the row is written.
"""

from datetime import UTC

from sqlalchemy import DDL, event
from sqlalchemy.schema import ExecutableDDLElement
from sqlmodel import SQLModel

from storage.hosts import site_key
from storage.models import Link, Tag
from storage.tokens import first_token

_KEPT = "EXISTS (SELECT 1 FROM snapshot AS s WHERE s.link_id = link.id AND s.status = 'done')"
_NEWEST = "FROM snapshot AS s WHERE s.link_id = link.id ORDER BY s.id DESC LIMIT 1"
# A PDF that was printed of a page has no name; one that a host or a person sent has.
_IS_PDF = "{row}.content_type = 'application/pdf' AND ({row}.kind = 'original' OR {row}.name IS NOT NULL)"
_HAS = (
    "EXISTS (SELECT 1 FROM snapshot AS s JOIN artifact AS a ON a.snapshot_id = s.id"
    " WHERE s.link_id = link.id AND {which})"
)
_PDF = _HAS.format(which=_IS_PDF.format(row="a"))
_COLUMNS = (
    "is_kept = {kept},"
    " is_failed = coalesce((SELECT s.status = 'failed' {newest}), 0) AND NOT {kept},"
    " is_dead = coalesce((SELECT s.status = 'failed' AND coalesce(s.verdict, '') IN"
    " ('not-found', 'gone', 'unreachable') {newest}), 0),"
    " language = coalesce((SELECT lower(s.language) FROM snapshot AS s WHERE s.link_id = link.id"
    " AND s.status = 'done' ORDER BY s.id DESC LIMIT 1), ''), is_pdf = {pdf}"
)
STANDING = _COLUMNS.format(kept=_KEPT, newest=_NEWEST, pdf=_PDF)
"""What a link's snapshots say of it. ``is_kept``: a snapshot was. ``is_failed``: none was, and the newest failed.
``is_dead``: the newest found no page. ``language``: of the newest that was kept. ``is_pdf``: the page was one."""
_MORE = "UPDATE link SET tag_count = tag_count + 1 WHERE id = NEW.link_id"
_FEWER = "UPDATE link SET tag_count = tag_count - 1 WHERE id = OLD.link_id"
_USED = "UPDATE tag SET links = links + 1 WHERE id = NEW.tag_id"
_LESS_USED = "UPDATE tag SET links = links - 1 WHERE id = OLD.tag_id"
_STANDS = "UPDATE link SET {standing} WHERE id IN ({ids})"
_MAY_BE_PDF = (
    "UPDATE link SET is_pdf = {pdf} WHERE id = (SELECT link_id FROM snapshot WHERE id = {row}.snapshot_id)"
)
_INDEXED = "UPDATE link SET is_indexed = {is_indexed} WHERE id = {row}.link_id"
_ON = {
    "link_tag_added": ("INSERT ON link_tag", _MORE, _USED),
    "link_tag_removed": ("DELETE ON link_tag", _FEWER, _LESS_USED),
    "link_tag_changed": ("UPDATE ON link_tag", _FEWER, _LESS_USED, _MORE, _USED),
    "snapshot_added": ("INSERT ON snapshot", _STANDS.format(standing=STANDING, ids="NEW.link_id")),
    "snapshot_removed": ("DELETE ON snapshot", _STANDS.format(standing=STANDING, ids="OLD.link_id")),
    "snapshot_changed": (
        "UPDATE OF status, verdict, language, link_id ON snapshot",
        _STANDS.format(standing=STANDING, ids="OLD.link_id, NEW.link_id"),
    ),
    "artifact_added": (
        "INSERT ON artifact WHEN " + _IS_PDF.format(row="NEW"),
        _MAY_BE_PDF.format(pdf=_PDF, row="NEW"),
    ),
    "artifact_removed": (
        "DELETE ON artifact WHEN " + _IS_PDF.format(row="OLD"),
        _MAY_BE_PDF.format(pdf=_PDF, row="OLD"),
    ),
    "indexed_text_added": ("INSERT ON indexed_text", _INDEXED.format(is_indexed=1, row="NEW")),
    "indexed_text_removed": ("DELETE ON indexed_text", _INDEXED.format(is_indexed=0, row="OLD")),
}
TRIGGERS = {
    name: f"CREATE TRIGGER {name} AFTER {when} BEGIN {'; '.join(done)}; END"
    for name, (when, *done) in _ON.items()
}
"""Their statements by their names."""

for _statement in TRIGGERS.values():
    _ddl: ExecutableDDLElement = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(SQLModel.metadata, "after_create", _ddl.execute_if(dialect="sqlite"))


def _complete_link(_mapper: object, _connection: object, link: Link) -> None:
    link.site_key = site_key(link.host)
    link.saved_on = link.created_at.astimezone(UTC).date().isoformat()


def _complete_tag(_mapper: object, _connection: object, tag: Tag) -> None:
    tag.first_token = first_token(tag.key)


for _when in ("before_insert", "before_update"):
    event.listen(Link, _when, _complete_link)
    event.listen(Tag, _when, _complete_tag)

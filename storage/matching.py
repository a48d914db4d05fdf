"""A query as SQL: which links of a chat it finds.

A query is a condition that is put to links one after another; what makes it quick is which links it is put to.
They come from a source (next door, in ``sources``): one of few links is read whole. Of a tag with many, the index
gives the links newest first, and reading stops when a page is full; so it does with all links of the chat where
nothing else is left. Every leaf is bound to the chat, so the tags and hosts of another chat find nothing.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, true, union_all
from sqlalchemy import not_ as is_not
from sqlalchemy.orm import aliased
from sqlmodel import and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.models import Artifact, ArtifactKind, Link, LinkTag, Snapshot, SnapshotStatus, Tag, Verdict
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    Everything,
    HasTag,
    InLanguage,
    Is,
    Leaf,
    Not,
    OnSite,
    Query,
    State,
    TagPrefix,
    Words,
    all_of,
)
from storage.search import having
from storage.sources import FEW, PDF, Sizes, begins, is_on, is_within, size_of, smallest, tag_id

NO_PAGE = (Verdict.NOT_FOUND, Verdict.GONE, Verdict.UNREACHABLE)
"""The verdicts on a link that leads nowhere."""
_EXACT = HasTag | TagPrefix | OnSite | Before | After


def link_ids(chat_id: int, query: Query, sizes: Sizes | None = None) -> SelectOfScalar[Any]:
    """The ids of the links that the query finds, each once, in no order; ``sizes`` (``sizes_of``) make it quick."""
    sizes = sizes or {}
    parts = query.parts if isinstance(query, AllOf) else (query,)
    if size_of(query, sizes) <= FEW:
        return _among_few(chat_id, query, sizes)
    if tags := [part for part in parts if isinstance(part, HasTag)]:
        first = min(tags, key=lambda tag: sizes.get(tag, 0))
        return _with_tag(chat_id, first, all_of(part for part in parts if part != first))
    for part in parts:
        if isinstance(part, AnyOf) and all(isinstance(each, HasTag) for each in part.parts):
            return _with_either(chat_id, part.parts, all_of(each for each in parts if each != part))
    return select(Link.id).where(Link.chat_id == chat_id, holds(chat_id, query, col(Link.id)))


def _among_few(chat_id: int, query: Query, sizes: Sizes) -> SelectOfScalar[Any]:
    source, known = smallest(chat_id, query, sizes)
    parts = query.parts if isinstance(query, AllOf) else (query,)
    rest = all_of(part for part in parts if part != known or not isinstance(part, _EXACT))
    few = source.subquery()
    return select(few.c[0]).distinct().where(holds(chat_id, rest, few.c[0]))


def _with_tag(chat_id: int, tag: HasTag, rest: Query) -> SelectOfScalar[Any]:
    """Newest first by the index."""
    link_id = col(LinkTag.link_id)
    return select(link_id).where(LinkTag.tag_id == tag_id(chat_id, tag), holds(chat_id, rest, link_id))


def _with_either(chat_id: int, tags: Sequence[Query], rest: Query) -> SelectOfScalar[Any]:
    """Newest first by merging: each tag gives the links that none of the tags before it has."""
    arms: list[Any] = []
    for at, tag in enumerate(tags):
        if isinstance(tag, HasTag):
            seen = [Not(each) for each in tags[:at]]
            arms.append(_with_tag(chat_id, tag, all_of(seen)))
    either = union_all(*arms).subquery()
    return select(either.c[0]).where(holds(chat_id, rest, either.c[0]))


def holds(chat_id: int, query: Query, link_id: Any) -> ColumnElement[bool]:
    """Whether the query finds the link with that id, which is one of this chat."""
    match query:
        case Everything():
            return true()
        case Not(inner):
            return is_not(holds(chat_id, inner, link_id))
        case AllOf(parts):
            return and_(*(holds(chat_id, part, link_id) for part in parts))
        case AnyOf(parts):
            return or_(*(holds(chat_id, part, link_id) for part in parts))
        case _:
            return _leaf_holds(chat_id, query, link_id)


def _leaf_holds(chat_id: int, leaf: Leaf, link_id: Any) -> ColumnElement[bool]:
    link, tagged = aliased(Link), aliased(LinkTag)
    match leaf:
        case HasTag():
            return _any(tagged.link_id == link_id, tagged.tag_id == tag_id(chat_id, leaf))
        case TagPrefix():
            begins_so = _any(col(Tag.id) == tagged.tag_id, *begins(chat_id, leaf))
            return _any(tagged.link_id == link_id, begins_so)
        case Words(text):
            return having(text, link_id)
        case OnSite(host):
            return _any(link.id == link_id, is_on(host, link.host))
        case Before() | After():
            return _any(link.id == link_id, is_within(leaf, link.created_at))
        case InLanguage(code):
            kept = _newest(link_id, Snapshot.language, Snapshot.status == SnapshotStatus.DONE)
            return func.lower(kept).concat("-").startswith(f"{code}-", autoescape=True)
        case Is(state):
            return _is(state, link_id)


def _is(state: State, link_id: Any) -> ColumnElement[bool]:
    link, tagged, kept = aliased(Link), aliased(LinkTag), aliased(Snapshot)
    is_kept = _any(kept.link_id == link_id, kept.status == SnapshotStatus.DONE)
    match state:
        case State.UNTAGGED:
            return is_not(_any(tagged.link_id == link_id))
        case State.FAILED:
            return and_(_newest(link_id, Snapshot.status) == SnapshotStatus.FAILED, is_not(is_kept))
        case State.DEAD:
            return and_(
                _newest(link_id, Snapshot.status) == SnapshotStatus.FAILED,
                _newest(link_id, Snapshot.verdict).in_(NO_PAGE),
            )
        case State.UNREAD:
            return and_(_any(link.id == link_id, col(link.read_at).is_(None)), is_kept)
        case State.PDF:
            return _any(
                kept.link_id == link_id,
                col(Artifact.snapshot_id) == kept.id,
                col(Artifact.kind) == ArtifactKind.ORIGINAL,
                col(Artifact.content_type) == PDF,
            )


def _any(*conditions: Any) -> ColumnElement[bool]:
    """Whether there is a row that meets all conditions."""
    return exists().where(*conditions)


def _newest(link_id: Any, column: Any, *conditions: Any) -> Any:
    """A column of the link's newest snapshot, or of the newest that meets the conditions."""
    newest = select(column).where(Snapshot.link_id == link_id, *conditions)
    return newest.order_by(col(Snapshot.id).desc()).limit(1).scalar_subquery()

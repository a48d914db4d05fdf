"""Where the links that a query may find can come from, and how many there are: what ``matching`` chooses among.

A source gives every link that its part of a query finds, maybe more and maybe twice, and none of another chat.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, union
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Artifact, ArtifactKind, Link, LinkTag, Snapshot, SnapshotStatus, Tag
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    HasTag,
    Is,
    OnSite,
    Query,
    State,
    TagPrefix,
    leaves,
)

FEW = 20_000
"""A source of up to so many links is read whole. Beyond it, newest first: ten that are found come soon then."""
MANY = FEW + 1
PDF = "application/pdf"

Sizes = Mapping[Query, int]
"""How many links the sources of some parts of a query have; ``MANY`` is any number above ``FEW``."""


async def sizes_of(session: AsyncSession, chat_id: int, query: Query) -> Sizes:
    """The sizes of all sources that the query has, each counted up to ``FEW``."""
    found = dict.fromkeys((*leaves(query), *_spans(query)))
    sources = {part: source for part in found if (source := source_of(chat_id, part)) is not None}
    counts = [
        select(func.count()).select_from(source.limit(MANY).subquery()).scalar_subquery()
        for source in sources.values()
    ]
    if not counts:
        return {}
    row: Sequence[int] = (await (await session.connection()).execute(Select(*counts))).one()
    return dict(zip(sources, row, strict=True))


def size_of(part: Query, sizes: Sizes) -> int:
    """How many links the smallest source of the part has; ``MANY`` also where there is none or it was not counted."""
    match part:
        case AllOf():
            return min(_choices(part, sizes).values())
        case AnyOf(parts):
            return min(MANY, sum(size_of(each, sizes) for each in parts))
        case _:
            return sizes.get(part, MANY)


def smallest(chat_id: int, part: Query, sizes: Sizes) -> tuple[Any, Query]:
    """The smallest source of a part that has one of at most ``FEW`` links, and what of the part it stands for."""
    match part:
        case AllOf():
            choices = _choices(part, sizes)
            choice = min(choices, key=lambda each: choices[each])
            is_span = isinstance(choice, AllOf)
            return (source_of(chat_id, choice), choice) if is_span else smallest(chat_id, choice, sizes)
        case AnyOf(parts):
            # Each in a select of its own: SQLite takes no union in a union.
            few = (smallest(chat_id, each, sizes)[0].subquery() for each in parts)
            return union(*(select(each.c[0]) for each in few)), part
        case _:
            return source_of(chat_id, part), part


def _choices(query: AllOf, sizes: Sizes) -> dict[Query, int]:
    """What of the query a source may stand for, with its size: each part, and the bounds in time together."""
    spans = {span: sizes[span] for span in _spans(query) if span in sizes}
    return {part: size_of(part, sizes) for part in query.parts} | spans


def source_of(chat_id: int, part: Query) -> Any:
    """The source of a leaf, or of several bounds in time. None: links would have to be looked at one by one."""
    match part:
        case HasTag():
            return select(LinkTag.link_id).where(LinkTag.tag_id == tag_id(chat_id, part))
        case TagPrefix():
            tags = select(Tag.id).where(*begins(chat_id, part))
            return select(LinkTag.link_id).where(col(LinkTag.tag_id).in_(tags))
        case OnSite(host):
            return select(Link.id).where(Link.chat_id == chat_id, col(Link.host).in_(_hosts(chat_id, host)))
        case Before() | After():
            return _saved_within(chat_id, [part])
        case AllOf(parts) if len(bounds := bounds_of(parts)) == len(parts):
            return _saved_within(chat_id, bounds)
        case Is(State.FAILED | State.DEAD):
            failed = select(Snapshot.link_id).join(Link).where(Link.chat_id == chat_id)
            return failed.where(Snapshot.status == SnapshotStatus.FAILED)
        case Is(State.PDF):
            return _pdfs(chat_id)
        case _:
            return None


def tag_id(chat_id: int, tag: HasTag) -> Any:
    """The id of the tag, as a value in a statement; null if the chat has no such tag."""
    return select(Tag.id).where(Tag.chat_id == chat_id, Tag.key == tag.key).scalar_subquery()


def begins(chat_id: int, prefix: TagPrefix) -> tuple[ColumnElement[bool], ...]:
    """What makes a tag one of the chat's that begin so."""
    return col(Tag.chat_id) == chat_id, col(Tag.key).startswith(prefix.key, autoescape=True)


def is_on(host: str, column: Any) -> ColumnElement[bool]:
    """Whether the column is the host or a subdomain of it."""
    return or_(column == host, column.endswith(f".{host}", autoescape=True))


def is_within(bound: Before | After, saved_at: Any) -> ColumnElement[bool]:
    """Whether a time is on that side of the bound."""
    is_before: ColumnElement[bool] = saved_at < bound.at
    return is_before if isinstance(bound, Before) else saved_at >= bound.at


def _saved_within(chat_id: int, bounds: Iterable[Before | After]) -> Any:
    within = (is_within(bound, col(Link.created_at)) for bound in bounds)
    return select(Link.id).where(Link.chat_id == chat_id, *within)


def _hosts(chat_id: int, host: str) -> Any:
    """Which hosts of the chat are the host or below it: the index is asked for one host after another, not per link."""
    of_chat = Link.chat_id == chat_id
    all_hosts = select(func.min(Link.host).label("host")).where(of_chat).cte("all_hosts", recursive=True)
    following = (
        select(func.min(Link.host)).where(of_chat, col(Link.host) > all_hosts.c.host).scalar_subquery()
    )
    all_hosts = all_hosts.union_all(select(following).where(all_hosts.c.host.is_not(None)))
    return select(all_hosts.c.host).where(is_on(host, all_hosts.c.host))


def _pdfs(chat_id: int) -> Any:
    return (
        select(Snapshot.link_id)
        .join(Artifact, col(Artifact.snapshot_id) == col(Snapshot.id))
        .join(Link, col(Link.id) == col(Snapshot.link_id))
        .where(Artifact.kind == ArtifactKind.ORIGINAL, Artifact.content_type == PDF, Link.chat_id == chat_id)
    )


def bounds_of(parts: Iterable[Query]) -> list[Before | After]:
    """The bounds in time among the parts."""
    return [part for part in parts if isinstance(part, Before | After)]


def _spans(query: Query) -> Iterator[AllOf]:
    """Bounds that hold together: half of the links may be beyond each, and few between them."""
    if isinstance(query, AllOf) and len(bounds := bounds_of(query.parts)) > 1:
        yield AllOf(tuple(bounds))

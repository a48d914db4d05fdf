"""What a query asks of one link, as conditions in SQL: of its row, of its tags, of the words that it has."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, exists, literal_column, true
from sqlalchemy import not_ as is_not
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import and_, col, or_, select

from storage.extents import after
from storage.hosts import site_key
from storage.models import Link, LinkTag, Tag
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
)
from storage.search import having

_ROW: Any = aliased(Link)
"""The row of the link that is asked about. One for all questions: to make its columns is most of what they cost."""


def holds(chat_id: int, query: Query, link_id: Any) -> ColumnElement[bool]:
    """Whether the query finds the link with that id, which is one of this chat."""
    match query:
        case Everything():
            return true()
        case Not(inner):
            return is_not(holds(chat_id, inner, link_id))
        case AllOf(parts):
            return _all_hold(chat_id, parts, link_id)
        case AnyOf(parts):
            return or_(*(holds(chat_id, part, link_id) for part in parts))
        case _ if conditions := _of_its_row([query]):
            return _any(_ROW.id == link_id, *conditions)
        case _:
            return _leaf_holds(chat_id, query, link_id)


def _all_hold(chat_id: int, parts: Sequence[Query], link_id: Any) -> ColumnElement[bool]:
    """What the row of the link tells is asked of it at once, and last."""
    others = [part for part in parts if not _of_its_row([part])]
    conditions = [holds(chat_id, part, link_id) for part in others]
    if of_row := _of_its_row([part for part in parts if part not in others]):
        conditions.append(_any(_ROW.id == link_id, *of_row))
    return and_(*conditions)


def _of_its_row(leaves: Iterable[Query]) -> list[ColumnElement[bool]]:
    """The conditions on the row of a link, of leaves that its row tells."""
    conditions: list[ColumnElement[bool]] = []
    for leaf in leaves:
        match leaf:
            case OnSite(host):
                conditions.append(is_on(host, _ROW.site_key))
            case Before() | After():
                conditions.append(is_within(leaf, _ROW.created_at))
            case InLanguage(code):
                conditions.append(speaks(code, _ROW.language))
            case Is(state):
                conditions += stands(state, _ROW)
    return conditions


def _leaf_holds(chat_id: int, leaf: Leaf, link_id: Any) -> ColumnElement[bool]:
    match leaf:
        case HasTag():
            return has_tag(tag_id(chat_id, leaf), link_id)
        case TagPrefix():
            tagged = aliased(LinkTag)
            begins_so = _any(col(Tag.id) == tagged.tag_id, *begins(chat_id, leaf))
            return _any(tagged.link_id == link_id, begins_so)
        case Words(words):
            return having(words, link_id)
        case _:
            raise ValueError(f"not a leaf: {leaf}")


def _any(*conditions: Any) -> ColumnElement[bool]:
    """Whether there is a row that meets all conditions."""
    return exists().where(*conditions)


class has_tag(FunctionElement[bool]):  # noqa: N801 - it is written as a function
    """Whether the link has the tag: ``has_tag(tag_id, link_id)``.

    The index that has the links of one tag side by side is asked. By itself SQLite asks the primary key, where the
    tags of one link are side by side, and those of the next far away.
    """

    inherit_cache = True
    type = Boolean()


@compiles(has_tag)
def _any_database(element: has_tag, compiler: SQLCompiler, hint: str = "", **options: Any) -> str:
    tag_id, link_id = (compiler.process(each, **options) for each in element.clauses)
    asked = ("EXISTS (SELECT 1 FROM link_tag AS had", hint, "WHERE had.tag_id =", tag_id)
    return " ".join((*asked, "AND had.link_id =", link_id, ")"))


@compiles(has_tag, "sqlite")
def _sqlite(element: has_tag, compiler: SQLCompiler, **options: Any) -> str:
    return _any_database(element, compiler, hint="INDEXED BY ix_link_tag_links", **options)


def tag_id(chat_id: int, tag: HasTag) -> Any:
    """The id of the tag, as a value in a statement; null if the chat has no such tag."""
    return select(Tag.id).where(Tag.chat_id == chat_id, Tag.key == tag.key).scalar_subquery()


def begins(chat_id: int, prefix: TagPrefix) -> tuple[ColumnElement[bool], ...]:
    """What makes a tag one of the chat's that begin so."""
    return Tag.chat_id == chat_id, *_between(col(Tag.key), prefix.key, after(prefix.key))  # type: ignore[return-value]


def is_on(host: str, column: Any) -> ColumnElement[bool]:
    """Whether the column with keys of sites has the host's or one of a subdomain."""
    key = site_key(host)
    return and_(*_between(column, key, after(key)))


def is_within(bound: Before | After, saved_at: Any) -> ColumnElement[bool]:
    """Whether a time is on that side of the bound."""
    is_before: ColumnElement[bool] = saved_at < bound.at
    return is_before if isinstance(bound, Before) else saved_at >= bound.at


def speaks(code: str, column: Any) -> ColumnElement[bool]:
    """Whether the column with a language has this one, of whatever region."""
    return or_(column == code, and_(*_between(column, f"{code}-", after(f"{code}-"))))


def stands(state: State, link: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a link in that state, to the letter those of the indexes."""
    match state:
        case State.UNTAGGED:
            return (link.tag_count == literal_column("0"),)
        case State.FAILED:
            return (link.is_failed.is_(True),)
        case State.DEAD:
            return (link.is_dead.is_(True),)
        case State.PDF:
            return (link.is_pdf.is_(True),)
        case State.UNREAD:
            return link.is_kept.is_(True), link.read_at.is_(None)


def _between(column: Any, low: str, high: str) -> tuple[Any, Any]:
    return column >= low, column < high

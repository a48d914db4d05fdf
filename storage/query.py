"""What is looked for in a library, as data. How people type it is in ``bot``; its SQL is next door, in ``matching``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

_WORD_OR_PHRASE = re.compile(r'"[^"]*"|[^\s"]+')


class State(StrEnum):
    """What a link can be, besides what is written on it."""

    UNTAGGED = "untagged"  # it has no tag
    FAILED = "failed"  # nothing was ever kept of it, and the newest snapshot failed
    DEAD = "dead"  # the newest snapshot found no page any more
    UNREAD = "unread"  # it was kept, and nobody has opened the copy
    PDF = "pdf"  # the link itself is a PDF


@dataclass(frozen=True, slots=True)
class Everything:
    """Every link of the library."""


@dataclass(frozen=True, slots=True)
class HasTag:
    """Links with this tag: ``key`` folded, ``name`` as it was typed."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class TagPrefix:
    """Links with a tag whose key begins so; with an empty one, with any tag. ``name`` is as it was typed."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Words:
    """Links with all of these words and "phrases" in their texts, as ``storage.search`` understands them."""

    text: str


@dataclass(frozen=True, slots=True)
class OnSite:
    """Links to this host or to a subdomain of it: in lower case, as punycode, without ``www.``."""

    host: str


@dataclass(frozen=True, slots=True)
class Before:
    """Links saved before this moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class After:
    """Links saved at this moment or after it."""

    at: datetime


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Links whose newest kept page is in this language: ``zh`` is also ``zh-CN``. In lower case."""

    code: str


@dataclass(frozen=True, slots=True)
class Is:
    """Links in this state."""

    state: State


@dataclass(frozen=True, slots=True)
class Not:
    """Links that the query does not find."""

    query: "Query"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Links that every part finds. Two parts at least, none of them an ``AllOf`` or ``Everything``."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Links that any part finds. Two parts at least, none of them an ``AnyOf`` or ``Everything``."""

    parts: tuple["Query", ...]


Leaf = HasTag | TagPrefix | Words | OnSite | Before | After | InLanguage | Is
Query = Everything | Leaf | Not | AllOf | AnyOf


def all_of(parts: Iterable[Query]) -> Query:
    """The parts joined by *and*, in the simplest form: flat, each part once, its words together."""
    flat: dict[Query, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    flat.pop(Everything(), None)
    return _joined(_with_words_together(list(flat)), AllOf)


def any_of(parts: Iterable[Query]) -> Query:
    """The parts joined by *or*, in the simplest form. Of no parts, or with ``Everything``, it is ``Everything``."""
    flat: dict[Query, None] = {}
    for part in parts:
        flat.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return Everything() if Everything() in flat else _joined(list(flat), AnyOf)


def leaves(query: Query) -> Iterator[Leaf]:
    """Everything that the query speaks of, from left to right, what it excludes as well."""
    match query:
        case Everything():
            return
        case Not(inner):
            yield from leaves(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield query


def tag_names(query: Query) -> dict[str, str]:
    """The tags that the query names in full, also to exclude them: each one's key with its name as it was typed."""
    names: dict[str, str] = {}
    for leaf in leaves(query):
        if isinstance(leaf, HasTag):
            names.setdefault(leaf.key, leaf.name)
    return names


def with_names(query: Query, names: Mapping[str, str]) -> Query:
    """The query with its tags as they are called: ``names`` by their keys."""
    match query:
        case HasTag(key, name):
            return HasTag(key, names.get(key, name))
        case Not(inner):
            return Not(with_names(inner, names))
        case AllOf(parts):
            return all_of(with_names(part, names) for part in parts)
        case AnyOf(parts):
            return any_of(with_names(part, names) for part in parts)
        case _:
            return query


def words_of(query: Query) -> str:
    """The words that a link has to have to be found, for ranking and for snippets; empty if there are none."""
    match query:
        case Words(text):
            return text
        case AllOf(parts):
            return " ".join(part.text for part in parts if isinstance(part, Words))
        case _:
            return ""


def without_words(query: Query) -> Query:
    """What is left of the query without the words of ``words_of``."""
    match query:
        case Words():
            return Everything()
        case AllOf(parts):
            return all_of(part for part in parts if not isinstance(part, Words))
        case _:
            return query


def words_in(text: str) -> list[str]:
    """The words of ``Words``, one by one, and the phrases in their quotes."""
    return _WORD_OR_PHRASE.findall(text)


def _with_words_together(parts: list[Query]) -> list[Query]:
    """So that ranking sees them all; each word once, where the first one stood."""
    texts = [part.text for part in parts if isinstance(part, Words)]
    if not texts:
        return parts
    first = next(at for at, part in enumerate(parts) if isinstance(part, Words))
    others = [part for part in parts if not isinstance(part, Words)]
    together = " ".join(dict.fromkeys(words_in(" ".join(texts))))
    return [*others[:first], Words(together), *others[first:]]


def _joined(parts: list[Query], kind: type[AllOf] | type[AnyOf]) -> Query:
    match parts:
        case []:
            return Everything()
        case [part]:
            return part
        case _:
            return kind(tuple(parts))

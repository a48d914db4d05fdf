"""The query language: what people type behind /tag and /search, read into a ``storage.query`` and written back.

``a b`` both, ``a | b`` either, ``-a`` not, ``( )`` groups, ``opt*`` the beginning of a tag, ``#a`` always a tag,
``"a b"`` always a phrase of the text; ``site:``, ``before:``, ``after:``, ``lang:`` and ``is:`` (``query_fields``).
Every sign may also be a Chinese one. What is typed on a phone is seldom complete: a lone ``-`` or ``|``, an empty
group, and a quote or a group that is not closed do no harm; what can't be meant is a ``Mistake``.
"""

import re
from collections.abc import Iterator
from datetime import UTC, tzinfo
from difflib import get_close_matches
from enum import StrEnum
from types import UnionType
from typing import NamedTuple
from unicodedata import normalize

from bot.conversation.query_fields import (
    FIELDS,
    Misread,
    Mistake,
    MistakeKind,
    field,
    field_text,
    nearest_first,
)
from storage.columns import clean
from storage.fold import fold
from storage.query import (
    AllOf,
    AnyOf,
    Everything,
    HasTag,
    Leaf,
    Not,
    Query,
    TagPrefix,
    Words,
    all_of,
    any_of,
    leaves,
)

LONGEST_QUERY = 4096
MOST_TERMS = 20
DEEPEST = 8
_BLANK, _OR, _OPEN, _CLOSE, _DASH = r"\s,，、;；—―", "|｜", "(（", ")）", "−–－-"
_QUOTE = '"“”„‟«»「」『』＂'
_SCANNER = re.compile(
    rf"(?P<blank>[{_BLANK}]+)|(?P<either>[{_OR}]+)|(?P<open>[{_OPEN}])|(?P<close>[{_CLOSE}])"
    rf"|(?P<without>[{_DASH}]++(?=[^{_BLANK}{_OR}{_CLOSE}]))|(?P<lone>[{_DASH}]+)"
    rf"|[{_QUOTE}](?P<phrase>[^{_QUOTE}]*)[{_QUOTE}]?"
    rf"|(?P<word>[^{_BLANK}{_OR}{_OPEN}{_CLOSE}{_QUOTE}]+)"
)
_HASHES = re.compile("[#＃]+")
_FIELD = re.compile("([A-Za-zＡ-Ｚａ-ｚ]{2,12})[:：](?!//)(.*)", re.DOTALL)
_STARS = "*＊"


class Bare(StrEnum):
    """What a word without any sign is."""

    TAG = "tag"  # as in /tag
    TEXT = "text"  # as in /search


class _Token(NamedTuple):
    kind: str
    text: str


def read(text: str, bare: Bare, zone: tzinfo = UTC) -> Query | Mistake:
    """The query that a text is; the days in it are those of ``zone``. Never raises, whatever the text is."""
    if len(text) > LONGEST_QUERY:
        return Mistake(MistakeKind.TOO_LONG, "", (str(LONGEST_QUERY),))
    reader = _Reader(list(_tokens(normalize("NFC", clean(text)))), bare, zone)
    try:
        query = reader.whole()
    except Misread as error:
        return error.mistake
    terms = list(leaves(query))
    if len(terms) > MOST_TERMS:
        return Misread(
            MistakeKind.TOO_MANY_TERMS, text_of(terms[MOST_TERMS], zone), [str(MOST_TERMS)]
        ).mistake
    return query


def text_of(query: Query, zone: tzinfo = UTC) -> str:
    """The query as it is typed: ``read(…, Bare.TEXT, zone)`` gives the same one again."""
    match query:
        case Everything():
            return ""
        case AllOf(parts):
            return " ".join(_grouped(part, AnyOf, zone) for part in parts)
        case AnyOf(parts):
            return " | ".join(text_of(part, zone) for part in parts)
        case Not(inner):
            return "-" + _grouped(inner, AllOf | AnyOf | Words, zone)
        case HasTag(name=name):
            return f"#{name}"
        case TagPrefix(name=name):
            return f"#{name}*"
        case Words(text):
            return text
        case _:
            return field_text(query, zone)


def _grouped(query: Query, kinds: type | UnionType, zone: tzinfo) -> str:
    text = text_of(query, zone)
    return f"({text})" if isinstance(query, kinds) else text


def _tokens(text: str) -> Iterator[_Token]:
    for found in _SCANNER.finditer(text):
        if found.lastgroup not in {"blank", "lone", None}:
            yield _Token(str(found.lastgroup), found[str(found.lastgroup)])


class _Reader:
    """Reads tokens from left to right. What says nothing comes to ``Everything`` and is left out by what holds it."""

    def __init__(self, tokens: list[_Token], bare: Bare, zone: tzinfo) -> None:
        self._tokens = tokens
        self._bare = bare
        self._zone = zone
        self._at = 0

    def whole(self) -> Query:
        """Everything that there is to read."""
        query = self._either(depth=0)
        if stray := self._taken("close"):
            raise Misread(MistakeKind.UNBALANCED, stray.text)
        return query

    def _either(self, depth: int) -> Query:
        parts = [self._both(depth)]
        while self._taken("either"):
            parts.append(self._both(depth))
        return any_of(part for part in parts if part != Everything())

    def _both(self, depth: int) -> Query:
        parts: list[Query] = []
        while token := self._taken("without", "open", "phrase", "word"):
            parts.append(self._term(token, depth))
        return all_of(parts)

    def _term(self, token: _Token, depth: int) -> Query:
        match token.kind:
            case "without":
                return self._without(depth)
            case "open":
                return self._group(token, depth + 1)
            case "phrase":
                return _words(" ".join(token.text.split()), '"')
            case _:
                return self._word(token.text)

    def _without(self, depth: int) -> Query:
        token = self._taken("open", "phrase", "word")
        inner = self._term(token, depth) if token else Everything()
        match inner:
            case Everything():
                return inner
            case Not(twice):
                return twice
            case _:
                return Not(inner)

    def _group(self, opening: _Token, depth: int) -> Query:
        if depth > DEEPEST:
            raise Misread(MistakeKind.TOO_DEEP, opening.text, [str(DEEPEST)])
        query = self._either(depth)
        self._taken("close")
        return query

    def _word(self, word: str) -> Query:
        is_tag = word[0] in "#＃"
        found = None if is_tag else _FIELD.fullmatch(word)
        if found and (leaf := self._field(found)):
            return leaf
        if is_tag or self._bare is Bare.TAG:
            return all_of(_tag(name) for name in _HASHES.split(word))
        return _words(word)

    def _field(self, found: re.Match[str]) -> Leaf | None:
        """The field, or None where it is a word with a colon in it."""
        name, value = normalize("NFKC", found[1]).lower(), found[2]
        if name not in FIELDS:
            is_meant = self._bare is Bare.TAG or (value and get_close_matches(name, FIELDS, cutoff=0.7))
            if is_meant:
                raise Misread(MistakeKind.UNKNOWN_FIELD, found[0], nearest_first(name, FIELDS))
            return None
        if not value and (following := self._taken("phrase", "word")):
            value = following.text
        if not value:
            raise Misread(MistakeKind.NO_VALUE, found[0])
        return field(name, value, self._zone)

    def _taken(self, *kinds: str) -> _Token | None:
        """The next token, taken, if it is of one of these kinds."""
        if self._at == len(self._tokens) or self._tokens[self._at].kind not in kinds:
            return None
        self._at += 1
        return self._tokens[self._at - 1]


def _tag(name: str) -> Query:
    stem = name.rstrip(_STARS)
    key = clean(fold(stem))
    if stem != name:
        return TagPrefix(key, stem)
    return HasTag(key, name) if key else Everything()


def _words(text: str, quote: str = "") -> Query:
    """Words to be found in texts; signs alone say nothing."""
    return Words(f"{quote}{text}{quote}") if any(map(str.isalnum, text)) else Everything()

"""What a text is cut into to be found by: words of letters and digits, and pairs of Chinese, Japanese or Korean signs.

Nothing stands between the words of those languages, so a run of their signs becomes its overlapping pairs and, for
its last sign, that sign: 优化器 is 优化, 化器, 器. A word of several signs is a row of pairs, a single sign the
beginning of one. Both texts and queries are folded first: width, case, accents, traditional and simplified signs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from unicodedata import normalize

from opencc import OpenCC

from storage.columns import clean

_CJK = (
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_PIECE = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>(?:(?![{_CJK}])[^\W_])+)")
_CJK_SIGN = re.compile(f"[{_CJK}]")
_LETTERS = rf"(?:(?![{_CJK}])[^\W_])*"
_APART = rf"(?:(?![{_CJK}])[\W_])+"
_NO_LETTER_BEFORE = rf"(?:(?<![^\W_])|(?<=[{_CJK}]))"
_NO_LETTER_NEXT = rf"(?:(?![^\W_])|(?=[{_CJK}]))"
_ACCENT = re.compile("(?<=[A-Za-z])[\u0300-\u036f]+")
_QUERY = re.compile(r'"([^"]*)"|([^\s"]+)')
_NAME = re.compile(r"[\w. -]+")
_NO_PLURALS = frozenset({"news", "lens", "mars"})
LONGEST_TOKEN = 40
MOST_TERMS = 20


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that have to follow each other; with ``is_prefix`` the last may go on."""

    tokens: tuple[str, ...]
    is_prefix: bool = False

    def stands_in(self, indexed: str) -> bool:
        """Whether a text has it, given as its tokens with a blank before and behind each."""
        row = " ".join(self.tokens)
        return f" {row}" in indexed if self.is_prefix else f" {row} " in indexed


def folded(text: str) -> str:
    """A text as it is compared: the width, case and accents of its letters do not count, nor how signs are written."""
    if text.isascii():
        return clean(text).lower()
    plain = _ACCENT.sub("", normalize("NFD", normalize("NFKC", clean(text)).casefold()))
    return str(_simplified().convert(normalize("NFC", plain)))


def of_text(text: str) -> Iterator[str]:
    """The tokens of a text, in its order."""
    return _of_folded(folded(text))


def _of_folded(text: str) -> Iterator[str]:
    for piece in _PIECE.finditer(text):
        if run := piece["cjk"]:
            yield from (a + b for a, b in pairwise(run))
            yield run[-1]
        else:
            yield piece["word"][:LONGEST_TOKEN]


def folded_each(texts: Sequence[str]) -> list[str]:
    """Several texts, folded: quicker than one after another."""
    foreign = [text.replace("\n", " ") for text in texts if not text.isascii()]
    rest = iter(folded("\n".join(foreign)).split("\n"))
    return [text.lower() if text.isascii() else next(rest) for text in texts]


def of_tag(key: str) -> list[Term]:
    """What a text has that names the tag: ``learning_rate`` is learning rate. Nothing names one of one sign, or C++."""
    name = folded(key)
    if len(name) < 2 or not _NAME.fullmatch(name):
        return []
    return [
        Term(tuple(map(stem, term.tokens))) for term in _terms(name, is_prefix=False) if not term.is_prefix
    ]


def first_token(key: str) -> str:
    """The token by which the tag is looked up for a text; empty where no text names it."""
    return next((term.tokens[0] for term in of_tag(key)), "")


def stem(token: str) -> str:
    """A word without the ``s`` of its plural: optimizers is optimizer, but news is not new, nor ios io."""
    is_plural = (
        len(token) > 3 and token.isascii() and token.endswith("s") and not token.endswith(("ss", "us", "is"))
    )
    return token[:-1] if is_plural and token not in _NO_PLURALS else token


def of_query(text: str) -> list[Term]:
    """What a text has to have that is looked for by these words: "phrases", beginnings with a ``*``, words.

    Words that are glued to each other, as in 优化adam or adam-w, have to follow each other too.
    """
    terms = [
        term
        for phrase, word in _QUERY.findall(text)
        for term in _terms(phrase or word.rstrip("*＊"), is_prefix=word.endswith(("*", "＊")))
    ]
    return list(dict.fromkeys(terms))[:MOST_TERMS]


def _terms(text: str, *, is_prefix: bool) -> Iterator[Term]:
    """One term, or several where signs and letters meet: between them a text has one token more than a query."""
    tokens: list[str] = []
    for piece in _PIECE.finditer(folded(text)):
        run = piece["cjk"]
        if not run:
            tokens.append(piece["word"][:LONGEST_TOKEN])
            continue
        if tokens:
            yield Term(tuple(tokens))
            tokens = []
        pairs = tuple(a + b for a, b in pairwise(run))
        yield Term(pairs) if pairs else Term((run,), is_prefix=True)
    if tokens:
        yield Term(tuple(tokens), is_prefix)


@dataclass(frozen=True, slots=True)
class Sought:
    """A term as it is looked for in folded texts, which needn't be cut into tokens for that: ``sought``."""

    part: str
    words: re.Pattern[str] | None

    def stands_in(self, text: str) -> bool:
        """Whether a folded text has it."""
        return self.part in text and (self.words is None or self.words.search(text) is not None)


def sought(term: Term) -> Sought:
    """Signs stand anywhere. Words stand alone, one after another; of one that was cut more may follow."""
    first, *others = term.tokens
    if _CJK_SIGN.match(first):
        return Sought(first + "".join(pair[1:] for pair in others), None)
    words = [re.escape(word) + (_LETTERS if len(word) == LONGEST_TOKEN else "") for word in term.tokens]
    end = "" if term.is_prefix else _NO_LETTER_NEXT
    return Sought(first, re.compile(_NO_LETTER_BEFORE + _APART.join(words) + end))


@cache
def _simplified() -> OpenCC:
    return OpenCC("t2s")

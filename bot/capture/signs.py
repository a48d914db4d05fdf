"""How much on a page speaks for each kind of wall, and how much for a page of its own. The words are in ``signs.toml``.

A page is read sentence by sentence. A sentence can be

- a *notice* of ``walls.toml``: exact, so it weighs most;
- one with a *sign*: words of families that only meet where a page speaks of itself or to its visitor ("blocked"
  with "access", "sign in" with "to see"), whatever its exact words;
- *told*: someone tells of something ("she said", a quotation). It has no signs and speaks twice for a page;
- *small talk*: spoken to the visitor, but no sign. It speaks a little for a page;
- *foreign*: about something else. It speaks for a page, the more the longer.

Lines of menus, links and buttons may have signs and never speak for a page. A title counts as one more sentence,
but not when a heading repeats it. A wall needs ``NEEDED`` points, and one more for every ``FOREIGN_SIZE`` letters
that speak for a page; one point less is enough where there is nothing else to read.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from bot.capture import walls
from bot.capture.seen import Seen, folded, has_chinese, has_moved_to, is_at, simplified, size_of
from bot.capture.walls import Wall

# Points. Signs have theirs in the table; a title that promises a text about walls takes more of them.
NEEDED, NOTICE_WEIGHT, TITLE_WEIGHT, PLAIN_TITLE_WEIGHT, ABOUT_WEIGHT = 3, 4, 3, 2, 3
MAX_WEAK_POINTS, MANY_WEAK = 2, 4
# Sizes, in letters (see ``size_of``). One point less is needed where there is nothing else to read.
FOREIGN_SIZE, SENTENCE_SIZE, PLAIN_TITLE_SIZE, SUBJECT_SIZE = 36, 20, 14, 6
NEXT_TO_NOTHING_SIZE, BARE_SIZE, BARE_PAGE_SIZE = 40, 200, 12
MAX_NOTICE_CHARACTERS = 240
# How much of a sentence's size speaks for a page.
SMALL_TALK_SHARE, ADDRESSED_SHARE, TOLD_SHARE = 0.2, 0.6, 2.0
_SENTENCES = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？…])")


@dataclass(frozen=True, slots=True)
class Sign:
    """Families of words that speak for a wall where a sentence has them all, and none of the others.

    It weighs one less where the sentence addresses nobody, unless it can be said ``to_nobody``.
    """

    all: Sequence[str]
    weight: int
    none: Sequence[str] = ()
    to_nobody: bool = False


class Words:
    """Any of some phrases; those of another script than a text's are not looked for."""

    def __init__(self, phrases: Sequence[str]) -> None:
        phrases = [simplified(phrase) for phrase in phrases]
        chinese = [phrase for phrase in phrases if has_chinese(phrase)]
        self._chinese = re.compile("|".join(chinese)) if chinese else None
        self._other = re.compile("|".join(phrase for phrase in phrases if phrase not in chinese) or "(?!)")

    def are_in(self, text: str, *, is_chinese: bool) -> bool:
        """Whether a text in lower case has any."""
        if is_chinese and self._chinese and self._chinese.search(text):
            return True
        return self._other.search(text) is not None


_WRITTEN = tomllib.loads(files(__package__).joinpath("signs.toml").read_text(encoding="utf-8"))
_WORDS = {family: Words(words) for family, words in _WRITTEN["words"].items()}
_SIGNS = {kind: [Sign(**written) for written in signs] for kind, signs in _WRITTEN["signs"].items()}
_ABOUT, _TOLD, _ADDRESSED, _UNSURE, _DETAILS = (
    Words(_WRITTEN["page"][name]) for name in ("about", "told", "addressed", "unsure", "details")
)


class Sentence:
    """A sentence of a page. ``line`` is what it begins, if it is the first of its line."""

    def __init__(
        self, text: str, line: str | None, page: "Evidence", *, is_menu: bool = False, is_told: bool = False
    ) -> None:
        self.line = line
        self._text = text.lower()
        self._page = page
        self._is_menu = is_menu
        self._is_chinese = has_chinese(text)
        self._families: dict[str, bool] = {}
        self.is_told = is_told or (not text.endswith(("?", "？")) and self._is(_TOLD))

    @cached_property
    def weights(self) -> dict[str, int]:
        """How much it speaks for each kind of wall, where it does."""
        if self.is_told or len(self._text) > MAX_NOTICE_CHARACTERS:
            return {}
        weights = {wall.name: max(self._notice(wall), self._sign(wall)) for wall in self._page.kinds}
        return {name: weight for name, weight in weights.items() if weight}

    @cached_property
    def is_addressed(self) -> bool:
        """Whether it speaks to the visitor, or of this very page or site."""
        return self._page.host in self._text or self._is(_ADDRESSED)

    @cached_property
    def page_size(self) -> float:
        """How much it speaks for a page of its own, in letters."""
        if self._is_menu or self.weights:
            return 0
        size = float(size_of(self._text))
        if self.is_told:
            return TOLD_SHARE * size
        if self._is(_DETAILS):
            return 0
        if walls.TO_THE_VISITOR.search(self._text):
            return SMALL_TALK_SHARE * size
        size *= ADDRESSED_SHARE if self.is_addressed else 1
        is_sentence = size >= SENTENCE_SIZE or self._text.endswith((".", "!", "。", "！"))
        return size if is_sentence and not self._text.endswith((":", "：")) else 0

    def _notice(self, wall: Wall) -> int:
        if self.line is None or len(self.line) > MAX_NOTICE_CHARACTERS:
            return 0
        if wall.notices.match(self.line):
            return NOTICE_WEIGHT
        return 1 if wall.support.match(self.line) else 0

    def _sign(self, wall: Wall) -> int:
        return max((self._weight(sign) for sign in _SIGNS.get(wall.name, []) if self._shows(sign)), default=0)

    def _weight(self, sign: Sign) -> int:
        if sign.weight == 1:
            return 1
        is_to_nobody = not sign.to_nobody and not self.is_addressed
        return max(1, sign.weight - is_to_nobody - self._is(_UNSURE))

    def _shows(self, sign: Sign) -> bool:
        return all(map(self._has, sign.all)) and not any(map(self._has, sign.none))

    def _has(self, family: str) -> bool:
        if family not in self._families:
            self._families[family] = self._is(_WORDS[family])
        return self._families[family]

    def _is(self, words: Words) -> bool:
        return words.are_in(self._text, is_chinese=self._is_chinese)


class Evidence:
    """What a page says for some kinds of wall, weighed."""

    def __init__(self, seen: Seen, kinds: tuple[Wall, ...]) -> None:
        self._seen = seen
        self.kinds = kinds
        self.host = seen.host
        self._menu = seen.menu_parts
        self._sentences = list(self._read())

    def speaks_for(self, wall: Wall) -> bool:
        """Whether the page is such a wall."""
        return self.points(wall) >= self._needed(wall)

    def points(self, wall: Wall) -> int:
        """How much speaks for it."""
        weights = [sentence.weights.get(wall.name, 0) for sentence in self._sentences]
        weights += [self._title(wall), *self._facts(wall)]
        weak = weights.count(1)
        return sum(weights) - weak + min(weak, MAX_WEAK_POINTS) + (weak >= MANY_WEAK)

    def _read(self) -> Iterator[Sentence]:
        for line in dict.fromkeys(self._seen.lines):
            if _is_subject(line, self._seen) or (self._is_about and folded(line) in self._titles):
                yield Sentence(line, line, self, is_told=True)
            elif parts := _parts(line, self._menu):
                yield from (Sentence(part, part, self, is_menu=True) for part in parts)
            else:
                first, *others = filter(None, _SENTENCES.split(line))
                yield Sentence(first, line, self)
                yield from (Sentence(other, None, self) for other in others)

    @cached_property
    def _titles(self) -> set[str]:
        return {folded(part) for part in self._seen.title_parts}

    def _needed(self, wall: Wall) -> int:
        if self._seen.is_error:
            return NEEDED
        foreign = 0 if wall is walls.PAYWALL else round(self._page_size / FOREIGN_SIZE)
        about = ABOUT_WEIGHT * (self._is_about or self._seen.has_code)
        is_bare = self._is_bare and (self._seen.size <= NEXT_TO_NOTHING_SIZE or self._is_spoken(wall))
        return NEEDED + foreign + about + self._seen.has_picture - is_bare

    @cached_property
    def _is_bare(self) -> bool:
        seen = self._seen
        return seen.size <= BARE_SIZE and self._page_size < BARE_PAGE_SIZE and not seen.has_picture

    def _is_spoken(self, wall: Wall) -> bool:
        """Whether any sign for it is spoken to the visitor."""
        return any(wall.name in sentence.weights and sentence.is_addressed for sentence in self._sentences)

    @cached_property
    def _page_size(self) -> float:
        return sum(sentence.page_size for sentence in self._sentences)

    @cached_property
    def _is_about(self) -> bool:
        return any(
            _ABOUT.are_in(part.lower(), is_chinese=has_chinese(part)) for part in self._seen.title_parts
        )

    def _title(self, wall: Wall) -> int:
        parts = self._title_sentences
        if any(wall.titles.fullmatch(part.line or "") for part in parts):
            return TITLE_WEIGHT if size_of(self._seen.title) >= PLAIN_TITLE_SIZE else PLAIN_TITLE_WEIGHT
        return min(PLAIN_TITLE_WEIGHT, max((part.weights.get(wall.name, 0) for part in parts), default=0))

    @cached_property
    def _title_sentences(self) -> list[Sentence]:
        """What the title says that no heading repeats."""
        if self._is_about:
            return []
        said = {folded(sentence.line or "") for sentence in self._sentences}
        parts = [part for part in self._seen.title_parts if folded(part) not in said]
        if len(parts) < len(self._seen.title_parts):
            parts = parts[1:]
        return [Sentence(part, part, self) for part in parts]

    def _facts(self, wall: Wall) -> list[int]:
        seen = self._seen
        if wall is walls.CHECK:
            return [4 * seen.has_robot_check, 2 * seen.has_robot_box]
        if wall is walls.LOGIN:
            return [
                3 * has_moved_to(walls.LOGIN_ADDRESSES, seen),
                seen.has_password_field * (2 + (seen.size == 0)),
            ]
        if wall is walls.PAYWALL:
            return [int(seen.is_for_payers)]
        if wall is walls.MISSING:
            return [2 * seen.has_fallen_to_root]
        if wall is walls.PARKED:
            return [int(folded(seen.title) == folded(seen.host))]
        return []


def find(seen: Seen, kinds: tuple[Wall, ...]) -> Wall | None:
    """The wall that a page is, of these kinds: that for which most speaks, the first of equals."""
    if is_at(walls.LOGIN_ADDRESSES, seen.asked_url):
        kinds = tuple(wall for wall in kinds if wall is not walls.LOGIN)
    kinds = tuple(wall for wall in kinds if wall.max_size >= seen.size)
    if not kinds:
        return None
    evidence = Evidence(seen, kinds)
    found = [wall for wall in kinds if evidence.speaks_for(wall)]
    return max(found, key=evidence.points, default=None)


def _is_subject(line: str, seen: Seen) -> bool:
    """Whether a line is a part of a longer title: "Are you over 18? Then you may vote"."""
    words, title = folded(line), [folded(part) for part in seen.title_parts]
    return words not in title and any(
        words in part and size_of(part) > size_of(words) + SUBJECT_SIZE for part in title
    )


def _parts(line: str, menu: list[str]) -> list[str]:
    """The parts of a menu that a line is made of, if it is made of nothing else."""
    parts = []
    for part in menu:
        if part in line:
            parts.append(part)
            line = line.replace(part, " ")
    return [] if re.search(r"\w", line) else parts

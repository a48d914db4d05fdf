"""What a page turned out to be: rules over its status, address, words and shape. No browser in here.

The words are next door in ``walls.toml``. The rules, in their order; the first that applies decides:

1. *Address.* The link led to where a known robot check or consent page lives.
2. *Walls.* The page says in lines of its own that it stands in place of the page: a robot check, a block, a
   login, a question of age or consent, a paywall, a removal. This goes before the status, because a wall may
   come with any.
3. *Status.* 400 and above is never a page, whatever is on it.
4. *Nothing.* No text and no picture, or "loading" and no more.
5. *Excuses.* Answered with 200, but a parked name, a site under maintenance, a page "not found", or a request
   for JavaScript.
6. *Hints.* All of these again in looser words, where a page says next to nothing else.
7. Everything else is ``ok``.

A wall is short and talks to the visitor; a page about walls is long and talks about them. So only titles and
beginnings of lines are read, one *hit* is proof only where there is almost nothing else to read or where the
status is an error as well, a short page takes two hits, and a long one is never a wall. A paragraph of prose
is never part of a wall either, except above a paywall. Nor is a sentence that does not speak to the visitor:
beside one, a page called "Access denied" is a film. A heading that repeats the title is one hit, not two, and
none where the title goes on. When unsure, the page is ``ok``: a wall kept by mistake is seen at once, a page
lost by mistake is lost. A login box over a text that can be read is ``ok``, and so is a login page that was
itself asked for.
"""

import re
from dataclasses import dataclass

import ada_url

from bot.capture import walls
from bot.capture.chance import Chance
from bot.capture.walls import Wall
from storage.models import Verdict

BARE_SIZE, PROSE_SIZE = 320, 240
PLAIN_TITLE_SIZE = 14
SENTENCE_SIZE, HINTED_SENTENCE_SIZE = 30, 20
LOGIN_FORM_HITS = 4
MAX_NOTICE_CHARACTERS, MAX_LINES = 240, 400
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLE_BREAK = re.compile(r"\s[|–—·•/_-]\s|\s*[|_｜—–·•]\s*")
_SENTENCES = re.compile(r"(?<=[.!?])\s|(?<=[。！？])")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a page. ``asked_url`` was asked for, ``url`` is where that led.

    ``has_robot_check``: it holds the machinery of a known robot check; ``is_for_payers``: it tells search
    engines that it is not free.
    """

    asked_url: str
    url: str
    status: int | None
    title: str = ""
    text: str = ""
    has_picture: bool = False
    has_password_field: bool = False
    has_robot_check: bool = False
    is_for_payers: bool = False

    @property
    def host(self) -> str:
        """The host that answered, for sentences."""
        return host_of(self.url)

    @property
    def is_error(self) -> bool:
        """Whether the status says that this is not the page."""
        return (self.status or 200) >= 400

    @property
    def size(self) -> int:
        """How much there is to read, in letters; a Chinese character says as much as two."""
        return _size(self.text)

    @property
    def has_prose(self) -> bool:
        """Whether there is a whole paragraph of something."""
        return any(_size(line) > PROSE_SIZE for line in self.text.splitlines())

    @property
    def lines(self) -> list[str]:
        """The lines of its text that are short enough to be a notice."""
        lines = (" ".join(line.translate(_APOSTROPHES).split()) for line in self.text.splitlines())
        return [line for line in lines if 0 < len(line) <= MAX_NOTICE_CHARACTERS][:MAX_LINES]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, a sentence for the person unless it is ``ok``, and the chance of another try where it is unusual."""

    verdict: Verdict
    sentence: str | None = None
    chance: Chance | None = None


# What a status means, with a place for the host in each sentence. 403 and what is not here are in the rule.
_BY_STATUS = {
    401: (Verdict.LOGIN_REQUIRED, "{host} shows this page only after signing in (401)."),
    402: (Verdict.PAYWALL, "{host} shows this page only to those who have paid (402)."),
    404: (Verdict.NOT_FOUND, "{host} has no page at this address (404)."),
    407: (Verdict.BOT_WALL, "{host} is open only to those who come through its own network (407)."),
    410: (Verdict.GONE, "{host} says that this page is gone for good (410)."),
    418: (Verdict.BOT_WALL, "{host} turned Tagshot away, as it does with programs (418)."),
    429: (Verdict.BOT_WALL, "{host} says that it is asked too often (429)."),
    451: (Verdict.GONE, "{host} does not show this page for legal reasons (451)."),
}

# 501 and 505: the host will not learn it in an hour. 511: a network's own login.
_CHANCES = {429: Chance.ASKED_TO_WAIT, 501: Chance.NONE, 505: Chance.NONE, 511: Chance.NONE}


def host_of(url: str) -> str:
    """The host of an address, as a person reads it."""
    try:
        return ada_url.URL(url).host.removeprefix("www.")
    except ValueError:
        return "the page"


def _size(text: str) -> int:
    return len("".join(text.split())) + len(_CHINESE.findall(text))


def judge(seen: Seen) -> Judgement:
    """Say what a page is."""
    return (
        _by_address(seen) or _by_walls(seen) or _by_status(seen) or _by_shape(seen) or Judgement(Verdict.OK)
    )


def _by_address(seen: Seen) -> Judgement | None:
    if _has_moved_to(walls.CHECK_ADDRESSES, seen):
        return _judgement(walls.CHECK, seen)
    return _judgement(walls.CONSENT, seen) if _has_moved_to(walls.CONSENT_ADDRESSES, seen) else None


def _by_walls(seen: Seen) -> Judgement | None:
    if _is_login(seen):
        return _judgement(walls.LOGIN, seen)
    return _first(walls.WALLS, seen)


def _by_status(seen: Seen) -> Judgement | None:
    status = seen.status or 200
    if status < 400:
        return None
    host = seen.host
    if status == 403:
        return _forbidden(seen)
    if status in _BY_STATUS:
        verdict, sentence = _BY_STATUS[status]
        return Judgement(verdict, sentence.format(host=host), _CHANCES.get(status))
    if status >= 500 or status in {408, 425}:
        return Judgement(
            Verdict.SERVER_ERROR,
            f"{host} has a problem of its own and answered with an error ({status}).",
            _CHANCES.get(status),
        )
    return Judgement(Verdict.NOT_FOUND, f"{host} answered with an error instead of the page ({status}).")


def _forbidden(seen: Seen) -> Judgement:
    if seen.has_password_field:
        return Judgement(Verdict.LOGIN_REQUIRED, f"{seen.host} shows this page only after signing in (403).")
    return Judgement(
        Verdict.BOT_WALL,
        f"{seen.host} does not show this page to Tagshot (403). It may open for a person, or after signing in.",
    )


def _by_shape(seen: Seen) -> Judgement | None:
    text = " ".join(seen.text.split())
    if not text and not seen.has_picture:
        return Judgement(Verdict.BLANK, f"{seen.host} answered with an empty page.")
    if not seen.has_picture and walls.NOTHING.fullmatch(text):
        return Judgement(Verdict.BLANK, f"{seen.host} had nothing to show: its page stayed empty.")
    return _first(walls.EXCUSES, seen) or _by_hints(seen)


def _by_hints(seen: Seen) -> Judgement | None:
    """Judge a page of a few words, all to the visitor, by any that hint at a wall."""
    if seen.size > BARE_SIZE or seen.has_picture or walls.TOLD.search(seen.text):
        return None
    kinds = (*walls.WALLS, walls.LOGIN, *walls.EXCUSES)
    return next((_judgement(wall, seen) for wall in kinds if _is_hinted(wall, seen)), None)


def _is_hinted(wall: Wall, seen: Seen) -> bool:
    hints = [line for line in seen.lines if wall.hints.search(line) and not _is_subject(line, seen)]
    return bool(hints) and (wall is walls.PAYWALL or not _is_about_else(wall, seen, HINTED_SENTENCE_SIZE))


def _first(kinds: tuple[Wall, ...], seen: Seen) -> Judgement | None:
    return next((_judgement(wall, seen) for wall in kinds if _is(wall, seen)), None)


def _is(wall: Wall, seen: Seen) -> bool:
    """Whether there are as many hits as a page of this size takes."""
    if seen.size > wall.max_size or (seen.has_prose and wall is not walls.PAYWALL and not seen.is_error):
        return False
    is_bare = seen.size <= BARE_SIZE and (wall is walls.PAYWALL or not _is_about_else(wall, seen))
    is_enough_said = is_bare or (seen.is_error and seen.size <= walls.SHORT_SIZE)
    return _hits(wall, seen) >= (1 if is_enough_said else 2)


def _is_about_else(wall: Wall, seen: Seen, size: int = SENTENCE_SIZE) -> bool:
    """Whether a sentence is neither the wall's own nor spoken to the visitor, as in a story of that name."""
    own = (wall.notices.match, wall.support.match, wall.hints.search, walls.TO_THE_VISITOR.search)
    sentences = (
        each for line in seen.lines for each in (_SENTENCES.split(line) if size < SENTENCE_SIZE else [line])
    )
    return any(_size(each) >= size and not any(matches(each) for matches in own) for each in sentences)


def _is_login(seen: Seen) -> bool:
    """Whether the page asks for a login that was not what was asked for.

    A password field alone is no hit of its own: many pages have a login form at their top.
    """
    if _is_at(walls.LOGIN_ADDRESSES, seen.asked_url):
        return False
    has_moved = _has_moved_to(walls.LOGIN_ADDRESSES, seen)
    if not has_moved and (seen.has_prose or seen.size > walls.SHORT_SIZE):
        return False
    if has_moved and seen.size <= walls.SHORT_SIZE and not seen.has_prose:
        return True
    notices = _notices(walls.LOGIN.notices, seen)
    if notices and seen.size <= BARE_SIZE and not _is_about_else(walls.LOGIN, seen):
        return True
    hits = notices + has_moved + _has_title(walls.LOGIN, seen) + seen.has_password_field
    form = hits + _notices(walls.LOGIN.support, seen)
    return seen.size <= walls.LOGIN.max_size and (hits >= 2 or form >= LOGIN_FORM_HITS)


def _hits(wall: Wall, seen: Seen) -> int:
    notices = _notices(wall.notices, seen) + (wall is walls.CHECK and seen.has_robot_check)
    has_title = _has_title(wall, seen) and not (notices and _is_heading(wall, seen))
    if not notices and not has_title:
        return 0
    support = _notices(wall.support, seen) + (wall is walls.PAYWALL and seen.is_for_payers)
    is_name = _size(seen.title) < PLAIN_TITLE_SIZE and not seen.is_error
    if is_name and not notices and not support:
        return 0  # "Access denied" alone may be a film
    return notices + has_title + support


def _has_title(wall: Wall, seen: Seen) -> bool:
    """Whether the title, or a part of it beside the site's name, is one that only walls have."""
    return any(wall.titles.fullmatch(part.strip()) for part in _title_parts(seen))


def _is_heading(wall: Wall, seen: Seen) -> bool:
    """Whether a notice only repeats the title, so that both are one hit."""
    return any(wall.notices.match(line) and _folded(line) in _folded(seen.title) for line in seen.lines)


def _is_subject(line: str, seen: Seen) -> bool:
    """Whether a line is the beginning of a title that goes on: "Are you over 18? Then you may vote"."""
    title = _title_parts(seen)
    words = _folded(line)
    return any(_folded(part).startswith(words) for part in title) and words not in map(_folded, title)


def _folded(text: str) -> str:
    return re.sub(r"\W", "", text.translate(_APOSTROPHES)).casefold()


def _title_parts(seen: Seen) -> list[str]:
    """The title, and its parts, of which one may be the site's name."""
    title = seen.title.translate(_APOSTROPHES)
    return [title, *(part for part in _TITLE_BREAK.split(title) if part)]


def _notices(notices: re.Pattern[str], seen: Seen) -> int:
    return len(
        {match[0] for line in seen.lines if (match := notices.match(line)) and not _is_subject(line, seen)}
    )


def _has_moved_to(addresses: re.Pattern[str], seen: Seen) -> bool:
    return _is_at(addresses, seen.url) and not _is_at(addresses, seen.asked_url)


def _is_at(addresses: re.Pattern[str], url: str) -> bool:
    """Whether host and path are such an address; a query may quote any."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return False
    return addresses.search(parsed.hostname + parsed.pathname) is not None


def _judgement(wall: Wall, seen: Seen) -> Judgement:
    return Judgement(wall.verdict, wall.sentence.format(host=seen.host))

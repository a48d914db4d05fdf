"""What a page turned out to be: rules over its status, address, words and shape. No browser in here.

The rules, in their order; the first that applies decides:

1. *Address.* The link led to where a known robot check or consent page lives.
2. *Words.* The page says that it stands in place of the page: a robot check, a block, a queue, a login, a question
   of age or consent, a paywall, a removal. This goes before the status, because a wall may come with any. Where the
   status says "fine", also a parked name, a site under maintenance, a page "not found", a request for JavaScript.
3. *Status.* 400 and above is never a page, whatever is on it.
4. *Nothing.* No text and no picture, or "loading" and no more.
5. Everything else is ``ok``.

A wall is short and talks to the visitor of itself; a page about walls talks of other things as well. So words are
weighed against each other (``signs.py``): what speaks for a wall, and what speaks for a page of its own. When
unsure, the page is ``ok``: a wall kept by mistake is seen at once, a page lost by mistake is lost. A login box over
a text that can be read is ``ok``, and so is a login page that was itself asked for.

To teach a wall: add a word to its family in ``signs.toml``, which knows walls by what they mean, or a whole line
that only such a wall has to ``walls.toml``.
"""

from dataclasses import dataclass

from bot.capture import signs, walls
from bot.capture.chance import Chance
from bot.capture.seen import Seen, has_moved_to, plain
from bot.capture.walls import Wall
from storage.kinds import Verdict


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


def judge(seen: Seen) -> Judgement:
    """Say what a page is."""
    return (
        _by_address(seen) or _by_words(seen) or _by_status(seen) or _by_shape(seen) or Judgement(Verdict.OK)
    )


def _by_address(seen: Seen) -> Judgement | None:
    if has_moved_to(walls.CHECK_ADDRESSES, seen):
        return _judgement(walls.CHECK, seen)
    return _judgement(walls.CONSENT, seen) if has_moved_to(walls.CONSENT_ADDRESSES, seen) else None


def _by_words(seen: Seen) -> Judgement | None:
    wall = signs.find(seen, walls.WALLS if seen.is_error else walls.ALL)
    return _judgement(wall, seen) if wall else None


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
    text = plain(seen.text)
    if not text and not seen.has_picture:
        return Judgement(Verdict.BLANK, f"{seen.host} answered with an empty page.")
    if not seen.has_picture and walls.NOTHING.fullmatch(text):
        return Judgement(Verdict.BLANK, f"{seen.host} had nothing to show: its page stayed empty.")
    return None


def _judgement(wall: Wall, seen: Seen) -> Judgement:
    return Judgement(wall.verdict, wall.sentence.format(host=seen.host))

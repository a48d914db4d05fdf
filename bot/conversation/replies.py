"""What the conversation answers with, for any front end to show. Texts are the small HTML that Telegram knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from storage.models import Artifact


class Verb(StrEnum):
    """What a button does."""

    CARD = "card"  # link: send its card
    PDF = "pdf"  # snapshot: send its PDF
    FULL_PAGE = "full"  # snapshot: send its full-page screenshot
    FILE = "file"  # snapshot: send the file that the link is
    SEEN = "seen"  # snapshot: send the picture of what was there instead of the page
    PICTURE = "pic"  # snapshot: send its full-page screenshot as a file
    TEXT = "text"  # snapshot: send what there is to read
    HTML = "html"  # snapshot: send the page as one file
    AGAIN = "again"  # link: take a new snapshot
    PHONE = "phone"  # link: take a new snapshot as a phone shows the page
    RETAG = "retag"  # link: show its tags, and others to choose from
    PUT = "put"  # link, tag: put the tag on it
    TAKE = "take"  # link, tag: take the tag off it
    CHIP = "chip"  # link, tag: put the tag on it, from the chips under what was just saved
    DELETE = "del"  # link: ask whether it is to be removed
    REMOVE = "remove"  # link: remove it
    KEEP = "keep"  # change nothing after all
    SETTINGS = "set"  # a setting, the number of its value: set it; a page: show it
    UNDO = "undo"  # undo: take back what was removed or renamed
    BY_TAG = "tag"  # tags: the links that have them all, a page of them
    QUERY = "find"  # a query that is kept: a page of the links that it finds
    RECENT = "recent"  # all links, a page of them
    TAGS = "tags"  # all tags, a page of them
    MERGE = "merge"  # tag, other tag: make them one
    NAME = "name"  # tag: ask for its new name
    ASK_DROP = "offer"  # tag: ask whether it is to be taken off all links
    DROP = "drop"  # tag: take it off all links
    FORGET = "forget"  # when it was asked, in seconds since 1970: delete all that is kept of the chat


LARGEST_ID = 2**31 - 1
"""The largest id that every database takes. Larger numbers are none of ours."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Action:
    """What a button stands for. It comes back from the person's device, so its ids prove nothing."""

    verb: Verb
    ids: tuple[int, ...] = ()
    page: int = 0
    anchor: int | None = None

    def data(self) -> str:
        """The action as callback data, ``verb:ids:page:anchor``: at most 64 bytes for up to five ids.

        Numbers are written to base 36, because five ids of ten digits would not fit.
        """
        ids = ".".join(map(_to_base_36, self.ids))
        anchor = "" if self.anchor is None else _to_base_36(self.anchor)
        return f"{self.verb}:{ids}:{_to_base_36(self.page)}:{anchor}"

    @classmethod
    def read(cls, data: str) -> Self | None:
        """The action of callback data; None when it is not, to the letter, what we would write."""
        try:
            verb, ids, page, anchor = data.split(":")
            action = cls(
                Verb(verb),
                tuple(_number(each) for each in ids.split(".") if each),
                _number(page),
                _number(anchor) if anchor else None,
            )
        except ValueError:
            return None
        return action if action.data() == data else None

    def turned_to(self, page: int) -> Self:
        """The same list at another page."""
        return replace(self, page=page)


def _to_base_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _number(text: str) -> int:
    """Raises ``ValueError`` for what no database holds."""
    number = int(text, 36)
    if not 0 <= number <= LARGEST_ID:
        raise ValueError(text)
    return number


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message."""

    label: str
    action: Action


Buttons = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A text. ``edits`` puts it in the place of the message whose button was pressed.

    ``announcement_ids`` are the snapshots that it speaks of: with ``is_summary`` it stays the one text about them
    all, without it becomes the card. ``link_ids`` are the links that it shows: an answer to it is about them.
    ``asks_name_of`` is the tag whose new name an answer gives. ``is_silent``: the person's device makes no sound.
    """

    html: str
    buttons: Buttons = ()
    edits: bool = False
    announcement_ids: tuple[int, ...] = ()
    is_summary: bool = False
    link_ids: tuple[int, ...] = ()
    asks_name_of: int | None = None
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A finished link: its first screen, under a name for the person, with a caption and buttons."""

    screen: Artifact
    file_name: str
    html: str
    buttons: Buttons = ()
    link_ids: tuple[int, ...] = ()
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file, under a name for the person, with what is said where it can't be sent for its size."""

    artifact: Artifact
    file_name: str
    if_too_large: str = ""


@dataclass(frozen=True, slots=True)
class Album:
    """Pictures that are shown together, at most ``ALBUM_SIZE``."""

    pictures: tuple[Attachment, ...]


ALBUM_SIZE = 10


@dataclass(frozen=True, slots=True)
class Change:
    """What an earlier message of ours is to become; where it is gone, nothing is said."""

    message_id: int
    to: Message | Card


@dataclass(frozen=True, slots=True)
class Reaction:
    """An emoji on the message that is answered; it takes the place of an earlier one."""

    emoji: str


@dataclass(frozen=True, slots=True)
class Toast:
    """A few words that vanish, in answer to a press."""

    text: str


Reply = Message | Card | Attachment | Album | Change | Reaction | Toast


def silenced(replies: Sequence[Reply]) -> list[Reply]:
    """The same replies, without a sound."""
    return [replace(each, is_silent=True) if isinstance(each, Message | Card) else each for each in replies]

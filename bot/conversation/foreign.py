"""Foreign text made fit to be shown: on one line, nothing invisible in it, no longer than there is room.

Lengths count UTF-16 units, as Telegram does.
"""

import html
import re
import unicodedata

# Controls, halves of surrogate pairs, and letters that look like blanks.
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u115f\u1160\u2028\u2029\u2800\u3164\uffa0\ud800-\udfff]")
# Bidi marks and overrides, with which a text shows something else than it is, and what shows as nothing.
# The joiners stay: they shape Persian words and emoji.
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_UNSAFE_IN_NAMES = re.compile(r'[\\/:*?"<>|]+')
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)  # no file names on Windows
_ELLIPSIS = "…"
_JOINER = "\u200d"
MOST_JOINED = 16
STEM_LENGTH = 70
"""Three bytes a unit at most: with what is put behind it, a name stays below the 255 bytes of file systems."""


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def plain(text: str, length: int) -> str:
    """A text on one line, without invisible characters, at most ``length`` units long."""
    text = " ".join(_INVISIBLE.sub("", _BLANK.sub(" ", text)).split())
    return text if units(text) <= length else _cut(text, length - 1).rstrip() + _ELLIPSIS


def escaped(text: str, length: int) -> str:
    """A text, plain and safe inside our HTML."""
    return html.escape(plain(text, length))


def file_stem(text: str) -> str:
    """A file's name without its ending, that every system takes, in the text's own script."""
    stem = plain(_UNSAFE_IN_NAMES.sub(" ", unicodedata.normalize("NFC", text)), STEM_LENGTH).strip(" .-~")
    return f"_{stem}" if _DEVICES.fullmatch(stem.partition(".")[0].rstrip()) else stem or "page"


def _cut(text: str, length: int) -> str:
    """The beginning of a longer text, not ending inside of what is drawn as one: an emoji, a letter's accents."""
    end = len(text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore"))
    earliest = max(end - MOST_JOINED, 0)
    return text[
        : next((at for at in range(end, earliest, -1) if not _is_joined(text[at - 1], text[at])), end)
    ]


def _is_joined(before: str, after: str) -> bool:
    """Whether two neighbours are drawn as one. In a row of flags all are taken to be."""
    return (
        _JOINER in {before, after}
        or unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or (_is_of_flag(before) and _is_of_flag(after))
    )


def _is_of_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"

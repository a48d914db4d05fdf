"""Classes of characters, as parts of regular expressions: what ends an address, what a tag is made of."""

import sys
from collections.abc import Iterable
from itertools import count, groupby
from unicodedata import category

CJK = (
    "\u1100-\u11ff\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff"
)
"""Letters that are written without spaces between words, and so stand glued to an address or a tag."""

_BLANK = r"\s\x00-\x20\x7f-\x9f\ufeff\ud800-\udfff\ufdd0-\ufdef\ufff9-\uffff"
_QUOTES = r'<>"«»\u2000-\u200b\u200e\u200f\u2016-\u206f'
_CJK_PUNCTUATION = (
    "\u3001-\u3004\u3008-\u3020\u302a-\u3030\u3036\u3037\u303b-\u303f\ufe10-\ufe1f\ufe30-\ufe6f"
    "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff64\uffe0-\uffee\u060c\u061b\u061f\u06d4\u0964\u0965"
)
_EMOJI = "\u2190-\u2bff\u3200-\u33ff\ufe00-\ufe0f\U0001f000-\U0001faff\U000e0000-\U000e01ef"

ENDS_ADDRESS = _BLANK + _QUOTES + _CJK_PUNCTUATION + _EMOJI
"""What no address contains as it is typed. Dashes and middle dots are not in it: titles of pages have them."""


def _ranges(points: Iterable[int]) -> Iterable[str]:
    counter = count()
    for _, run in groupby(points, key=lambda point: point - next(counter)):
        members = list(run)
        yield f"{chr(members[0])}-{chr(members[-1])}"


def _is_mark(point: int) -> bool:
    is_of_emoji = 0x20D0 <= point <= 0x20FF or 0xFE00 <= point <= 0xFE0F
    return category(chr(point)).startswith("M") and not is_of_emoji


# No mark is above: the planes beyond hold Han characters, which are letters, and nothing else.
_MARKS = "".join(_ranges(filter(_is_mark, range(0x300, min(0x20000, sys.maxunicode)))))

IN_TAG = rf"\w·\u200c\u200d\u0d80-\u0dff{_MARKS}"
"""Letters, digits and ``_``, and what joins letters: Telegram's own class does not have the marks."""

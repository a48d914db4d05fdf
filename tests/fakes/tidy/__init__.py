"""Small pages with one thing each that stands in the way, is folded, or must stay; all texts are our own.

What is to become of an element stands on it: ``data-test`` is ``gone`` (hidden by the first step), ``stays`` (seen
before and after), ``opened`` (seen wholly in the end) or ``closed`` (not seen in the end); ``data-clipped`` stays
cut as its author cut it, and ``data-height`` is its height in pixels. ``watch.js`` tells what of that is not so.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_PLACE = Path(__file__).parent
_HOST = re.compile(r"<!-- host: (\S+) -->")

WATCH = (_PLACE / "watch.js").read_text(encoding="utf-8")

_SENTENCE = (
    "A learning rate that falls slowly lets the weights find the floor of the valley, and one that falls at once "
    "leaves them on its slope; the difference is seen only late in training."
)
_SENTENCE_ZH = (
    "学习率下降得太快，权重就停在山坡上；下降得慢一些，才能走到谷底，而这个差别要到训练后期才看得出来。"
)
_WORDS = {
    "sentence": _SENTENCE,
    "prose": "\n".join(f"<p>Paragraph {number}. {_SENTENCE} {_SENTENCE}</p>" for number in range(1, 26)),
    "正文": "\n".join(f"<p>第{number}段。{_SENTENCE_ZH}{_SENTENCE_ZH}</p>" for number in range(1, 26)),
}
_STYLE = "body { font: 18px/1.7 Georgia, serif; max-width: 52rem; margin: 0 auto }"


@dataclass(frozen=True, slots=True)
class TidyPage:
    """One page, and the host that it is made for."""

    name: str
    host: str
    html: str

    @classmethod
    def read(cls, path: Path) -> Self:
        """The page in a file, with its prose put in."""
        source = path.read_text(encoding="utf-8")
        host = _HOST.search(source)
        for word, text in _WORDS.items():
            source = source.replace("{{" + word + "}}", text)
        title = "" if "<title>" in source else f"<title>{path.stem}</title>"
        head = f"<!doctype html><meta charset=utf-8>{title}<style>{_STYLE}</style>"
        return cls(path.stem, host[1] if host else "example.org", head + source)


PAGES = [TidyPage.read(path) for path in sorted(_PLACE.glob("*.html"))]

"""What there is to read on a page, as Markdown, and what the page says of itself."""

import logging
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import ada_url
import trafilatura
from trafilatura.metadata import extract_metadata

from bot.capture.files.prints import letters
from bot.capture.settling.settle import Look
from storage.metadata import Metadata

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# At WARNING it prints whole addresses, which are private.
logging.getLogger("trafilatura").setLevel(logging.ERROR)
logging.getLogger("htmldate").setLevel(logging.ERROR)

MAX_LINE_CHARACTERS = 300
MAX_DESCRIPTION_CHARACTERS = 1_000
MAX_ADDRESS_CHARACTERS = 2_000
# Of so many children of one element, and of what calls itself metadata anywhere, the metadata is read.
MAX_SIBLINGS = 200
# As many of the letters, at least, tell the language of a text by their script.
_SCRIPT_SHARE = 0.2
_SAMPLE_CHARACTERS = 5_000
_SCRIPTS = {
    "zh": re.compile(r"[\u3400-\u9fff]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
}
# Japanese has some kana to every kanji; a Chinese page may quote a few.
_KANA_SHARE = 0.2
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def markdown(html: str, look: Look) -> bytes:
    """The article as Markdown, in UTF-8; the page's plain text where no article can be told."""
    article = (
        trafilatura.extract(
            html,
            url=look.url,
            output_format="markdown",
            include_links=True,
            include_tables=True,
            favor_recall=True,
        )
        or ""
    )
    # an article that is a small part of a short page is a menu or a footer that was taken for it
    if len(letters(article)) < min(200, len(letters(look.text)) // 2):
        article = look.text
    return article.encode("utf-8", "replace")


def plain_text(look: Look) -> bytes:
    """What there is to read of a file that the browser shows, in UTF-8."""
    return look.text.encode("utf-8", "replace")


def metadata(html: str, look: Look) -> Metadata:
    """What the page says of itself. A date counts only where the page names it as its own."""
    known = Metadata(title=look.title[:MAX_LINE_CHARACTERS] or None)
    tree = trafilatura.load_html(html)
    if tree is None:
        return known
    _shorten(tree)
    found = extract_metadata(tree, look.url, {"original_date": True, "extensive_search": False})
    return replace(
        known,
        author=_line(found.author or _author(tree)),
        site=_line(found.sitename if found.sitename != found.hostname else None),
        published_on=_date(found.date),
        language=_language(tree, look.text),
        description=_line(found.description, MAX_DESCRIPTION_CHARACTERS),
        image_url=_address(found.image, look.url),
        canonical_url=_address(_canonical(tree), look.url),
        medium=_medium(tree),
    )


def _shorten(tree: "HtmlElement") -> None:
    """Take out the rest of what is very long: a table of 12,000 rows says no more of its page than its first rows."""
    for element in tree.xpath(
        f"//*/*[position() > {MAX_SIBLINGS}][not(self::script or self::meta or self::link)]"
    ):
        element.drop_tree()


def _author(tree: "HtmlElement") -> str | None:
    """The author that the page's head names: ``trafilatura`` takes no name without a space, as Chinese ones are."""
    found = tree.xpath("//meta[@name='author' or @property='og:article:author']/@content")
    names = [str(name) for name in found if "://" not in str(name)]
    return names[0] if names else None


def _line(text: str | None, most: int = MAX_LINE_CHARACTERS) -> str | None:
    return " ".join((text or "").split())[:most] or None


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _address(text: str | None, base: str) -> str | None:
    """An absolute address of the web, or None."""
    if not text:
        return None
    try:
        url = ada_url.URL(text.strip(), base)
    except ValueError:
        return None
    is_web = url.protocol in {"http:", "https:"} and not url.username
    return url.href if is_web and len(url.href) <= MAX_ADDRESS_CHARACTERS else None


def _canonical(tree: "HtmlElement") -> str | None:
    found = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return str(found[0]) if found else None


def _medium(tree: "HtmlElement") -> str | None:
    """What the page is there to play, by its own word: ``og:type`` of the Open Graph protocol, or a player's card."""
    kinds = [str(kind).lower() for kind in tree.xpath("//meta[@property='og:type']/@content")]
    if any(kind.startswith("video") for kind in kinds):
        return "video"
    if any(kind.startswith(("music", "audio")) for kind in kinds):
        return "audio"
    has_player = tree.xpath(
        "//meta[@property='og:video' or @property='og:video:url' or @name='twitter:player']"
    )
    return "video" if has_player else None


def _language(tree: "HtmlElement", text: str) -> str | None:
    """By the script of the text, for templates often claim the wrong language; else what the page claims."""
    claimed = str(tree.get("lang") or "").strip()
    tag = claimed if _LANGUAGE.fullmatch(claimed) else None
    told = _language_by_script(text)
    return tag if told is None or (tag or "").lower().startswith(told) else told


def _language_by_script(text: str) -> str | None:
    """Chinese, Japanese or Korean, if the text is written so."""
    sample = text[:_SAMPLE_CHARACTERS]
    count = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    if sum(count.values()) < _SCRIPT_SHARE * sum(map(str.isalpha, sample)) or not any(count.values()):
        return None
    if count["ko"] > count["zh"]:
        return "ko"
    return "ja" if count["ja"] > count["zh"] * _KANA_SHARE else "zh"

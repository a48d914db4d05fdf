"""The page as one HTML file that opens anywhere, asks the network for nothing and runs nothing.

The browser gives MHTML, which phones don't open; ``unmhtml`` puts its resources into the page and takes out what
is active, and the head and the two outer elements, which style sheets rely on. Those are put back here.
"""

import re
from html import escape
from html.parser import HTMLParser
from typing import Self

from playwright.async_api import CDPSession
from unmhtml import Security, load_mhtml, to_standalone_html

from bot.capture.draft import NotMade

MAX_MHTML_CHARACTERS = 60 * 1024 * 1024
# Nothing but what is in the file itself: whatever the cleaning may have missed can't be loaded or run.
_POLICY = (
    "default-src 'none'; img-src data:; media-src data:; font-src data:; "
    "style-src 'unsafe-inline' data:; base-uri 'none'; form-action 'none'"
)
_KEPT = re.compile(r"class|id|lang|dir|style|data-[a-z0-9-]+")
_STEP_CHARACTERS = 16 * 1024


async def mhtml(session: CDPSession) -> str:
    """The page and all that it shows, as the browser archives it."""
    answer = await session.send("Page.captureSnapshot", {"format": "mhtml"})
    archive: str = answer["data"]
    if len(archive) > MAX_MHTML_CHARACTERS:
        raise NotMade(f"with its pictures the page is larger than {MAX_MHTML_CHARACTERS // 1024**2} MB")
    return archive


def html(archive: str, title: str) -> bytes:
    """One HTML file made of an MHTML archive, in UTF-8."""
    document = load_mhtml(archive)
    outside = _Outside.of(document.html)
    # the policy stops what style sheets ask for; unmhtml would also cut "url(…)" out of a text about style sheets
    inside = to_standalone_html(document, security=Security(sanitize_css=False))
    viewport = f'<meta name="viewport" content="{escape(outside.viewport)}">' if outside.viewport else ""
    return (
        f"{outside.doctype}<html{_attributes(outside.root)}><head>"
        f'<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="referrer" content="no-referrer">{viewport}<title>{escape(title)}</title></head>'
        f"<body{_attributes(outside.body or {})}>{_without_doctype(inside)}</body></html>\n"
    ).encode("utf-8", "replace")


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name}="{escape(value)}"' for name, value in attributes.items() if _KEPT.fullmatch(name)
    )


def _without_doctype(text: str) -> str:
    return re.sub(r"^\s*<!doctype[^>]*>", "", text, flags=re.IGNORECASE)


class _Outside(HTMLParser):
    """What stands around the content of a page: its doctype, two outer elements, and viewport."""

    def __init__(self) -> None:
        super().__init__()
        self.doctype = ""
        self.root: dict[str, str] = {}
        self.body: dict[str, str] | None = None
        self.viewport = ""

    @classmethod
    def of(cls, page: str) -> Self:
        """Read a page until its body begins."""
        outside = cls()
        for start in range(0, len(page), _STEP_CHARACTERS):
            outside.feed(page[start : start + _STEP_CHARACTERS])
            if outside.body is not None:
                break
        return outside

    def handle_decl(self, decl: str) -> None:
        if decl.lower().startswith("doctype"):
            self.doctype = "<!DOCTYPE html>\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.root = attributes
        elif tag == "body":
            self.body = self.body or attributes
        elif tag == "meta" and attributes.get("name", "").lower() == "viewport":
            self.viewport = attributes.get("content", "")

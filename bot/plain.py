"""What is said, as plain text."""

from html.parser import HTMLParser


class _Plain(HTMLParser):
    """Our small HTML as plain text; a link gets its address behind it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a link's address for its end."""
        if tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Put a link's address behind its text."""
        if tag == "a":
            self.text += f" <{self._address}>"

    def handle_data(self, data: str) -> None:
        """Take text as it is."""
        self.text += data


def as_text(html: str) -> str:
    """A reply's HTML for a terminal."""
    plain = _Plain()
    plain.feed(html)
    plain.close()
    return plain.text

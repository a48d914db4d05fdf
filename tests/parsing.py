"""What the tests of understanding a message share: as Telegram hands a text over, and which addresses were found."""

from bot.conversation.message import Entity
from bot.conversation.parse import Parsed, parse
from tests.fakes.telegram.entities import formatted


def as_telegram(text: str) -> Parsed:
    """Parse a text with the entities that Telegram's own library finds in it."""
    seen = formatted(text, None, None)
    return parse(seen.text, [Entity(e.type, e.offset, e.length, e.url) for e in seen.entities])


def urls_of(parsed: Parsed) -> list[str]:
    return [link.url for link in parsed.links]

"""Which language is spoken in a chat, and in which time zone its days begin."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.wording import DEFAULT, Words, known_language
from storage.chats import Preferences
from storage.database import Database
from storage.preferences import preferences, wish


class Languages:
    """The words for each chat: in the language that was chosen there, else in that of the person's app."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._words: dict[int, Words] = {}

    async def of(self, chat_id: int, told: str | None = None) -> Words:
        """The words for a chat. ``told`` is the language that the app of whoever speaks is set to.

        It is remembered for what is said later, when nobody speaks.
        """
        words = self._words.get(chat_id)
        if words is not None and (told is None or known_language(told) in {words.language, None}):
            return words
        wishes = await preferences(self._database, chat_id)
        if wishes.language is None and known_language(told) and wishes.told_language != told:
            wishes = await wish(self._database, chat_id, told_language=told)
        return self.spoken(wishes)

    def forget(self, chat_id: int) -> None:
        """Know nothing more of a chat than what is kept."""
        self._words.pop(chat_id, None)

    def spoken(self, wishes: Preferences) -> Words:
        """The words for a chat that has these wishes, from now on."""
        language = known_language(wishes.language) or known_language(wishes.told_language) or DEFAULT
        words = Words(language, zone(wishes.time_zone))
        self._words[wishes.chat_id] = words
        return words


def zone(name: str | None) -> tzinfo:
    """The time zone of that name in the IANA database; UTC where there is none."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC

"""Which language is spoken in a chat."""

from bot.wording import Words


class Languages:
    """The words for each chat: in the language that was chosen there, else in that of the person's app."""

    async def of(self, chat_id: int, told: str | None = None) -> Words:
        """The words for a chat. ``told`` is the language that the app of whoever speaks is set to."""
        return Words()

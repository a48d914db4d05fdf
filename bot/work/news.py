"""What the owner is to hear, from wherever it happens to whichever front end can say it."""

import asyncio
from dataclasses import dataclass, field

from bot.conversation.foreign import escaped
from bot.wording import Value, Words
from bot.wording.stored import retold

MOST_WAITING = 20
QUOTED_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Item:
    """A message of the wording, by name, with its values."""

    name: str
    values: dict[str, Value] = field(default_factory=dict)


def said(words: Words, item: Item) -> str:
    """An item as a text; what it quotes is retold in its language, and can't break the markup."""
    values = {
        name: escaped(retold(words, value), QUOTED_LENGTH) if isinstance(value, str) else value
        for name, value in item.values.items()
    }
    return words(item.name, **values)


class News:
    """Items wait for whoever tells them; where nobody does, the log has them all the same."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[Item] = asyncio.Queue(MOST_WAITING)

    def tell(self, name: str, **values: Value) -> None:
        """Have the owner hear something; beyond some that wait, it is only in the log."""
        if not self._items.full():
            self._items.put_nowait(Item(name, values))

    async def next(self) -> Item:
        """Wait for something to tell."""
        return await self._items.get()

"""A press, taken apart, as those see it who act on it: ``presses`` and, for tags, ``tag_presses``."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation.asked import Shelf
from bot.conversation.replies import Action, Reply
from bot.wording import Words
from storage.saving import Origin

Replies = Sequence[Reply] | None
"""None: there is nothing of the kind in this chat."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button's action, where it was pressed, and what it may act on. ``wake`` is for new captures.

    ``may_forget`` says whether who pressed it may have all that is kept of the chat deleted.
    """

    action: Action
    words: Words
    shelf: Shelf
    origin: Origin
    message_id: int
    wants_album: bool
    wake: Callable[[], None]
    may_forget: bool

    @property
    def id(self) -> int:
        """The one thing that the action is about."""
        return self.action.ids[0]


Act = Callable[[Pressed], Awaitable[Replies]]

"""Who may use the bot: closed by default, opened by the settings, by a claim, or by the owner's word."""

import secrets
from collections.abc import Collection

from storage.access import Access

LOCAL = 0
"""Whoever is at the terminal of the machine itself; Telegram numbers nobody so."""
LIBRARY = 0
"""What is kept from the command line and in the local chat."""


class Members:
    """The chats that are let in. ``chat_id`` is a person's own chat or a group."""

    def __init__(self, access: Access, listed: Collection[int]) -> None:
        self._access = access
        self._listed = tuple(listed)
        self._claim_code: str | None = None
        self._let_in: frozenset[int] = frozenset(listed)
        self._owner: int | None = None

    async def load(self) -> None:
        """Read who was let in; without an owner and a list, make a code that a first person can claim with."""
        chats = await self._access.chats()
        self._let_in = frozenset(self._listed) | {chat.id for chat in chats}
        claimed = next((chat.id for chat in chats if chat.is_owner), None)
        self._owner = claimed or next((id_ for id_ in self._listed if id_ > 0), None)
        is_open = self._owner is None and not self._listed
        self._claim_code = (self._claim_code or secrets.token_urlsafe(12)) if is_open else None

    @property
    def owner(self) -> int | None:
        """The person who owns the bot, if anybody does yet."""
        return self._owner

    @property
    def claim_code(self) -> str | None:
        """What the first person has to send after /start to own the bot; None when it has an owner."""
        return self._claim_code

    def is_member(self, chat_id: int) -> bool:
        """Whether this chat is let in."""
        return chat_id in self._let_in

    def is_owner(self, person_id: int | None) -> bool:
        """Whether this person owns the bot: who has claimed it, or else the first person in ALLOWED_CHATS.

        Who is at the machine itself has all that it keeps in any case.
        """
        return person_id == LOCAL or (person_id is not None and person_id == self._owner)

    async def claim(self, person_id: int, code: str) -> bool:
        """Make this person the owner, if the code is the right one and nobody was quicker."""
        given = code.encode(errors="surrogatepass")
        if self._claim_code is None or not secrets.compare_digest(given, self._claim_code.encode()):
            return False
        claimed = await self._access.claim(person_id)
        await self.load()
        return claimed

    async def allow(self, chat_id: int) -> None:
        """Let a chat in."""
        await self._access.allow(chat_id)
        await self.load()

    async def move(self, old: int, new: int) -> None:
        """A group has another id from now on: what it has and may do goes along. Repeating it changes nothing."""
        await self._access.move(old, new, keeps_right=self.is_member(old))
        await self.load()

    async def revoke(self, chat_id: int) -> bool:
        """Shut a chat out. False: it is the owner's, or in the settings, or was never let in."""
        revoked = await self._access.revoke(chat_id)
        await self.load()
        return revoked and not self.is_member(chat_id)

"""The error tree. ``str(error)`` is a sentence for the person: what happened, to what, what next.

::

    TagshotError
    ├── StorageError         the database or the artifacts (storage/errors.py)
    │   ├── DiskFull         there is no room left
    │   ├── DamagedDatabase  the database file can't be trusted
    │   ├── NewerDatabase    the database has the schema of a newer program
    │   ├── OldBackupsStay   a backup was made, but old ones could not be removed
    │   ├── MissingFile      a stored file is gone
    │   └── DamagedFile      a stored file is not what it was
    ├── SettingsError        a setting is missing or wrong
    ├── RefusedAddress       our own rule forbids fetching this address
    ├── AlreadyRunning       a bot works on this data folder, where that must not be
    ├── PartDied             a part died that the bot can't do without
    ├── BrowserError         no browser, or it does not start
    └── FrontEndError        Telegram refused what it was asked, for good
        ├── MessageGone      the message to edit or to answer is not there any more
        └── ChatGone         nothing can be said in this chat: blocked, kicked, deleted
            └── ChatMoved    the group has another id now, and all that it has was moved there
"""

from storage.errors import (
    DamagedDatabase,
    DiskFull,
    NewerDatabase,
    OldBackupsStay,
    StorageError,
    TagshotError,
)

__all__ = [
    "AlreadyRunning",
    "BrowserError",
    "ChatGone",
    "ChatMoved",
    "DamagedDatabase",
    "DiskFull",
    "FrontEndError",
    "MessageGone",
    "NewerDatabase",
    "OldBackupsStay",
    "PartDied",
    "RefusedAddress",
    "SettingsError",
    "StorageError",
    "TagshotError",
]


class SettingsError(TagshotError):
    """A setting is missing or wrong; the sentence names it."""


class AlreadyRunning(TagshotError):  # noqa: N818 - what is the matter
    """A bot works on this data folder, where that must not be; the sentence names its process."""


class PartDied(TagshotError):  # noqa: N818 - what happened
    """A part of the bot that has to go on for ever has ended; the log has the mistake."""


class RefusedAddress(TagshotError):  # noqa: N818 - the field says "refused", not "refusal error"
    """An address that is never fetched: private, of another scheme, with a password in it …"""


class BrowserError(TagshotError):
    """No browser was found, or it could not be started or kept alive."""


class FrontEndError(TagshotError):
    """The front end refused what it was asked; asking again will not help. What can pass is waited for instead."""


class MessageGone(FrontEndError):  # noqa: N818
    """The message to edit or to answer was deleted, or is too old."""


class ChatGone(FrontEndError):  # noqa: N818
    """Nothing can be said in this chat: the person has blocked the bot, or the group threw it out."""


class ChatMoved(ChatGone):
    """The group has become a supergroup, which has another id; nothing can be said under the old one any more."""

    def __init__(self, to_chat_id: int) -> None:
        super().__init__(f"The group has another id now: {to_chat_id}.")
        self.to_chat_id = to_chat_id

"""The error tree. ``str(error)`` is a sentence for the person: what happened, to what, what next.

::

    TagshotError
    ├── StorageError         the database or the artifacts (storage/errors.py)
    ├── SettingsError        a setting is missing or wrong
    ├── RefusedAddress       our own rule forbids fetching this address
    ├── BrowserError         no browser, or it does not start
    └── FrontEndError        Telegram did not do what it was asked
        ├── FrontEndBusy     try the same again, after ``retry_after_seconds``
        └── MessageGone      the message or the chat is not there any more
"""

from storage.errors import StorageError, TagshotError

__all__ = [
    "BrowserError",
    "FrontEndBusy",
    "FrontEndError",
    "MessageGone",
    "RefusedAddress",
    "SettingsError",
    "StorageError",
    "TagshotError",
]


class SettingsError(TagshotError):
    """A setting is missing or wrong; the sentence names it."""


class RefusedAddress(TagshotError):  # noqa: N818 - the field says "refused", not "refusal error"
    """An address that is never fetched: private, of another scheme, with a password in it …"""


class BrowserError(TagshotError):
    """No browser was found, or it could not be started or kept alive."""


class FrontEndError(TagshotError):
    """The front end refused what it was asked; asking again will not help."""


class FrontEndBusy(FrontEndError):  # noqa: N818
    """The front end can't be reached or asks for patience; the same request may be made again."""

    def __init__(self, sentence: str, *, retry_after_seconds: float = 5.0) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class MessageGone(FrontEndError):  # noqa: N818
    """The message to edit or the chat to write to is gone, or the person has blocked the bot."""

"""The root of the error tree, and the errors of this room. ``bot/errors.py`` draws the whole tree."""


class TagshotError(Exception):
    """Something that a person can be told: ``str(error)`` is a sentence for them."""


class StorageError(TagshotError):
    """The database or the artifacts could not be read or written."""

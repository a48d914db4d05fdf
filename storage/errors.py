"""The root of the error tree, and the errors of this room. ``bot/errors.py`` draws the whole tree."""


class TagshotError(Exception):
    """Something that a person can be told: ``str(error)`` is a sentence for them."""


class StorageError(TagshotError):
    """The database or the artifacts could not be read or written."""


class DiskFull(StorageError):  # noqa: N818 - what happened, in the words of whoever is told
    """There is no room left. Trying again helps once somebody has made some."""


class DamagedDatabase(StorageError):  # noqa: N818
    """The database file can't be trusted; it is left as it is. Trying again does not help."""


class NewerDatabase(StorageError):  # noqa: N818
    """The database has the schema of a newer program. It is left as it is."""


class OldBackupsStay(StorageError):  # noqa: N818
    """A backup was made, but the old ones could not be thinned out."""


class MissingFile(StorageError):  # noqa: N818
    """A stored file is not where it was put."""


class DamagedFile(StorageError):  # noqa: N818
    """A stored file is not what it was any more."""

"""The key of a tag: what makes ``#Optimizer``, ``optimizer`` and ``＃ＯＰＴＩＭＩＺＥＲ`` the same tag."""

from unicodedata import normalize


def fold(name: str) -> str:
    """Fold case and width (NFKC, casefold), and drop surrounding blanks and the leading ``#``."""
    return normalize("NFKC", normalize("NFKC", name).casefold()).strip().lstrip("#").lstrip()

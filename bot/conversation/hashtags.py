"""Hashtags in a text that has no addresses in it any more."""

import re
from collections.abc import Iterable
from unicodedata import normalize

from bot.conversation.characters import CJK, IN_TAG
from storage.fold import fold

_HASH = "[#＃]"
_NAME = rf"(?=[\d_]*+[^\W\d_])[{IN_TAG}]{{1,256}}"
_LANGUAGE = rf"[A-Za-z]{_HASH}(?![{IN_TAG}#＃])"  # C#, F#
# What Telegram and others put behind a name: #name@channel, #name[话题]#
_REST = rf"(?:@[A-Za-z0-9_]{{3,32}}|\[[^\[\]#＃\s]{{1,8}}\]{_HASH})"
# After a letter only where words are not set apart, and after another tag. (The class comes first, and what is
# before it after: so it is searched for quickly.)
_CHAIN = re.compile(
    rf"({_HASH}(?:(?<![\w&#＃].)|(?<=[{CJK}].)){_HASH}*+(?!{_LANGUAGE}){_NAME}{_REST}?"
    rf"(?:{_HASH}++(?!{_LANGUAGE}){_NAME}{_REST}?)*+{_HASH}*)"
)
_BEHIND_NAME = re.compile(_REST)
_WHOLE = re.compile(_NAME)


def split(text: str) -> tuple[list[str], str]:
    """The names of the tags of a text, in their order and as they are written, and the text without the tags."""
    parts = _CHAIN.split(text)
    chains = _BEHIND_NAME.sub("", "".join(parts[1::2])).replace("＃", "#")
    return [name for name in chains.split("#") if name], "".join(parts[::2])


def is_name(text: str) -> bool:
    """Whether the whole text can be the name of a tag."""
    return _WHOLE.fullmatch(text) is not None


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, as first written, in NFC."""
    by_key: dict[str, str] = {}
    for name in dict.fromkeys(names):
        by_key.setdefault(fold(name), normalize("NFC", name))
    return tuple(by_key.values())

"""Sentences that are stored in English, said in the language of whoever reads them.

Why a page was not kept, or anything else can't be done, is written where it is found out, in English: so it stands in
the database, in logs and in what is printed for programs. Each such sentence is among the messages whose names begin
with ``why-``, by whose words it is recognised here. So is what the doctor finds, and what is said to be under way.
"""

import re
from dataclasses import dataclass
from functools import cache

from fluent.syntax.ast import Identifier, Message, Placeable, TextElement, VariableReference

from bot.wording import DEFAULT, Words, resource
from storage.kinds import ArtifactKind

PREFIX = "why-"
NOT_MADE = "why-not-made"
FILES = frozenset({*ArtifactKind, "metadata"})


@dataclass(frozen=True, slots=True)
class _Known:
    """A message, how its sentence begins and is recognised, and how much of it is always the same."""

    name: str
    beginning: str
    pattern: str
    fixed: int

    def read(self, sentence: str) -> re.Match[str] | None:
        """The values in a sentence; None where it is another. Few of the patterns are ever needed, so few are made."""
        return re.fullmatch(self.pattern, sentence) if sentence.startswith(self.beginning) else None


def retold(words: Words, sentence: str) -> str:
    """The sentence in another language; as it is where it is not known.

    Values that are sentences are retold too, and files that were not made get the names that persons know them by.
    """
    for known in _catalogue():
        if found := known.read(sentence):
            tell = _files if known.name.startswith(NOT_MADE) else retold
            return words(
                known.name, **{name: tell(words, value) for name, value in found.groupdict().items()}
            )
    return sentence


def _files(words: Words, value: str) -> str:
    """Kinds of files by their names; what is not about files is retold."""
    kinds = value.split(" and ")
    return (
        words.listed(words(f"file-{kind}") for kind in kinds)
        if FILES.issuperset(kinds)
        else retold(words, value)
    )


@cache
def _catalogue() -> tuple[_Known, ...]:
    """All sentences that are stored, those with the most words of their own first."""
    entries = resource(DEFAULT).body
    known = [
        _known(entry) for entry in entries if isinstance(entry, Message) and entry.id.name.startswith(PREFIX)
    ]
    return tuple(sorted(known, key=lambda each: -each.fixed))


def _known(message: Message) -> _Known:
    """A sentence as a pattern: its values may be anything without a line break."""
    pattern, fixed = "", 0
    elements = message.value.elements if message.value else []
    for element in elements:
        match element:
            case TextElement(value=text):
                pattern += re.escape(text)
                fixed += len(text)
            case Placeable(expression=VariableReference(id=Identifier(name=name))):
                pattern += f"(?P<{name}>.*)"
    beginning = elements[0].value if elements and isinstance(elements[0], TextElement) else ""
    return _Known(message.id.name, beginning, pattern, fixed)

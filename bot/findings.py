"""What the doctor finds, and how it is told; ``doctor`` looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size

from bot.wording import Words
from bot.wording.stored import retold


class State(StrEnum):
    """How a thing is; the value is the mark before its line."""

    OK = "✓"
    WARNING = "!"
    FAILED = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing, and what to do about it where there is something to do."""

    name: str
    state: State
    sentence: str
    advice: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether Tagshot can't do its work because of this."""
        return self.state is State.FAILED


def report(words: Words, findings: Sequence[Finding]) -> str:
    """The findings as lines for a person."""
    names = [retold(words, each.name) for each in findings]
    width = max(map(cell_len, names))
    return "\n".join(
        line
        for name, each in zip(names, findings, strict=True)
        for line in _lines(words, set_cell_size(name, width), each)
    )


def _lines(words: Words, name: str, finding: Finding) -> list[str]:
    first = f"{finding.state} {name}  {retold(words, finding.sentence)}"
    below = f"{'':{cell_len(name) + 4}}{retold(words, finding.advice)}"
    return [first, below] if finding.advice else [first]

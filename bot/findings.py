"""What the doctor finds, and how it is told; ``doctor`` looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


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


def report(findings: Sequence[Finding]) -> str:
    """The findings as lines for a person."""
    width = max(len(each.name) for each in findings)
    return "\n".join(line for each in findings for line in _lines(each, width))


def _lines(finding: Finding, width: int) -> list[str]:
    first = f"{finding.state} {finding.name:<{width}}  {finding.sentence}"
    return [first, f"{'':{width + 4}}{finding.advice}"] if finding.advice else [first]

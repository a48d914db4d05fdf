"""Every language says everything, with the same values, and nothing that nobody asks for."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fluent.syntax import FluentParser
from fluent.syntax.ast import Junk, Message, VariableReference
from fluent.syntax.visitor import Visitor

import bot
from bot.conversation.commands import COMMANDS
from bot.conversation.query_fields import MistakeKind
from bot.conversation.wishes import SWITCHES
from bot.wording import LONGEST_VALUE, Words, known_language, languages, source
from bot.wording.stored import FILES, PREFIX
from tests.fakes.telegram.entities import formatted
from tests.talking import ENGLISH

CHINESE = Words("zh")
# Of these the rest of the name is known only when the program runs.
COMPOSED = {
    *(f"command-{command.name}" for command in COMMANDS),
    *(f"mistake-{kind}" for kind in MistakeKind),
    *(f"file-{kind}" for kind in FILES),
    *(f"{of}-{switch.name}" for switch in SWITCHES for of in ("setting", "switch")),
}
TRANSLATED = [language for language in languages() if language != "en"]


class _Variables(Visitor):
    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: VariableReference) -> None:  # noqa: N802 - the library's name for it
        self.names.add(node.id.name)


def _messages(language: str) -> dict[str, set[str]]:
    """The messages of a language, each with the values that it needs."""
    found: dict[str, set[str]] = {}
    for entry in FluentParser().parse(source(language)).body:
        assert not isinstance(entry, Junk), entry.content
        if isinstance(entry, Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            variables = _Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.names
    return found


def _strings() -> Iterator[str]:
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def _asked() -> Iterator[tuple[str, str]]:
    """Where words are asked for by name, ``words("hint")``, and the name."""
    for path in Path(bot.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                if called in {"words", "ENGLISH"}:
                    yield f"{path.name}:{node.lineno}", str(node.args[0].value)


def test_nothing_is_asked_for_that_is_not_there() -> None:
    known = _messages("en").keys()
    assert [(where, name) for where, name in _asked() if name not in known] == []
    assert known >= COMPOSED


def test_nothing_is_there_that_nobody_asks_for() -> None:
    stored = {name for name in _messages("en") if name.startswith(PREFIX)}
    assert _messages("en").keys() - set(_strings()) - COMPOSED - stored == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_says_everything_with_the_same_values(language: str) -> None:
    assert _messages(language) == _messages("en")


@pytest.mark.parametrize("language", languages())
def test_what_is_said_is_html_that_telegram_takes(language: str) -> None:
    words = Words(language)
    for name, values in _messages(language).items():
        said = words(name, **{value: 3 if value in NUMBERS else "x" for value in values})
        assert formatted(said, "HTML", None).text.strip(), name


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_is_one(language: str) -> None:
    words = Words(language)
    same = {
        name
        for name, values in _messages(language).items()
        if not values and words(name) == ENGLISH(name) and re.search("[a-z]{3}", words(name))
    }
    assert same == set()


NUMBERS = {"count", "minutes", "page", "megabytes", "tries"}


def test_numbers_are_said_as_one_says_them() -> None:
    assert ENGLISH("links", count=1) == "1 link"
    assert ENGLISH("links", count=1234) == "1,234 links"
    assert CHINESE("links", count=1) == "1 个链接"


@pytest.mark.parametrize(
    ("hours", "said", "in_chinese"),
    [
        (1.99, "119 minutes", "119 分钟"),
        (2, "2 hours", "2 小时"),
        (47, "47 hours", "47 小时"),
        (71, "3 days", "3 天"),
    ],
)
def test_long_waits_are_said_in_hours_and_days(hours: float, said: str, in_chinese: str) -> None:
    assert (ENGLISH.wait(hours * 3600), CHINESE.wait(hours * 3600)) == (said, in_chinese)


def test_days_are_said_as_one_says_them_in_the_time_zone() -> None:
    late = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)
    assert ENGLISH.date(late) == "3 May 2026"
    assert Words("zh", ZoneInfo("Asia/Shanghai")).date(late) == "2026年5月4日"
    assert CHINESE.date(date(2026, 5, 3)) == "2026年5月3日"


def test_a_long_value_is_said_whole() -> None:
    title = "长" * 10 * LONGEST_VALUE + "</a>"
    assert ENGLISH("saved-one", link=title) == f"Saved {title}"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh-hans", "zh"),
        ("zh_TW", "zh"),
        ("ZH", "zh"),
        ("de", None),
        ("", None),
        (None, None),
    ],
)
def test_the_language_of_an_app_is_known_or_not(code: str | None, language: str | None) -> None:
    assert known_language(code) == language


def test_words_that_lack_a_value_are_a_mistake() -> None:
    with pytest.raises(KeyError, match="count"):
        ENGLISH("links")
    with pytest.raises(LookupError):
        ENGLISH("no-such-words")

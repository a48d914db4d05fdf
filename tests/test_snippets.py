"""A snippet shows why a page was found: the words in bold, where most of them stand together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.snippets import LENGTH, snippet

PAGE = "开头的话。" * 40 + "深度學習中的優化器：Adam 與 SGD 的學習率比較。" + "结尾的话。" * 40


def shown(text: str, words: str) -> str:
    return "".join(f"[{part.text}]" if part.is_hit else part.text for part in snippet(text, words))


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("优化器", "[優化器]"),
        ("学习率", "[學習率]"),
        ("ADAM sgd", "[Adam] 與 [SGD]"),
        ("ａｄａｍ", "[Adam]"),
        ("ad*", "[Ad]am"),
        ("器", "優化[器]"),
    ],
)
def test_the_words_are_marked_as_they_stand(words: str, hits: str) -> None:
    assert hits in shown(PAGE, words)


def test_it_is_short_and_says_where_it_was_cut() -> None:
    text = shown(PAGE, "Adam")
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) <= LENGTH + 4


def test_it_is_taken_where_most_of_the_words_stand_together() -> None:
    text = "adam alone. " + "filler words " * 40 + "adam and sgd together"
    assert "[adam] and [sgd] together" in shown(text, "adam sgd")


@pytest.mark.parametrize("words", ["lion", "", "，", "dam", "化優"])
def test_nothing_is_shown_of_what_is_not_there(words: str) -> None:
    assert snippet(PAGE, words) == []


def test_phrases_are_marked_whole() -> None:
    assert shown("the learning-rate is 3", '"learning rate"') == "the [learning-rate] is 3"


@given(st.text(), st.text())
def test_any_text_has_a_snippet_that_is_part_of_it(text: str, words: str) -> None:
    parts = snippet(text, words)
    assert "".join(part.text for part in parts).strip("…") in " ".join(text.split())

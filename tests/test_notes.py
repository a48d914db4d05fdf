"""The title that a phone puts beside a link is no note; everything else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.database import Database
from storage.notes import without_title
from tests.on_a_card import A, the
from tests.talking import Person, capture_all, conversation_on


@pytest.mark.parametrize(
    ("note", "title", "kept"),
    [
        ("An overview of gradient descent", "An overview of gradient descent", ""),
        (
            "Adam: A Method for Stochastic Optimization - 知乎",
            "Adam: A Method for Stochastic Optimization",
            "",
        ),
        ("机器学习优化器总结 - 知乎\n读两遍", "机器学习优化器总结", "读两遍"),
        ("【深度学习优化器详解 -  CSDN App】", "深度学习优化器详解_优化器-CSDN博客", ""),
        ("機器學習", "机器学习 - 维基百科", ""),
        ("Momentum", "Momentum | Distill", ""),
        ("read it twice", "An overview of gradient descent", "read it twice"),
        ("Adam", "Adam: A Method for Stochastic Optimization", "Adam"),
        (
            "see An overview of gradient descent",
            "An overview of gradient descent",
            "see An overview of gradient descent",
        ),
        ("ok", "ok", "ok"),
        ("", "A title", ""),
        ("a note", "", "a note"),
    ],
)
def test_a_title_is_told_from_a_note(note: str, title: str, kept: str) -> None:
    assert without_title(note, title) == kept


async def test_a_title_that_comes_with_a_link_again_is_no_note_either(database: Database) -> None:
    ada = Person((await conversation_on(database))[0])
    await ada.says(f"Adam 优化器 {A}")
    await capture_all(database)
    await ada.says(f"Adam 优化器 {A}")
    assert (await the(database)).note is None
    await ada.says(f"Adam 优化器\n读两遍 {A}", message_id=12)
    assert (await the(database)).note == "读两遍"
    await ada.says(f"【Adam 优化器】\n读三遍 {A}", message_id=12, is_edit=True)
    assert (await the(database)).note == "读三遍"


@given(st.text(), st.text())
def test_lines_are_left_out_and_nothing_else_is_changed(note: str, title: str) -> None:
    lines = iter(note.split("\n"))
    assert all(line in lines for line in without_title(note, title).split("\n") if line)

"""The title that a phone puts beside a link is no note; everything else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.notes import without_title


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


@given(st.text(), st.text())
def test_lines_are_left_out_and_nothing_else_is_changed(note: str, title: str) -> None:
    lines = iter(note.split("\n"))
    assert all(line in lines for line in without_title(note, title).split("\n") if line)

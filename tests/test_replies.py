"""Buttons: what they stand for comes back as it was sent, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.replies import LARGEST_ID, Action, Verb

IDS = st.integers(0, LARGEST_ID)
ACTIONS = st.builds(Action, st.sampled_from(Verb), st.lists(IDS, max_size=5).map(tuple), IDS, st.none() | IDS)


@given(ACTIONS)
def test_what_a_button_stands_for_comes_back(action: Action) -> None:
    assert Action.read(action.data()) == action


@given(ACTIONS)
def test_the_data_of_a_button_fits(action: Action) -> None:
    assert 1 <= len(action.data().encode()) <= 64


def test_the_longest_data_fits() -> None:
    assert len(Action(Verb.BY_TAG, (LARGEST_ID,) * 5, LARGEST_ID, LARGEST_ID).data()) <= 64


def test_another_page_is_the_same_list() -> None:
    action = Action(Verb.BY_TAG, (7, 8), page=1, anchor=99)
    assert action.turned_to(4) == Action(Verb.BY_TAG, (7, 8), page=4, anchor=99)


NEVER_WRITTEN = [
    "",
    "card",
    "card:1",
    "card:1:0",
    "card:1:0::",
    "Card:1:0:",
    "pluck:1:0:",
    "card:-1:0:",
    "card:+1:0:",
    "card: 1:0:",
    "card:1_0:0:",
    "card:01:0:",
    "card:A:0:",
    "card:１:0:",
    "card:٣:0:",
    "card:1.:0:",
    "card:.1:0:",
    "card:1..2:0:",
    "card:zzzzzz:0:",
    f"card:{'9' * 60}:0:",
    f"card:{'9' * 9000}:0:",
    "card:1::",
    "card:1:-1:",
    "card:1:0:-1",
    "card:1:0:0x1",
    "card:1:0:\x00",
    "card:\ud800:0:",
    "card:1:0:\n",
]


@pytest.mark.parametrize("data", NEVER_WRITTEN, ids=range(len(NEVER_WRITTEN)))
def test_what_is_never_written_is_no_button(data: str) -> None:
    assert Action.read(data) is None


@given(
    st.text() | st.lists(st.text("0123456789abz._+- :", max_size=12), min_size=4, max_size=4).map(":".join)
)
def test_foreign_data_is_read_to_the_letter_or_not_at_all(data: str) -> None:
    action = Action.read(data)
    assert action is None or action.data() == data

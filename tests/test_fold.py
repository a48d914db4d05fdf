"""The key of a tag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.fold import fold


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Optimizer", "optimizer"),
        ("#optimizer", "optimizer"),
        ("＃ＯＰＴＩＭＩＺＥＲ", "optimizer"),
        (" #优化器 ", "优化器"),
        ("Straße", "strasse"),
        ("ｶﾞｳｽ", "ガウス"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_case_width_and_hash_do_not_matter(written: str, key: str) -> None:
    assert fold(written) == key


@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    assert fold(fold(name)) == fold(name)

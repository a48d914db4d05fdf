"""What texts are cut into, and that a query finds the texts that have its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.tokens import LONGEST_TOKEN, Term, folded, folded_each, of_query, of_text, sought


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Adam optimizer", ["adam", "optimizer"]),
        ("优化器", ["优化", "化器", "器"]),
        ("优", ["优"]),
        ("用Adam优化", ["用", "adam", "优化", "化"]),
        ("ＡＤＡＭ　２０２６", ["adam", "2026"]),
        ("café Ångström naïve", ["cafe", "angstrom", "naive"]),
        ("優化器", ["优化", "化器", "器"]),
        ("最適化 アルゴリズム", ["最适", "适化", "化", "アル", "ルゴ", "ゴリ", "リズ", "ズム", "ム"]),
        ("옵티마이저", ["옵티", "티마", "마이", "이저", "저"]),
        ("lr_scheduler, C++ — x²", ["lr", "scheduler", "c", "x2"]),
        ("", []),
        ("。，！", []),
    ],
)
def test_a_text_is_cut_into_words_and_pairs(text: str, tokens: list[str]) -> None:
    assert list(of_text(text)) == tokens


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("adam", [Term(("adam",))]),
        ("opt*", [Term(("opt",), is_prefix=True)]),
        ("优", [Term(("优",), is_prefix=True)]),
        ("优化", [Term(("优化",))]),
        ("优化器", [Term(("优化", "化器"))]),
        ('"learning rate"', [Term(("learning", "rate"))]),
        ("adam-w", [Term(("adam", "w"))]),
        ("用Adam优化", [Term(("用",), is_prefix=True), Term(("adam",)), Term(("优化",))]),
        ('a a "', [Term(("a",))]),
        ("* ** ，", []),
    ],
)
def test_a_query_is_a_row_of_terms(query: str, terms: list[Term]) -> None:
    assert of_query(query) == terms


@given(st.text())
def test_any_text_can_be_folded_cut_and_asked_for(text: str) -> None:
    folded(text)
    for token in of_text(text):
        assert token
        assert " " not in token
    for term in of_query(text):
        assert term.tokens


_parts = st.sampled_from(
    (
        "a",
        "ab",
        "b",
        "B",
        "é",
        "ß",
        "1",
        " ",
        "-",
        "_",
        "・",
        "\n",
        "优",
        "化",
        "器",
        "優",
        "の",
        "x" * LONGEST_TOKEN,
    )
)
_texts = st.lists(_parts, max_size=9).map("".join)


@given(query=st.one_of(_texts, _texts.map('"{}"'.format), _texts.map("{}*".format)), texts=st.lists(_texts))
def test_what_is_looked_for_in_a_text_is_found_as_it_is_in_its_tokens(query: str, texts: list[str]) -> None:
    for term in of_query(query):
        finds = [sought(term).stands_in(text) for text in folded_each([query, *texts])]
        assert finds == [term.stands_in(f" {' '.join(of_text(text))} ") for text in (query, *texts)]

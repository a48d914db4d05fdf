"""What people type to find something, as it is understood, and what they are told where it can't be."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.query import LONGEST_QUERY, Bare, read, text_of
from bot.conversation.query_fields import Mistake, MistakeKind
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    Everything,
    HasTag,
    InLanguage,
    Is,
    Not,
    OnSite,
    Query,
    State,
    TagPrefix,
    Words,
    leaves,
    tag_names,
    words_of,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
A, B, C = (HasTag(name, name) for name in "abc")
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def tags(text: str) -> Query | Mistake:
    return read(text, Bare.TAG)


def texts(text: str) -> Query | Mistake:
    return read(text, Bare.TEXT)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Everything()),
        ("a", A),
        ("a b", AllOf((A, B))),
        ("#a#b", AllOf((A, B))),
        ("＃a,b，c", AllOf((A, B, C))),
        ("a、b；c", AllOf((A, B, C))),
        ("a a", A),
        ("a -b", AllOf((A, Not(B)))),
        ("a －#b", AllOf((A, Not(B)))),
        ("a | b", AnyOf((A, B))),
        ("a｜b", AnyOf((A, B))),
        ("a b | c", AnyOf((AllOf((A, B)), C))),
        ("a (b | c)", AllOf((A, AnyOf((B, C))))),
        ("a（b｜c）", AllOf((A, AnyOf((B, C))))),
        ("a -(b | c)", AllOf((A, Not(AnyOf((B, C)))))),
        ("-(-a)", A),
        ("(a (b c))", AllOf((A, B, C))),
        ("a | (b | c)", AnyOf((A, B, C))),
        ("a-b", HasTag("a-b", "a-b")),
        ("Ａ", HasTag("a", "Ａ")),
        ("c++", HasTag("c++", "c++")),
        ("优化器 学习率", AllOf((HasTag("优化器", "优化器"), HasTag("学习率", "学习率")))),
        ("opt*", TagPrefix("opt", "opt")),
        ("#Opt＊", TagPrefix("opt", "Opt")),
        ("-*", Not(TagPrefix("", ""))),
    ],
)
def test_bare_words_behind_tag_are_tags(text: str, query: Query) -> None:
    assert tags(text) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("adam sgd", Words("adam sgd")),
        ("adam adam", Words("adam")),
        ("(adam sgd) adam", Words("adam sgd")),
        ("“learning  rate” 优化", Words('"learning rate" 优化')),
        ("「学习 率」", Words('"学习 率"')),
        ("adam #a sgd", AllOf((Words("adam sgd"), A))),
        ("#a adam", AllOf((A, Words("adam")))),
        ("adam | sgd", AnyOf((Words("adam"), Words("sgd")))),
        ("adam -sgd", AllOf((Words("adam"), Not(Words("sgd"))))),
        ("opt*", Words("opt*")),
        ("#opt*", TagPrefix("opt", "opt")),
        ("https://example.org/a", Words("https://example.org/a")),
        ("标题：优化 12:30 note:x", Words("标题：优化 12:30 note:x")),
        ("优化——引言", Words("优化 引言")),
        ("… 🔥 #", Everything()),
    ],
)
def test_bare_words_behind_search_are_text(text: str, query: Query) -> None:
    assert texts(text) == query


def test_a_quoted_phrase_is_text_behind_tag_too() -> None:
    assert tags('a "learning rate"') == AllOf((A, Words('"learning rate"')))


@pytest.mark.parametrize(
    "text", ["a -", "- a", "a |", "| a", "a ()", "-() a", "(a", "((a)", "a || a", '"" a']
)
def test_what_is_not_complete_does_no_harm(text: str) -> None:
    assert tags(text) == A


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("site:csdn.net", OnSite("csdn.net")),
        ("SITE：WWW.CSDN.net", OnSite("csdn.net")),
        ("site: csdn.net", OnSite("csdn.net")),
        ('site:"csdn.net"', OnSite("csdn.net")),
        ("site:https://www.csdn.net:443/a?b#c", OnSite("csdn.net")),
        ("site:*.csdn.net/blog", OnSite("csdn.net")),
        ("site:例子.中国", OnSite("xn--fsqu00a.xn--fiqs8s")),
        ("before:2026-05", Before(MAY)),
        ("before:2026/5", Before(MAY)),
        ("before：2026年5月", Before(MAY)),
        ("before:2026年5月1日", Before(MAY)),
        ("before:20260501", Before(MAY)),
        ("after:2026.05.01", After(MAY)),
        ("after:２０２６", After(datetime(2026, 1, 1, tzinfo=UTC))),
        ("lang:zh", InLanguage("zh")),
        ("lang:zh_CN", InLanguage("zh-cn")),
        ("is:untagged", Is(State.UNTAGGED)),
        ("-is:PDF", Not(Is(State.PDF))),
        ("a site:csdn.net", AllOf((A, OnSite("csdn.net")))),
        ("-site:csdn.net", Not(OnSite("csdn.net"))),
    ],
)
def test_fields_say_what_else_a_link_is(text: str, query: Query) -> None:
    assert tags(text) == query
    if A not in leaves(query):
        assert texts(text) == query


def test_days_are_those_of_the_chat() -> None:
    begins = datetime(2026, 4, 30, 16, tzinfo=UTC)
    assert read("after:2026-05", Bare.TAG, SHANGHAI) == After(begins)
    assert text_of(After(begins), SHANGHAI) == "after:2026-05-01"


STATES = ("untagged", "failed", "dead", "unread", "pdf")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (
            "a sitee:csdn.net",
            Mistake(MistakeKind.UNKNOWN_FIELD, "sitee:csdn.net", ("site", "before", "after", "lang", "is")),
        ),
        (
            "is:paf",
            Mistake(MistakeKind.UNKNOWN_STATE, "paf", ("pdf", "untagged", "failed", "dead", "unread")),
        ),
        ("before:May", Mistake(MistakeKind.BAD_DATE, "May")),
        ("before:2026-13", Mistake(MistakeKind.BAD_DATE, "2026-13")),
        ("after:0001", Mistake(MistakeKind.BAD_DATE, "0001")),
        ("lang:中文", Mistake(MistakeKind.BAD_LANGUAGE, "中文")),
        ("site:a..b", Mistake(MistakeKind.BAD_SITE, "a..b")),
        ("a site:", Mistake(MistakeKind.NO_VALUE, "site:")),
        ("a site: | b", Mistake(MistakeKind.NO_VALUE, "site:")),
        ("a | b) c", Mistake(MistakeKind.UNBALANCED, ")")),
        ("(" * 9 + "a", Mistake(MistakeKind.TOO_DEEP, "(", ("8",))),
        (" | ".join(f"#t{n}" for n in range(21)), Mistake(MistakeKind.TOO_MANY_TERMS, "#t20", ("20",))),
        ("a" * (LONGEST_QUERY + 1), Mistake(MistakeKind.TOO_LONG, "", ("4096",))),
        ("is:" + "x" * 99, Mistake(MistakeKind.UNKNOWN_STATE, "x" * 63 + "…", STATES)),
    ],
)
def test_a_mistake_points_at_the_word_and_offers_what_there_is(text: str, mistake: Mistake) -> None:
    assert tags(text) == texts(text) == mistake


def test_a_field_that_is_none_is_a_mistake_where_tags_are_expected() -> None:
    found = tags("note:x")
    assert isinstance(found, Mistake)
    assert found.kind is MistakeKind.UNKNOWN_FIELD


def test_a_long_text_is_one_term() -> None:
    assert isinstance(texts(" ".join(f"word{n}" for n in range(100))), Words)


def test_a_query_knows_its_tags_and_its_words() -> None:
    query = texts("#B (#a | -#b) adam site:x.org sgd")
    assert not isinstance(query, Mistake)
    assert tag_names(query) == {"b": "B", "a": "a"}
    assert words_of(query) == "adam sgd"
    assert words_of(Everything()) == words_of(Not(Words("adam"))) == ""


SIGNS = [
    "a",
    "B",
    "优化",
    "#",
    "＃",
    "-",
    "－",
    "|",
    "｜",
    "(",
    "）",
    ")",
    "（",
    '"',
    "“",
    " ",
    "*",
    ",",
    "site:",
    "is:",
    "pdf",
]
SIGNS += [
    "before:",
    "2026-5",
    "lang:",
    "zh",
    "：",
    "x.org",
    "⑴",
    "\u0338",
    "\u037e",
    "é",
    "ſ",
    "\x00",
    "\ud800",
    "—",
    "İ",
]
QUERIES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SIGNS), max_size=25).map("".join))


@given(QUERIES, st.sampled_from(Bare), st.sampled_from([UTC, SHANGHAI, ZoneInfo("America/Sao_Paulo")]))
def test_any_text_is_a_query_or_a_mistake_and_a_query_can_be_written_back(
    text: str, bare: Bare, zone: ZoneInfo
) -> None:
    query = read(text, bare, zone)
    if not isinstance(query, Mistake):
        assert read(text_of(query, zone), Bare.TEXT, zone) == query

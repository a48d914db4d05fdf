"""How a message is read, rule by rule. Any text is in ``test_parse_anything``, real ones in ``test_share_sheet``."""

from typing import Any

import pytest

from bot.conversation.message import Entity
from bot.conversation.parse import Command, FoundLink, Parsed, Rejected, Rejection, join, parse
from tests.fakes.telegram.entities import formatted
from tests.parsing import as_telegram, urls_of


def _as_terminal(text: str) -> Parsed:
    return parse(text)


both = pytest.mark.parametrize("read", [as_telegram, _as_terminal])


@both
@pytest.mark.parametrize(
    ("text", "urls"),
    [
        # CJK punctuation, quotes and emoji end an address
        ("（https://e.com/a）和（https://e.com/b）", ["https://e.com/a", "https://e.com/b"]),
        ("《https://e.com/a》「https://e.com/b」", ["https://e.com/a", "https://e.com/b"]),
        ("https://e.com/a！https://e.com/b？", ["https://e.com/a", "https://e.com/b"]),
        ("https://e.com/a🔥b", ["https://e.com/a"]),
        ("“https://e.com/a”,‘https://e.com/b’", ["https://e.com/a", "https://e.com/b"]),
        ("https://e.com/a——很好", ["https://e.com/a"]),
        # and so does CJK text after an ASCII path, but not a title in the path
        ("https://e.com/p/12这篇很好", ["https://e.com/p/12"]),
        ("https://e.com/x.html은", ["https://e.com/x.html"]),
        ("https://e.com好文", ["https://e.com"]),
        ("https://e.com:8080好文", ["https://e.com:8080"]),
        (
            "https://ja.wikipedia.org/wiki/確率的勾配降下法",
            ["https://ja.wikipedia.org/wiki/確率的勾配降下法"],
        ),
        ("https://zh.wikipedia.org/wiki/C语言", ["https://zh.wikipedia.org/wiki/C语言"]),
        ("https://e.com/w/深度学习2这", ["https://e.com/w/深度学习2这"]),
        # several in one run of characters
        ("https://e.com/a;https://e.com/b", ["https://e.com/a", "https://e.com/b"]),
        (
            "https://e.com/a,https://e.com/b，https://e.com/c",
            ["https://e.com/a", "https://e.com/b", "https://e.com/c"],
        ),
        ("https://e.com/a|https://e.com/b·https://e.com/c", [f"https://e.com/{x}" for x in "abc"]),
        (
            "https://e.com/?q=1—https://e.com/a~https://e.com/b#x–https://e.com/c",
            ["https://e.com/?q=1", "https://e.com/a", "https://e.com/b#x", "https://e.com/c"],
        ),
        ("https://e.com/a|b·c~d–e", ["https://e.com/a|b·c~d–e"]),
        ("https://r.example.org/https://e.com/a", ["https://r.example.org/https://e.com/a"]),
        ("https://e.com/?u=https://a.com,https://b.com", ["https://e.com/?u=https://a.com,https://b.com"]),
        ("https://e.com/?u=https://a.com|https://b.com", ["https://e.com/?u=https://a.com|https://b.com"]),
        ("http://https://e.com/a", ["https://e.com/a"]),
        # brackets and final punctuation
        ("[x](https://e.com/a_(b)) (https://e.com/c)", ["https://e.com/a_(b)", "https://e.com/c"]),
        ("https://e.com/a... https://e.com/b?! **https://e.com/c**", [f"https://e.com/{x}" for x in "abc"]),
        # the colon of a Chinese keyboard
        ("看https：//e.com/a（HTTP：//e.com/b）", ["https://e.com/a", "HTTP://e.com/b"]),
        # without a scheme
        ("看example.com/a，example.org", ["example.com/a", "example.org"]),
        ("example.com/login?next=https://b.com/x", ["example.com/login?next=https://b.com/x"]),
        ("EXAMPLE.COM and www.example.net", ["EXAMPLE.COM", "www.example.net"]),
        # only code, numbers, mail
        ("optim.py README.md main.rs ASP.NET torch.cat plt.show optim.py:42 README.md#usage", []),
        ("22.8.1.0 10.0.0.0/8 3.14", []),
        ("a.b@example.com", []),
        ("see 10.1.2.3:8080/x", ["10.1.2.3:8080/x"]),
        # what Telegram does not see, but a person means
        ("http://localhost:8000/a http://[::1]/b", ["http://localhost:8000/a", "http://[::1]/b"]),
        ("https://me:secret@example.com/a", ["https://me:secret@example.com/a"]),
        # the same page once
        ("https://youtu.be/abc?si=1 https://www.youtube.com/watch?v=abc", ["https://youtu.be/abc?si=1"]),
    ],
)
def test_addresses(read: Any, text: str, urls: list[str]) -> None:
    assert urls_of(read(text)) == urls


@both
@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("＃优化器 #a#b #x[话题]##y[话题]#", ["优化器", "a", "b", "x", "y"]),
        ("#深度学习# C语言#编译器", ["深度学习", "编译器"]),
        ("c#x abc1#y &#x27; #C# #F# #.NET #2024 #_ #🔥", []),
        ("#Optimizer #OPTIMIZER #ｏｐｔｉｍｉｚｅｒ", ["Optimizer"]),
        ("#tag@channel #cafe\u0301 #हिन्दी", ["tag", "caf\u00e9", "हिन्दी"]),
        ("https://e.com/page#intro", []),
        ("https://e.com/a#优化器", ["优化器"]),
        ("https://e.com/a#sec-1#adam#优化器", ["adam", "优化器"]),
        ("https://e.com/a##优化器#", ["优化器"]),
        ("https://e.com/#/route/a https://e.com/#!x", []),
        ("#优化器https://e.com/a #b", ["优化器", "b"]),
        ("https://e.com/a很好#优化器", ["优化器"]),
    ],
)
def test_tags(read: Any, text: str, tags: list[str]) -> None:
    assert list(read(text).tags) == tags


@both
def test_a_glued_tag_is_no_part_of_the_address(read: Any) -> None:
    assert urls_of(read("https://e.com/a#sec-1#adam https://e.com/b#优化器")) == [
        "https://e.com/a#sec-1",
        "https://e.com/b",
    ]


def test_each_line_keeps_its_own_tags() -> None:
    parsed = parse("题 #all\nhttps://e.com/a #x\nhttps://e.com/b\nhttps://e.com/c #y")
    assert [link.tags for link in parsed.links] == [("x", "all"), ("all",), ("y", "all")]
    assert parsed.tags == ("all", "x", "y")


@pytest.mark.parametrize(
    "text",
    [
        "t1, t2\nhttps://e.com/a\n\nhttps://e.com/b #x #y",  # typed behind what a browser shared
        "https://e.com/a #x https://e.com/b\n#y",
        "#x\nhttps://e.com/a\nhttps://e.com/b\n#y",
    ],
)
def test_otherwise_the_tags_are_for_all_links(text: str) -> None:
    assert [link.tags for link in parse(text).links] == [("x", "y"), ("x", "y")]


def test_a_repeated_link_has_the_tags_of_all_its_lines() -> None:
    parsed = parse("https://e.com/a #x\nhttps://e.com/a?utm_source=b #y")
    assert parsed.links == (FoundLink("https://e.com/a", ("x", "y")),)


def test_code_is_left_alone() -> None:
    text = "git clone https://e.com/a #x\nhttps://e.com/b"
    parsed = parse(text, [Entity("pre", 0, text.index("\n"))])
    assert (urls_of(parsed), parsed.tags) == (["https://e.com/b"], ())
    assert parsed.note == "git clone https://e.com/a #x"


def test_of_a_text_link_the_target_counts_and_not_the_label() -> None:
    label = "https://label.example"
    parsed = parse(f"{label} #x", [Entity("text_link", 0, len(label), "https://target.example/a")])
    assert (urls_of(parsed), parsed.tags, parsed.note) == (["https://target.example/a"], ("x",), label)


@pytest.mark.parametrize(
    ("text", "spare", "urls"),
    [
        ("t.me/somebody https://e.com/a https://t.me/+AbC", [], ["https://e.com/a"]),
        ("https://t.me/somebody/12 t.me/somebody", [], ["https://t.me/somebody/12"]),
        ("news https://t.me/somebody", [], ["https://t.me/somebody"]),
        (
            "https://t.me/iv?url=https://e.com/a https://e.com/b",
            [],
            ["https://t.me/iv?url=https://e.com/a", "https://e.com/b"],
        ),
        ("news https://t.me/somebody", ["https://e.com/button"], ["https://e.com/button"]),
    ],
)
def test_footers_of_a_forward_count_only_alone(text: str, spare: list[str], urls: list[str]) -> None:
    entities = [Entity(e.type, e.offset, e.length) for e in formatted(text, None, None).entities]
    assert urls_of(parse(text, entities, is_forward=True, spare_urls=spare)) == urls


def test_spare_addresses_count_only_without_others() -> None:
    spare = ["tg://resolve?domain=x", "https://e.com/button"]
    assert urls_of(parse("#x", (), spare_urls=spare)) == ["https://e.com/button"]
    assert urls_of(parse("https://e.com/a", (), spare_urls=spare)) == ["https://e.com/a"]


@both
def test_other_schemes_are_named(read: Any) -> None:
    parsed = read("tg://resolve?domain=x，好 ftp://e.com/a https://256.1.1.1/x")
    assert parsed.links == ()
    assert parsed.rejected == (
        Rejected("tg://resolve?domain=x", Rejection.OTHER_SCHEME),
        Rejected("ftp://e.com/a", Rejection.OTHER_SCHEME),
        Rejected("https://256.1.1.1/x", Rejection.NO_ADDRESS),
    )


@both
@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/tag@Some_Bot  #Optimizer", Command("tag", "#Optimizer", "Some_Bot")),
        ("／TAG 优化器", Command("tag", "优化器", None)),
        ("/tag优化器", Command("tag", "优化器", None)),
        ("/recent", Command("recent", "", None)),
        ("see /tag x", None),
        ("/etc/passwd", None),
        ("/ tag", None),
    ],
)
def test_commands(read: Any, text: str, command: Command | None) -> None:
    assert read(text).command == command


def test_the_note_is_what_is_left() -> None:
    text = "/save  标题 —  很好\n\n  https://e.com/a   #x  第二行#2024 \n#y"
    assert parse(text).note == "标题 — 很好\n第二行#2024"


def test_messages_are_joined_in_both_orders() -> None:
    tags, link = parse("#x 好"), parse("https://e.com/a #y")
    assert join(tags, link).links == (FoundLink("https://e.com/a", ("y", "x")),)
    assert join(link, tags).links == join(tags, link).links
    assert (join(tags, link).tags, join(tags, link).note) == (("x", "y"), "好")


def test_links_of_two_messages_keep_their_tags() -> None:
    joined = join(parse("https://e.com/a #x"), parse("https://e.com/b #y"))
    assert [link.tags for link in joined.links] == [("x",), ("y",)]

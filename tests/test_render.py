"""How replies look: what is foreign is harmless in them, and Telegram takes each of them whatever is saved."""

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.conversation import cards, render
from bot.conversation.foreign import file_stem, plain, units
from bot.conversation.replies import Action, Message, Reply, Verb
from bot.wording import BROKEN, Words
from storage.kinds import SnapshotStatus
from storage.library import Page, TagCount
from storage.models import Link, Tag
from tests.saved import LARGE, link, snapshot
from tests.talking import ENGLISH, button, labels, seen

LONG_URL = "https://sub.example.org/?" + "a=%E4%BC%98&amp=1&" * 110
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = '<b>"Adam" & \'W\'</b></a><a href="https://evil.example">'
FAMILY = "👨‍👩‍👧‍👦"


def every_reply(of: Link, reason: str) -> list[Reply]:
    """Every reply that shows something foreign, as full as it gets."""
    failed = snapshot(of, SnapshotStatus.FAILED, reason)
    done = snapshot(of)
    done.problems, done.author, done.published_on = reason, of.title, date(2026, 9, 30)
    of.note = reason
    for each in done.artifacts:
        each.pages = 1_234
    counted = [TagCount(LARGE, tag.name, tag.key, 100_000) for tag in of.tags][: cards.CHIPS]
    counts = [TagCount(LARGE, tag.name, tag.key, 100_000) for tag in of.tags]
    turn = Action(Verb.BY_TAG, (LARGE,) * 5)
    title = " ".join(render.tag_text(tag.name) for tag in of.tags[:5])
    return [
        Message(render.saved(ENGLISH, of)),
        Message(render.summary(ENGLISH, [(of, BROKEN)] * 100)),
        Message(render.capturing_again(ENGLISH, of)),
        render.kept(ENGLISH, [of]),
        render.kept(ENGLISH, [of] * 30),
        render.refused(ENGLISH, [(of.url, reason)] * 30),
        cards.card(ENGLISH, done),
        cards.card(ENGLISH, done, failed, counted),
        cards.card(Words("zh"), done, failed, counted),
        cards.card(ENGLISH, failed),
        cards.card(ENGLISH, snapshot(of, SnapshotStatus.QUEUED)),
        render.link_list(ENGLISH, Page([of] * 10, number=9_999, total=200_000, anchor=LARGE), title, turn),
        render.link_list(
            ENGLISH,
            Page([of] * 10, number=9_999, total=200_000, anchor=LARGE),
            title,
            turn,
            {LARGE: render.snippet("a b @c #d https://example.org/ " * 30, "a b c d e")},
        ),
        render.tag_list(ENGLISH, counts * 100, page=1),
    ]


WORST = {
    "hostile": (link(HOSTILE, ["optimizer"]), HOSTILE),
    "long": (link("Adam " * 500, ["a" * 256] * 200, LONG_URL), "Because. " * 500),
    "long, without title": (link(None, ["b"] * 200, LONG_URL), "x" * 5000),
    "astral": (link("𝔸" * 5000, ["𠀀" * 250] * 200), "𝔸" * 5000),
    "ampersands": (link("&" * 5000, ["c"] * 200, "https://example.org/?" + "&" * 2000), "&" * 5000),
    "many short tags": (link("'" * 5000, list("abcdefghijklmnopqrstuvwxyz") * 8), "'" * 900),
    "a long host": (
        link("x", ["d" * 40] * 9, f"https://{'sub.' * 60}example.org/"),
        f"{'sub.' * 60}example.org",
    ),
}


@pytest.mark.parametrize("case", WORST)
def test_the_fullest_replies_are_within_telegrams_limits(case: str) -> None:
    for reply in every_reply(*WORST[case]):
        seen(reply)


def test_what_stands_on_pages_is_shown_as_far_as_there_is_room() -> None:
    def shown(tags: int, text: str) -> list[str]:
        of = link("T" * 80, [f"tag{number}" for number in range(tags)])
        page = Page([of] * 10, number=0, total=10, anchor=1)
        listed = render.link_list(
            ENGLISH, page, "word", Action(Verb.QUERY, (1,)), {LARGE: render.snippet(text, "word")}
        )
        return [part.rpartition("\n")[2] for part in listed.html.split("\n\n")[1:]]

    few = shown(0, "a word " * 90)
    assert len([line for line in few if line.count("<b>") == render.BOLD_HITS]) == 10
    many = shown(7, "a word " * 90)
    assert "word" in many[9]
    assert "<b>" not in many[9], "the hits below the last links are not marked"
    assert all("word" in line for line in shown(7, "word" + " wide" * 40))


@pytest.mark.parametrize("length", [0, 400, 800, 1200, 5000])
def test_a_caption_says_as_much_as_there_is_room_for(length: int) -> None:
    of = link("T" * 200, ["t" * 19] * 20)
    done = snapshot(of)
    of.note, done.problems = "n" * length, "p" * length
    shown = seen(cards.card(ENGLISH, done)).text
    assert units(shown) <= 1024
    if length:
        assert "📝 nn" in shown
        assert "Incomplete: pp" in shown
        assert units(shown) > 880, "what there is room for is said"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=60), st.text(max_size=300))
@example(HOSTILE, "a", HOSTILE)
@example("\x00\ud800\ufffe" + BIDI, "b", "\n\n")
def test_whatever_is_foreign_is_text_and_nothing_else(title: str, tag: str, reason: str) -> None:
    for reply in every_reply(link(title, [tag]), reason):
        shown = seen(reply)
        assert not set(BIDI) & set(shown.text)
        assert all(each.url == "https://www.example.org/adam" for each in shown.entities if each.url)


@pytest.mark.parametrize(
    ("number", "total", "turning"),
    [(0, 10, []), (0, 11, [["2 ›"]]), (1, 21, [["‹ 1", "3 ›"]]), (2, 21, [["‹ 2"]])],
    ids=["only", "first", "middle", "last"],
)
def test_a_list_has_a_button_for_each_link_and_for_its_neighbours(
    number: int, total: int, turning: list[list[str]]
) -> None:
    links = [link() for _ in range(min(10, total - number * 10))]
    shown = render.link_list(ENGLISH, Page(links, number, total, anchor=5), "Recent", Action(Verb.RECENT))
    numbers = [str(number * 10 + n) for n in range(1, len(links) + 1)]
    assert labels(shown) == [row for row in (numbers[:5], numbers[5:]) if row] + turning
    assert f"\n{numbers[0]}. Adam\nexample.org · 3 May 2026" in seen(shown).text
    for label in (label for row in turning for label in row):
        turned = button(shown, label).action
        assert (turned.verb, turned.anchor, str(turned.page + 1)) == (Verb.RECENT, 5, label.strip("‹ ›"))


def test_one_link_is_not_links() -> None:
    def heading(total: int) -> str:
        page = Page([link()], 0, total, 1)
        return seen(render.link_list(ENGLISH, page, "#adam", Action(Verb.RECENT))).text.partition("\n")[0]

    assert (heading(1), heading(2)) == ("#adam · 1 link", "#adam · 2 links")


def test_a_link_without_a_title_is_called_by_its_address() -> None:
    for title in (None, "", " \n", "\u200b\u2060", "\u3164\u202e"):
        assert seen(Message(render.saved(ENGLISH, link(title)))).text.startswith(
            "Saved www.example.org/adam\n"
        )


@pytest.mark.parametrize(
    ("text", "length", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("ab\r\n\tcd", 9, "ab cd"),
        ("a\u202eb\u00adc", 9, "abc"),
        ("𝔸𝔹ℂ𝔻", 6, "𝔸𝔹ℂ…"),
        ("𝔸𝔹𝔻𝔼", 6, "𝔸𝔹…"),
        (f"ab{FAMILY}cd", 8, "ab…"),
        (f"{FAMILY}{FAMILY}", 15, f"{FAMILY}…"),
        ("abcde\u0301f", 6, "abcd…"),
        ("ab👍🏽cd", 6, "ab…"),
        ("ab🇩🇪cd", 5, "ab…"),
        ("e" + "\u0301" * 99, 9, "e" + "\u0301" * 7 + "…"),
    ],
)  # fmt: skip
def test_a_text_is_cut_where_a_person_would_cut_it(text: str, length: int, shown: str) -> None:
    assert plain(text, length) == shown


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Adam: 优化器?", "Adam 优化器"),
        ("../../etc/passwd", "etc passwd"),
        ("..", "page"),
        ("...\x00", "page"),
        ("C:\\boot.ini", "C boot.ini"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Contents", "Contents"),
        ("The end...", "The end"),
        ("-rf ~", "rf"),
        ("/", "page"),
        ("cafe\u0301", "caf\u00e9"),
        ("a\u202egpj.exe", "agpj.exe"),
    ],
)  # fmt: skip
def test_a_file_is_named_after_the_page_as_every_system_takes_it(title: str, name: str) -> None:
    assert file_stem(title) == name


@given(st.text() | st.text("优𠀀👍é./\\", min_size=60))
def test_no_name_of_a_file_leads_elsewhere_or_is_too_long(title: str) -> None:
    taken = snapshot(link(title))
    names = {cards.attachment(ENGLISH, taken, each).file_name for each in taken.artifacts}
    assert len(names) == 3
    for name in names:
        assert len(name.encode()) <= 240
        assert not set(name) & set('/\\:*?"<>|\x00\n')
        assert name.endswith((".jpg", ".pdf"))
        assert name.strip(". ") == name


def test_a_length_counts_as_telegram_counts() -> None:
    assert units("a优𠀀👍") == len("a优𠀀👍".encode("utf-16-le")) // 2


def test_tags_that_are_too_many_are_left_out_and_it_is_shown() -> None:
    tags = [Tag(chat_id=1, key=str(n), name=f"tag{n}") for n in range(30)]
    assert render.hashtags(tags[:3]) == "#tag0 #tag1 #tag2"
    assert render.hashtags(tags, most=2) == "#tag0 #tag1 …"
    assert render.hashtags([]) == ""

"""How replies look: what is foreign is harmless in them, and Telegram takes each of them whatever is saved."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.conversation import cards, render, wording
from bot.conversation.foreign import file_stem, plain, units
from bot.conversation.replies import Action, Attachment, Card, Message, Reply, Verb
from storage.library import Page, TagCount
from storage.models import Artifact, ArtifactKind, Link, Snapshot, SnapshotStatus, Tag, now
from tests.talking import FILES, button, labels, seen

NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
LARGE = 2**31 - 1
LONG_URL = "https://sub.example.org/?" + "a=%E4%BC%98&amp=1&" * 110
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = '<b>"Adam" & \'W\'</b></a><a href="https://evil.example">'
FAMILY = "👨‍👩‍👧‍👦"


def link(
    title: str | None = "Adam", tags: Sequence[str] = (), url: str = "https://www.example.org/adam"
) -> Link:
    return Link(
        id=LARGE,
        chat_id=1,
        url=url,
        url_key=url,
        title=title,
        created_at=NOON,
        tags=[Tag(id=n, chat_id=1, key=name, name=name) for n, name in enumerate(tags)],
        snapshots=[],
    )


def snapshot(of: Link, status: SnapshotStatus = SnapshotStatus.DONE, error: str | None = None) -> Snapshot:
    kinds = FILES if status == SnapshotStatus.DONE else {}
    taken = Snapshot(id=LARGE, link_id=LARGE, status=status, error=error, captured_at=NOON, attempts=1)
    taken.artifacts = [
        Artifact(id=1, snapshot_id=LARGE, kind=kind, sha256="0" * 64, size_bytes=1, content_type=type_)
        for kind, type_ in kinds.items()
    ]
    taken.link = of
    return taken


def original(content_type: str, name: str | None, size_bytes: int) -> Artifact:
    return Artifact(
        snapshot_id=LARGE,
        kind=ArtifactKind.ORIGINAL,
        sha256="",
        size_bytes=size_bytes,
        content_type=content_type,
        name=name,
    )


def every_reply(of: Link, reason: str) -> list[Reply]:
    """Every reply that shows something foreign, as full as it gets."""
    failed = snapshot(of, SnapshotStatus.FAILED, reason)
    done = snapshot(of)
    done.problems = reason
    counts = [TagCount(LARGE, tag.name, tag.key, 100_000) for tag in of.tags]
    turn = Action(Verb.BY_TAG, (LARGE,) * 5)
    title = " ".join(render.tag_text(tag.name) for tag in of.tags[:5])
    return [
        Message(render.saved(of)),
        Message(render.summary([(of, wording.BROKEN)] * 100)),
        Message(render.capturing_again(of)),
        render.kept([of]),
        render.kept([of] * 30),
        render.refused([(of.url, reason)] * 30),
        cards.card(done),
        cards.card(failed),
        cards.card(snapshot(of, SnapshotStatus.QUEUED)),
        render.link_list(Page([of] * 10, number=9_999, total=200_000, anchor=LARGE), title, turn),
        render.tag_list(counts * 100, page=1),
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


@settings(max_examples=40)
@given(st.text(max_size=300), st.text(min_size=1, max_size=60), st.text(max_size=300))
@example(HOSTILE, "a", HOSTILE)
@example("\x00\ud800\ufffe" + BIDI, "b", "\n\n")
def test_whatever_is_foreign_is_text_and_nothing_else(title: str, tag: str, reason: str) -> None:
    for reply in every_reply(link(title, [tag]), reason):
        shown = seen(reply)
        assert not set(BIDI) & set(shown.text)
        assert all(each.url == "https://www.example.org/adam" for each in shown.entities if each.url)


def test_a_card_says_what_was_kept_where_and_when() -> None:
    card = cards.card(snapshot(link("Adam", ["optimizer", "优化器"])))
    assert isinstance(card, Card)
    assert seen(card).text == "Adam\nexample.org · 3 May 2026\n#optimizer #优化器"
    assert labels(card) == [["PDF", "Full page", "Again"]]
    assert card.file_name == "Adam.jpg"


def test_a_snapshot_without_pictures_is_a_text_with_the_buttons_that_it_has() -> None:
    kept = snapshot(link())
    kept.artifacts = [each for each in kept.artifacts if each.kind == ArtifactKind.PDF]
    card = cards.card(kept)
    assert isinstance(card, Message)
    assert labels(card) == [["PDF", "Again"]]


def test_a_card_says_what_is_missing_in_the_copy() -> None:
    kept = snapshot(link())
    kept.problems = "No pdf: the browser could not make it.\nThe page <b> is 300,000 pixels high."
    assert seen(cards.card(kept)).text.endswith(
        "⚠️ Not all of it: No pdf: the browser could not make it. The page <b> is 300,000 pixels high."
    )


def test_a_card_of_a_page_with_a_video_does_not_promise_the_video() -> None:
    kept = snapshot(link())
    kept.medium = "video"
    assert seen(cards.card(kept)).text.endswith("the page is kept, the video is not.")


def test_a_kept_file_is_named_sized_and_to_be_had() -> None:
    kept = snapshot(link("weights.zip"))
    kept.artifacts = [original("application/zip", "weights.zip", 1_234_567)]
    card = cards.card(kept)
    assert labels(card) == [["File", "Again"]]
    assert seen(card).text.endswith("application/zip · 1.2 MB")
    assert [each.file_name for each in cards.attachments(kept, ArtifactKind.ORIGINAL)] == ["weights.zip"]


def test_a_full_page_in_several_pictures_is_sent_whole() -> None:
    kept = snapshot(link())
    kept.artifacts = [
        Artifact(
            snapshot_id=LARGE,
            kind=ArtifactKind.FULLPAGE,
            position=position,
            sha256="",
            size_bytes=1,
            content_type="image/jpeg",
        )
        for position in range(3)
    ]
    assert [each.file_name for each in cards.attachments(kept, ArtifactKind.FULLPAGE)] == [
        "Adam (full page).jpg",
        "Adam (full page) 2.jpg",
        "Adam (full page) 3.jpg",
    ]


@pytest.mark.parametrize(
    ("content_type", "name", "sent_as"),
    [
        ("text/x-sh; a=.exe", "run.sh", "Adam.bin"),
        ("application/octet-stream", "setup.exe", "Adam.bin"),
        ("application/octet-stream", "thesis.DOCX", "Adam.docx"),
        ("audio/mpeg", "talk.exe", "Adam.mp3"),
        ("application/octet-stream", None, "Adam.bin"),
    ],
)
def test_a_file_gets_an_ending_that_a_tap_can_not_run(
    content_type: str, name: str | None, sent_as: str
) -> None:
    file = original(content_type, name, 1)
    assert cards.attachment(snapshot(link()), file) == Attachment(file, sent_as)


def test_a_page_that_was_never_tried_is_not_called_broken() -> None:
    for status in (SnapshotStatus.QUEUED, SnapshotStatus.RUNNING):
        assert seen(cards.card(snapshot(link(), status))).text == "Saved Adam\nCapturing the page…"


@pytest.mark.parametrize(
    ("status", "end"),
    [
        (SnapshotStatus.QUEUED, "It is down. I'll try again in 4 minutes."),
        (SnapshotStatus.RUNNING, "It is down. I'm trying again now."),
        (SnapshotStatus.FAILED, "It is down."),
    ],
)
def test_a_failure_says_why_and_what_comes_next(status: SnapshotStatus, end: str) -> None:
    failed = snapshot(link("Adam", ["optimizer"]), status, "It is down.")
    failed.run_after = now() + timedelta(minutes=4)
    assert seen(cards.card(failed)).text == f"💔 Adam\n#optimizer\n{end}"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "less than a minute"),
        (29, "less than a minute"),
        (31, "1 minute"),
        (89, "1 minute"),
        (91, "2 minutes"),
        (4608, "77 minutes"),
    ],
)
def test_a_wait_is_said_roughly(seconds: float, said: str) -> None:
    assert wording.wait(seconds) == said


@pytest.mark.parametrize(
    ("number", "total", "turning"),
    [(0, 10, []), (0, 11, [["2 ›"]]), (1, 21, [["‹ 1", "3 ›"]]), (2, 21, [["‹ 2"]])],
    ids=["only", "first", "middle", "last"],
)
def test_a_list_has_a_button_for_each_link_and_for_its_neighbours(
    number: int, total: int, turning: list[list[str]]
) -> None:
    links = [link() for _ in range(min(10, total - number * 10))]
    shown = render.link_list(Page(links, number, total, anchor=5), "Recent", Action(Verb.RECENT))
    numbers = [str(number * 10 + n) for n in range(1, len(links) + 1)]
    assert labels(shown) == [row for row in (numbers[:5], numbers[5:]) if row] + turning
    assert f"\n{numbers[0]}. Adam\nexample.org · 3 May 2026" in seen(shown).text
    for label in (label for row in turning for label in row):
        turned = button(shown, label).action
        assert (turned.verb, turned.anchor, str(turned.page + 1)) == (Verb.RECENT, 5, label.strip("‹ ›"))


def test_one_link_is_not_links() -> None:
    def heading(total: int) -> str:
        page = Page([link()], 0, total, 1)
        return seen(render.link_list(page, "#adam", Action(Verb.RECENT))).text.partition("\n")[0]

    assert (heading(1), heading(2)) == ("#adam · 1 link", "#adam · 2 links")


def test_a_link_without_a_title_is_called_by_its_address() -> None:
    for title in (None, "", " \n", "\u200b\u2060", "\u3164\u202e"):
        assert seen(Message(render.saved(link(title)))).text.startswith("Saved www.example.org/adam\n")


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
    names = {cards.attachment(taken, each).file_name for each in taken.artifacts}
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

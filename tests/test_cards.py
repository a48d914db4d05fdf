"""What a card says of a snapshot, whatever came of the capture, and which files it sends."""

from datetime import timedelta

import pytest

from bot.conversation import cards
from bot.conversation.replies import Card, Message
from bot.wording import Words
from storage.kinds import ArtifactKind, SnapshotStatus
from storage.models import Artifact, now
from tests.saved import LARGE, link, original, snapshot
from tests.talking import ENGLISH, labels, seen

CHANGES = ["Again", "Tags", "Delete"]


def test_a_card_says_what_was_kept_where_and_when() -> None:
    card = cards.card(ENGLISH, snapshot(link("Adam", ["optimizer", "优化器"])))
    assert isinstance(card, Card)
    assert seen(card).text == "Adam\nexample.org · saved 3 May 2026 · PDF 1 kB\n#optimizer #优化器"
    assert labels(card) == [["PDF", "Full page"], CHANGES]
    assert card.file_name == "Adam.jpg"


@pytest.mark.parametrize(
    ("pages", "english", "chinese"),
    [
        (None, "PDF 1 kB", "PDF 1 kB"),
        (1, "PDF 1 kB · 1 page", "PDF 1 kB · 1 页"),
        (1234, "PDF 1 kB · 1,234 pages", "PDF 1 kB · 1,234 页"),
    ],
)
def test_a_card_says_how_long_the_pdf_is(pages: int | None, english: str, chinese: str) -> None:
    kept = snapshot(link())
    for each in kept.artifacts_of(ArtifactKind.PDF):
        each.pages = pages
    for words, end in ((ENGLISH, english), (Words("zh"), chinese)):
        assert seen(cards.card(words, kept)).text.endswith(f" · {end}")


def test_a_snapshot_without_pictures_is_a_text_with_the_buttons_that_it_has() -> None:
    kept = snapshot(link())
    kept.artifacts = [each for each in kept.artifacts if each.kind == ArtifactKind.PDF]
    card = cards.card(ENGLISH, kept)
    assert isinstance(card, Message)
    assert labels(card) == [["PDF"], CHANGES]


def test_a_card_says_what_is_missing_in_the_copy() -> None:
    kept = snapshot(link())
    kept.problems = "No pdf: the browser could not make it.\nThe page <b> is 300,000 pixels high."
    assert seen(cards.card(ENGLISH, kept)).text.endswith(
        "⚠️ Incomplete: No PDF: the browser could not make it. The page <b> is 300,000 pixels high."
    )


def test_a_card_of_a_page_with_a_video_does_not_promise_the_video() -> None:
    kept = snapshot(link())
    kept.medium = "video"
    assert seen(cards.card(ENGLISH, kept)).text.endswith("the page is kept, the video is not.")


def test_a_kept_file_is_named_sized_and_to_be_had() -> None:
    kept = snapshot(link("weights.zip"))
    kept.artifacts = [original("application/zip", "weights.zip", 1_234_567)]
    card = cards.card(ENGLISH, kept)
    assert labels(card) == [["File"], CHANGES]
    assert seen(card).text.endswith("application/zip · 1.2 MB")
    assert [each.file_name for each in cards.attachments(ENGLISH, kept, ArtifactKind.ORIGINAL)] == [
        "weights.zip"
    ]


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
    assert [each.file_name for each in cards.attachments(ENGLISH, kept, ArtifactKind.FULLPAGE)] == [
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
    assert cards.attachment(ENGLISH, snapshot(link()), file).file_name == sent_as


def test_a_page_that_was_never_tried_is_not_called_broken() -> None:
    for status in (SnapshotStatus.QUEUED, SnapshotStatus.RUNNING):
        assert seen(cards.card(ENGLISH, snapshot(link(), status))).text == "Saved Adam\nCapturing the page…"


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
    assert seen(cards.card(ENGLISH, failed)).text == f"💔 Adam\n#optimizer\n{end}"
    failed.link.note = "for the <thesis>"
    assert seen(cards.card(ENGLISH, failed)).text == f"💔 Adam\n#optimizer\n📝 for the <thesis>\n{end}"


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
    assert ENGLISH.wait(seconds) == said


def test_a_file_that_can_not_be_sent_for_its_size_has_a_sentence_with_its_size() -> None:
    file = Artifact(
        snapshot_id=1,
        kind=ArtifactKind.PDF,
        sha256="f" * 64,
        size_bytes=51_400_000,
        content_type="application/pdf",
    )
    said = cards.attachment(ENGLISH, snapshot(link()), file).if_too_large
    assert said == "The file is kept, but with 51 MB too large to send here."

"""What a page says of itself, and the language that it is in."""

from datetime import date

import pytest

from bot.capture.files.reading import markdown, metadata
from bot.capture.settling.settle import Look

ARTICLE = """<!doctype html><html lang="zh-CN"><head>
<meta property="og:title" content="自适应优化器浅谈"><meta property="og:site_name" content="优化笔记">
<meta name="author" content="林小雨"><meta property="article:published_time" content="2026-03-14T09:30:00+08:00">
<meta property="og:description" content="从动量到  AdamW，
一步一步来。"><meta property="og:image" content="/img/cover.png">
<link rel="canonical" href="/p/1?utm=no"></head><body><article><p>正文。</p></article></body></html>"""


def look(text: str = "", title: str = "A title") -> Look:
    return Look(
        url="https://notes.example/p/1?from=share",
        title=title,
        text=text,
        has_picture=False,
        has_password_field=False,
        has_robot_check=False,
        is_for_payers=False,
        element_count=10,
    )


def test_what_a_page_says_of_itself_is_read() -> None:
    found = metadata(ARTICLE, look("正文。", title="自适应优化器浅谈"))
    assert (found.title, found.site, found.author) == ("自适应优化器浅谈", "优化笔记", "林小雨")
    assert found.published_on == date(2026, 3, 14)
    assert found.language == "zh-CN"
    assert found.description == "从动量到 AdamW， 一步一步来。"
    assert found.image_url == "https://notes.example/img/cover.png"
    assert found.canonical_url == "https://notes.example/p/1?utm=no"


def test_structured_data_counts_too() -> None:
    page = """<html><head><script type="application/ld+json">{"@context": "https://schema.org", "@type":
    "NewsArticle", "headline": "H", "datePublished": "2025-12-31", "author": {"@type": "Person", "name": "Ada Byron"},
    "publisher": {"@type": "Organization", "name": "The Analyst"}}</script></head><body><p>Text.</p></body></html>"""
    found = metadata(page, look("Text."))
    assert (found.author, found.published_on) == ("Ada Byron", date(2025, 12, 31))


def test_a_page_that_says_nothing_has_a_title_and_no_inventions() -> None:
    found = metadata(
        "<p>On 3 May 2019 somebody wrote this, © 2020.</p>",
        look("On 3 May 2019 somebody wrote this, © 2020."),
    )
    assert found.record() == {"title": "A title"} | dict.fromkeys(list(found.record())[1:])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "http://user:secret@example.org/",
        "http://[",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_none_of_the_web_is_left_out(address: str) -> None:
    page = f'<link rel="canonical" href="{address}"><meta property="og:image" content="{address}"><p>Text</p>'
    found = metadata(page, look("Text"))
    assert (found.canonical_url, found.image_url) == (None, None)


@pytest.mark.parametrize(
    ("claimed", "text", "language"),
    [
        ("en", "The loss goes down.", "en"),
        ("en-US", "训练深度网络时，学习率决定了每一步走多远。 Adam", "zh"),
        ("zh-Hant", "訓練深度網路時，學習率決定了每一步走多遠。", "zh-Hant"),
        ("en", "学習率は一歩の大きさを決めます。小さすぎると進みません。", "ja"),
        ("", "학습률은 한 걸음의 크기를 정합니다.", "ko"),
        ("zh", "Only English words are here.", "zh"),
        ("", "Nothing is claimed here.", None),
        ("<script>", "Nothing sensible is claimed here.", None),
    ],
)
def test_the_script_of_a_text_tells_its_language_where_a_template_does_not(
    claimed: str, text: str, language: str | None
) -> None:
    page = f'<html lang="{claimed}"><body><p>{text}</p></body></html>'
    assert metadata(page, look(text)).language == language


def test_what_tidying_has_hidden_is_no_part_of_the_text() -> None:
    words = "A learning rate that falls slowly leaves the loss time to settle. " * 8
    banner = "<div style='color: red; display: none !important;'><p>Subscribe to our letter, dear reader.</p></div>"
    page = f"<html><body><article><h1>Title</h1><p>{words}</p>{banner}<p>{words}</p></article></body></html>"
    shown = look(words * 2)
    assert "Subscribe" in markdown(page.replace("display", "x"), shown).decode()
    assert "Subscribe" not in markdown(page, shown).decode()


def test_a_page_without_an_article_gives_its_plain_text() -> None:
    assert markdown("<p>Too short.</p>", look("Too short.")) == b"Too short."


@pytest.mark.parametrize(
    ("head", "medium"),
    [
        ('<meta property="og:type" content="video.other">', "video"),
        ('<meta property="og:type" content="music.song">', "audio"),
        (
            '<meta property="og:type" content="article"><meta property="og:video:url" content="https://v.example/1">',
            "video",
        ),
        ('<meta property="og:type" content="article">', None),
    ],
)
def test_a_page_that_is_there_to_play_something_says_so(head: str, medium: str | None) -> None:
    assert metadata(f"<html><head>{head}</head><body>Play</body></html>", look("Play")).medium == medium


def test_a_long_page_is_read_where_its_words_on_itself_stand() -> None:
    rows = "".join(f"<tr><td>By Nobody {number}</td></tr>" for number in range(1_000))
    data = '<script type="application/ld+json">{"@type": "Article", "datePublished": "2025-12-31"}</script>'
    notes = "<p>note</p>" * 1_000
    page = f"<html><body><p class='author'>Ada Byron</p><table>{rows}</table>{notes}{data}</body></html>"
    found = metadata(page, look("Text."))
    assert (found.author, found.published_on) == ("Ada Byron", date(2025, 12, 31))

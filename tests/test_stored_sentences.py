"""Why a page was not kept is stored in English and shown in the language of the chat."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import storage
from bot.addresses import AddressRule
from bot.capture.failures import by_error, crashed, never_done, no_answer
from bot.errors import RefusedAddress
from bot.wording import Words
from bot.wording.stored import _catalogue, retold

CHINESE = Words("zh")
ROOM = Path(bot.__file__).parent
# Never shown in a chat: a setting that is wrong, and what the proxy answers to what is no browser.
NOT_SHOWN = re.compile(
    r"EGRESS_PROXY can't|EGRESS_ALLOW can't|Unprivileged users|This proxy is|Not a request|Not an address that can be"
    # made of two texts, and tried below with both
    r"|3 in a private|3 could not be opened3"
)
_VALUE = "3"


def _text(node: ast.expr) -> str | None:
    """A text or f-string with some value in each place."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\w+\}", _VALUE, node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else _VALUE for each in node.values)
        return "".join(map(str, parts))
    return None


def _composed() -> Iterator[str]:
    """Every sentence that the code composes about a page or an address."""
    files = [
        *(ROOM / "capture").rglob("*.py"),
        ROOM / "addresses.py",
        Path(storage.__file__).parent / "queue.py",
        Path(storage.__file__).parent / "quota.py",
    ]
    for path in files:
        if "setup" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        skipped = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
        skipped |= {
            id(part) for each in ast.walk(tree) if isinstance(each, ast.JoinedStr) for part in each.values
        }
        for node in ast.walk(tree):
            said = _text(node) if isinstance(node, ast.expr) and id(node) not in skipped else None
            if said and re.match(r"[A-Z3]", said) and said.endswith(".") and re.search("[a-z] [a-z]", said):
                yield said


def _walls() -> Iterator[str]:
    for wall in re.findall(
        r'^sentence = "(.*)"$', (ROOM / "capture" / "walls.toml").read_text(), re.MULTILINE
    ):
        yield tomllib.loads(f'text = "{wall}"')["text"].replace("{host}", "example.org")


SENTENCES = sorted({each for each in (*_composed(), *_walls()) if not NOT_SHOWN.match(each)})


def test_there_are_sentences_to_try() -> None:
    assert len(SENTENCES) > 60


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_that_is_composed_is_known(sentence: str) -> None:
    said = retold(CHINESE, sentence)
    assert said != sentence
    assert re.search("[\u4e00-\u9fff]", said)


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("example.org has no page at this address (404).", "example.org 的这个地址没有网页（404）。"),
        (
            "[2001:db8::1]:8080 is in a private or special network, and those are not fetched."
            " EGRESS_ALLOW can open it.",
            "[2001:db8::1]:8080 属于内部或特殊网络，不会抓取。可以用 EGRESS_ALLOW 放行。",
        ),
        (
            "evil.example leads to 10.0.0.1, which is in a private or special network, and those are not fetched."
            " EGRESS_ALLOW can open it.",
            "evil.example 指向 10.0.0.1，属于内部或特殊网络，不会抓取。可以用 EGRESS_ALLOW 放行。",
        ),
        (
            "example.org did not answer within 90 seconds."
            " I have tried 5 times and give up now; Again starts over.",
            "example.org 在 90 秒内没有回应。我已经试了 5 次，不再自动重试；按“重拍”可以重新开始。",
        ),
        (
            "The page is 70,000 pixels high; its picture ends at 60,000.",
            "网页高 70,000 像素，截图只到 60,000 像素。",
        ),
        ("A sentence that nobody ever wrote.", "A sentence that nobody ever wrote."),
        ("", ""),
    ],
)
def test_a_sentence_is_said_with_its_values(sentence: str, said: str) -> None:
    assert retold(CHINESE, sentence) == said
    assert retold(Words("en"), sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "english", "chinese"),
    [
        (
            "No pdf: the browser could not make it.",
            "No PDF: the browser could not make it.",
            "缺少 PDF（浏览器做不出来）。",
        ),
        (
            "No fullpage and slices: there was no time left for it.",
            "No full page, pictures for the chat: there was no time left for it.",
            "缺少 整页截图、聊天用的图片（来不及了）。",
        ),
    ],
)
def test_a_file_that_was_not_made_has_the_name_that_persons_know_it_by(
    sentence: str, english: str, chinese: str
) -> None:
    assert (retold(Words("en"), sentence), retold(CHINESE, sentence)) == (english, chinese)


@pytest.mark.parametrize(
    "address",
    [
        "http://192.168.1.1/",
        "http://localhost/",
        "https://user:secret@example.org/",
        "https://example.org:22/",
        "ftp://example.org/",
        "https://exa\u200bmple.org/",
        "https://example.org\\@evil.org/",
        "https://example.org/" + "x" * 3000,
        "http://a..b/",
        "about:blank",
    ],
)
def test_every_refusal_is_said_in_chinese(address: str) -> None:
    with pytest.raises(RefusedAddress) as refused:
        AddressRule().check_url(address)
    assert re.search("[\u4e00-\u9fff]", retold(CHINESE, str(refused.value))), refused.value


@pytest.mark.parametrize(
    "code",
    [
        "NAME_NOT_RESOLVED",
        "CERT_DATE_INVALID",
        "TOO_MANY_REDIRECTS",
        "CONNECTION_RESET",
        "UNSAFE_PORT",
        "NEW_ONE",
        "",
    ],
)
def test_every_failure_is_said_in_chinese(code: str) -> None:
    said = by_error(f"net::ERR_{code} at https://example.org" if code else "odd", "example.org").sentence
    for sentence in (
        said,
        no_answer("a.org", 30).sentence,
        never_done("a.org").sentence,
        crashed("a.org").sentence,
    ):
        assert sentence is not None
        assert re.search("[\u4e00-\u9fff]", retold(CHINESE, sentence)), sentence


def test_no_sentence_is_taken_for_another() -> None:
    english = Words("en")
    for known in _catalogue():
        names = known.pattern.groupindex
        said = english(known.name, **dict.fromkeys(names, "x.org"))
        first = next(each for each in _catalogue() if each.pattern.fullmatch(said))
        assert first.name == known.name, said

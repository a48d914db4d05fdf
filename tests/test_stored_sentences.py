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
# Never shown to anybody: what the proxy answers to what is no browser, what becomes of a message that is gone.
NOT_SHOWN = re.compile(
    r"This proxy is|Not a request|Not an address that can be|The message is not there|The message has no text"
    r"|Nothing can be said in|The file is too large for Telegram|Telegram asks for patience|The group has another id"
    r"|Telegram could give us nothing|3 of 3 workers|Tagshot's doctor wrote|3 It was left as it is"
    # made of two texts, and tried below with both
    r"|3 in a private|3 could not be opened3|The browser 3 can't be started"
)
_VALUE = "3"
# What is said there comes from the wording already; what is migrated is told to nobody.
NO_ROOMS = frozenset({"conversation", "sample", "migrations", "logs.py"})


def _text(node: ast.expr) -> str | None:
    """A text or f-string with some value in each place."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.sub(r"\{\w+\}", _VALUE, node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (each.value if isinstance(each, ast.Constant) else _VALUE for each in node.values)
        return "".join(map(str, parts))
    return None


def _composed() -> Iterator[str]:
    """Every sentence that the code composes: about a page, an address, a setting, a file, a backup …"""
    for room in (ROOM, Path(storage.__file__).parent):
        for path in room.rglob("*.py"):
            if path.relative_to(room).parts[0] not in NO_ROOMS:
                yield from _sentences(ast.parse(path.read_text(encoding="utf-8")))


def _sentences(tree: ast.Module) -> Iterator[str]:
    skipped = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
        if isinstance(node, ast.Call) and _is_not_said(node.func):
            skipped |= {id(part) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "of_file":
            yield f"{_text(node.args[1])}: {_VALUE}."
        said = _text(node) if isinstance(node, ast.expr) and id(node) not in skipped else None
        if (
            said
            and re.match(r"[A-Z3]", said)
            and said.endswith((".", "…"))
            and re.search("[a-z] [a-z]", said)
        ):
            yield said


def _is_not_said(called: ast.expr) -> bool:
    """Whether a call is one of the log, or describes a setting, an option or a command."""
    name = ast.unparse(called)
    return name.startswith("log.") or name in {
        "Field",
        "Command",
        "typer.Option",
        "typer.Argument",
        "typer.Typer",
    }


def _walls() -> Iterator[str]:
    for wall in re.findall(
        r'^sentence = "(.*)"$', (ROOM / "capture" / "walls.toml").read_text(), re.MULTILINE
    ):
        yield tomllib.loads(f'text = "{wall}"')["text"].replace("{host}", "example.org")


SENTENCES = sorted({each for each in (*_composed(), *_walls()) if not NOT_SHOWN.match(each)})


def test_there_are_sentences_to_try() -> None:
    assert len(SENTENCES) > 160


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_that_is_composed_is_known(sentence: str) -> None:
    said = retold(CHINESE, sentence)
    assert said != sentence
    assert re.search("[\u4e00-\u9fff]", said)


def _named() -> Iterator[str]:
    """What the doctor looks at, and what parts the bot has that may die."""
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Finding", "Check", "vital"}:
                name = _text(node.args[0])
                if name and name != "API":
                    yield name


@pytest.mark.parametrize("name", sorted(set(_named())))
def test_every_part_that_is_named_has_a_name_in_chinese(name: str) -> None:
    assert re.search("[\u4e00-\u9fff]", retold(CHINESE, name))


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
        (
            "/data could not be written: No space left on device.",
            "/data 无法写入：No space left on device。",
        ),
        (
            "The database file is damaged: page 3. It was left as it is."
            " There is a copy from before the last upgrade: put /data/backups/a.db in its place.",
            "数据库文件已损坏：page 3。文件没有动过。上次升级前留有一份副本：请用 /data/backups/a.db 替换它。",
        ),
        (
            "There is no font for Chinese, Japanese and Korean and emoji, so pages show boxes instead."
            " Type: sudo apt-get install fonts-noto-cjk",
            "缺少中日韩和表情符号字体，网页上会显示成方框。请输入：sudo apt-get install fonts-noto-cjk",
        ),
        (
            "Chromium 156 (of this system: /usr/bin/chromium) runs in its sandbox, as an unprivileged user.",
            "Chromium 156（系统自带：/usr/bin/chromium）可以运行：有沙箱，以普通用户身份。",
        ),
        (
            "HEALTH_ADDRESS can't be used: write it as host:port, like 127.0.0.1:8443."
            " See .env.example for what it takes.",
            "HEALTH_ADDRESS 无法使用：请写成 主机:端口，例如 127.0.0.1:8443。可填的内容见 .env.example。",
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
        names = re.compile(known.pattern).groupindex
        said = english(known.name, **dict.fromkeys(names, "x.org"))
        first = next(each for each in _catalogue() if each.read(said))
        assert first.name == known.name, said

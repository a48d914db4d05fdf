"""How the messages are understood that share sheets send: the corpus, row by row."""

import json
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.conversation.message import Entity
from bot.conversation.parse import Parsed, join, parse
from bot.conversation.replies import Message
from bot.conversation.urls import canonical, url_key
from bot.telegram.updates import incoming
from storage.database import Database
from storage.fold import fold
from storage.library import Library
from tests.talking import conversation_on

ROWS: dict[str, dict[str, Any]] = {
    row["id"]: row
    for row in map(
        json.loads,
        (Path(__file__).parent / "corpora" / "share_sheet.jsonl").read_text(encoding="utf-8").splitlines(),
    )
}


def _spare_urls(extra: dict[str, Any]) -> list[str]:
    buttons = [button for row in extra.get("reply_markup", {}).get("inline_keyboard", []) for button in row]
    return [part["url"] for part in (extra.get("link_preview_options", {}), *buttons) if "url" in part]


def _parse_row(row: dict[str, Any]) -> Parsed:
    entities = [Entity(**entity) for entity in row["entities"]]
    extra = row.get("message_extra", {})
    parsed = parse(row["text"], entities, is_forward="forward_origin" in extra, spare_urls=_spare_urls(extra))
    earlier = [r for r in ROWS.values() if r.get("group") == row.get("group", 0) and r["seq"] < row["seq"]]
    return join(_parse_row(earlier[0]), parsed) if earlier else parsed


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_shared_message_is_understood(row: dict[str, Any]) -> None:
    parsed, expect = _parse_row(row), row["expect"]
    urls = [link.url for link in parsed.links]
    assert urls == expect["urls"]
    assert [fold(tag) for tag in parsed.tags] == [fold(tag) for tag in expect["tags"]]
    assert [canonical(url) for url in urls] == expect["canonical"]
    assert [url_key(url) for url in urls] == [url.partition("://")[2] for url in expect["canonical"]]
    assert [rejected.url for rejected in parsed.rejected] == expect.get("rejected", [])
    called = parsed.command and {"name": parsed.command.name, "args": parsed.command.argument.split()}
    assert called == expect.get("command")
    assert all(link.tags == parsed.tags for link in parsed.links) or row["id"] == "ss-082"


# What says more than its text: an answer, a quote, a command, a post, a preview.
MORE = [
    row for row in ROWS.values() if "message_extra" in row or "command" in row["expect"] or "group" in row
]
PERSON, CHANNEL = 4711, -1001234567890
# What these two answer stands in another message, and is what their tags are for.
ANSWERED = {"ss-136": "arxiv.org/abs/1412.6980", "ss-137": "arxiv.org/abs/1412.6980"}


def _update(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row as Telegram hands it over."""
    private = {"id": PERSON, "type": "private", "first_name": "Ada"}
    person = {"id": PERSON, "is_bot": False, "first_name": "Ada"}
    extra = dict(row.get("message_extra", {}))
    message = {"message_id": number, "date": 1_780_000_000, "chat": private, "from": person}
    if answered := extra.pop("reply_to_message", None):
        entities = [{"type": "url", "offset": 0, "length": len(answered["text"])}]
        extra["reply_to_message"] = message | answered | {"entities": entities}
    body = message | {"text": row["text"], "entities": row["entities"]} | extra
    if "chat" in extra:
        del body["from"]
    return {"update_id": number, row.get("update_type", "message"): body}


@pytest.mark.parametrize("row", MORE, ids=lambda row: row["id"])
async def test_a_shared_message_is_answered_as_it_is_meant(row: dict[str, Any], database: Database) -> None:
    conversation, _ = await conversation_on(database)
    group = [each for each in ROWS.values() if "group" in row and each.get("group") == row["group"]] or [row]
    messages = [
        incoming(Update.de_json(_update(each, number), None), "tagshot_bot")
        for number, each in enumerate(group, 20)
    ]
    before = None
    for message, after in zip(messages, [*messages[1:], None], strict=True):
        assert message is not None
        replies = await conversation.answer(message, before, after)
        before = message
    expect = group[-1]["expect"]
    page = await Library(database, CHANNEL if "chat" in row.get("message_extra", {}) else PERSON).recent()
    wanted = [url.partition("://")[2] for url in expect["canonical"]] or list(
        filter(None, [ANSWERED.get(row["id"])])
    )
    assert [link.url_key for link in page.links] == wanted
    assert all([tag.key for tag in link.tags] == [fold(tag) for tag in expect["tags"]] for link in page.links)
    assert replies
    if "command" in expect and not wanted:
        [reply] = replies
        assert isinstance(reply, Message)
        assert f"#{expect['command']['args'][0]}" in reply.html, "the tag was looked for"

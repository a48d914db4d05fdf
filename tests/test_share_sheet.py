"""How the messages are understood that share sheets send: the corpus, row by row."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.message import Entity
from bot.conversation.parse import Parsed, join, parse
from bot.conversation.urls import canonical, url_key
from storage.fold import fold

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

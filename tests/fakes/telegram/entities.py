"""Texts and their entities. Telegram's own TDLib finds links and hashtags and parses markup, offline."""

import html
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tdjson

from tests.fakes.telegram.errors import bad_request

MAX_ENTITIES = 100

_TYPE_NAMES = {
    "textEntityTypeBlockQuote": "blockquote",
    "textEntityTypeBold": "bold",
    "textEntityTypeBotCommand": "bot_command",
    "textEntityTypeCashtag": "cashtag",
    "textEntityTypeCode": "code",
    "textEntityTypeCustomEmoji": "custom_emoji",
    "textEntityTypeEmailAddress": "email",
    "textEntityTypeExpandableBlockQuote": "expandable_blockquote",
    "textEntityTypeHashtag": "hashtag",
    "textEntityTypeItalic": "italic",
    "textEntityTypeMention": "mention",
    "textEntityTypeMentionName": "text_mention",
    "textEntityTypePhoneNumber": "phone_number",
    "textEntityTypePre": "pre",
    "textEntityTypePreCode": "pre",
    "textEntityTypeSpoiler": "spoiler",
    "textEntityTypeStrikethrough": "strikethrough",
    "textEntityTypeTextUrl": "text_link",
    "textEntityTypeUnderline": "underline",
    "textEntityTypeUrl": "url",
}
_MARKUP_MODES: dict[str, dict[str, Any]] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
# Found entities are dropped inside these; everything else may overlap (a bold link stays a link).
_EXCLUSIVE = {"code", "pre", "text_link", "text_mention"}
# TDLib's order of entities that cover the same characters; those that are not named here have 50.
_PRIORITY = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_HTML_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text; ``offset`` and ``length`` count UTF-16 units."""

    offset: int
    length: int
    type: str
    url: str | None = None
    language: str | None = None
    user_id: int | None = None
    custom_emoji_id: str | None = None

    @property
    def end(self) -> int:
        """The offset after the last unit."""
        return self.offset + self.length

    def as_json(self) -> dict[str, Any]:
        """As in a Bot API message."""
        body: dict[str, Any] = {"type": self.type, "offset": self.offset, "length": self.length}
        for name in ("url", "language", "custom_emoji_id"):
            if (value := getattr(self, name)) is not None:
                body[name] = value
        if self.user_id is not None:
            body["user"] = {"id": self.user_id, "is_bot": False, "first_name": "?"}
        return body


@dataclass(frozen=True, slots=True)
class RichText:
    """A text with its entities."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def entities_json(self) -> list[dict[str, Any]]:
        """As in a Bot API message."""
        return [entity.as_json() for entity in self.entities]

    def part(self, entity: Entity) -> str:
        """The part of the text that an entity covers."""
        return utf16_slice(self.text, entity.offset, entity.end)

    @property
    def html(self) -> str:
        """The text as a person sees it, with formatting and links as tags; found links and tags stay plain."""
        shown = [
            entity for entity in self.entities if entity.type in _HTML_TAGS or entity.type == "text_link"
        ]
        cuts = sorted({0, utf16_length(self.text), *(e.offset for e in shown), *(e.end for e in shown)})
        parts: list[str] = []
        for start, stop in itertools.pairwise(cuts):
            parts += [_tag(e) for e in _outermost_first(shown) if e.offset == start]
            parts.append(html.escape(utf16_slice(self.text, start, stop), quote=False))
            parts += [_end_tag(e) for e in reversed(_outermost_first(shown)) if e.end == stop]
        return "".join(parts)


def utf16_length(text: str) -> int:
    """The number of UTF-16 units, by which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, start: int, stop: int) -> str:
    """The part between two UTF-16 offsets."""
    return text.encode("utf-16-le")[2 * start : 2 * stop].decode("utf-16-le", "replace")


def formatted(text: str, parse_mode: str | None, given: Sequence[dict[str, Any]] | None) -> RichText:
    """What Telegram makes of a text that a bot or a person sends: markup parsed, links and hashtags found.

    Raises the 400 of the real server when the markup is broken.
    """
    if parse_mode:
        text, explicit = _parse_markup(text, parse_mode)
    else:
        explicit = [_from_json(entity) for entity in given or ()]
    return _completed(*_trimmed(text, explicit))


def is_link(url: str) -> bool:
    """Whether Telegram takes ``url`` as the target of a link or a button (it refuses http://localhost)."""
    markup = f'<a href="{html.escape(url)}">x</a>'
    return bool(_parse_markup(markup, "HTML")[1])


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    if answer is None:
        raise AssertionError(f"TDLib has no answer to {request['@type']}.")
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})


def _parse_markup(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    mode = _MARKUP_MODES.get(parse_mode.lower())
    if mode is None:
        raise bad_request("Unsupported parse_mode")
    answer = _execute({"@type": "parseTextEntities", "text": text, "parse_mode": mode})
    if answer["@type"] == "error":
        raise bad_request(answer["message"])
    return answer["text"], [_from_tdlib(entity) for entity in answer["entities"]]


def _found(text: str) -> list[Entity]:
    answer = _execute({"@type": "getTextEntities", "text": text})
    return [_from_tdlib(e) for e in answer["entities"] if e["type"]["@type"] in _TYPE_NAMES]


def _trimmed(text: str, explicit: Iterable[Entity]) -> tuple[str, list[Entity]]:
    """Cut white space at both ends as Telegram does; in front only up to the first entity."""
    text = text.replace("\r", "").rstrip(" \n\t")
    length = utf16_length(text)
    kept = [
        replace(e, length=min(e.end, length) - e.offset)
        for e in _outermost_first(explicit)
        if e.offset < length
    ]
    leading = len(text) - len(text.lstrip(" \n\t"))
    shift = min(leading, kept[0].offset) if kept else leading
    return text[shift:], [replace(e, offset=e.offset - shift) for e in kept if e.length > 0]


def _completed(text: str, explicit: list[Entity]) -> RichText:
    """Add what TDLib finds, except within code and links that were given."""
    exclusive = [e for e in explicit if e.type in _EXCLUSIVE]
    given = {(e.offset, e.length, e.type) for e in explicit}
    found = [
        e
        for e in _found(text)
        if not any(e.offset < other.end and other.offset < e.end for other in exclusive)
        and (e.offset, e.length, e.type) not in given
    ]
    return RichText(text, tuple(_outermost_first([*explicit, *found])[:MAX_ENTITIES]))


def _from_tdlib(raw: dict[str, Any]) -> Entity:
    kind = raw["type"]
    return Entity(
        offset=raw["offset"],
        length=raw["length"],
        type=_TYPE_NAMES[kind["@type"]],
        url=kind.get("url"),
        language=kind.get("language"),
        user_id=kind.get("user_id"),
        custom_emoji_id=kind.get("custom_emoji_id"),
    )


def _from_json(raw: dict[str, Any]) -> Entity:
    try:
        return Entity(
            offset=int(raw["offset"]),
            length=int(raw["length"]),
            type=str(raw["type"]),
            url=raw.get("url"),
            language=raw.get("language"),
            user_id=(raw.get("user") or {}).get("id"),
            custom_emoji_id=raw.get("custom_emoji_id"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise bad_request(f"can't parse MessageEntity: {error}") from None


def _outermost_first(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda e: (e.offset, -e.length, _PRIORITY.get(e.type, 50)))


def _tag(entity: Entity) -> str:
    if entity.type == "text_link":
        return f'<a href="{html.escape(entity.url or "")}">'
    return f"<{_HTML_TAGS[entity.type]}>"


def _end_tag(entity: Entity) -> str:
    return "</a>" if entity.type == "text_link" else f"</{_HTML_TAGS[entity.type]}>"

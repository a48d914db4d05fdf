"""/settings: what a chat wishes, as a message whose buttons change it. In a group everybody may change it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import available_timezones

from bot.conversation import render
from bot.conversation.foreign import escaped
from bot.conversation.languages import Languages, zone
from bot.conversation.replies import Action, Button, Buttons, Message, Verb
from bot.wording import Words, languages
from storage.chats import Preferences
from storage.database import Database
from storage.kinds import Sheet
from storage.preferences import preferences, wish

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Asia/Kolkata",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)
QUIET = ((None, None), (22 * 60, 7 * 60), (23 * 60, 8 * 60), (0, 9 * 60))
"""Minutes after midnight from which and until which no message makes a sound; none: never."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A wish of a few values. Its button names the one that it sets, so that a press that comes twice sets it twice."""

    name: str
    values: tuple[dict[str, Any], ...]

    def following(self, wishes: Preferences) -> int:
        """Which value comes after the present one; the first, where that is none of them."""
        present = (
            all(getattr(wishes, name) == value for name, value in each.items()) for each in self.values
        )
        return (next((at for at, is_now in enumerate(present) if is_now), -1) + 1) % len(self.values)


SWITCHES = (
    Switch("pdf", ({"sends_pdf": True}, {"sends_pdf": False})),
    Switch("sheet", ({"sheet": Sheet.A4}, {"sheet": Sheet.PHONE})),
    Switch("album", ({"has_albums": True}, {"has_albums": False})),
    Switch("quiet", tuple({"quiet_from": start, "quiet_until": end} for start, end in QUIET)),
    Switch("plain", ({"saves_plain_links": True}, {"saves_plain_links": False})),
)
LANGUAGE, ZONE, PAGE, ZONE_PAGE = len(SWITCHES), len(SWITCHES) + 1, len(SWITCHES) + 2, len(SWITCHES) + 3


class Wishes:
    """What any chat wishes, and its page of /settings. ``languages`` are the words that go with it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.languages = Languages(database)

    async def of(self, chat_id: int) -> Preferences:
        """What a chat wishes."""
        return await preferences(self._database, chat_id)

    async def page(self, words: Words, chat_id: int) -> Message:
        """What the chat wishes, and buttons to change it."""
        return _page(words, await self.of(chat_id))

    async def in_zone(self, words: Words, chat_id: int, name: str) -> Message:
        """Set the time zone by its name, in any spelling of letters; one that there is not is said."""
        known = {each.casefold(): each for each in available_timezones()}
        found = known.get(name.strip().replace(" ", "_").casefold())
        if found is None:
            return Message(words("no-such-zone", zone=escaped(name, render.SITE_LENGTH)))
        wishes = await wish(self._database, chat_id, time_zone=found)
        return _page(self.languages.spoken(wishes), wishes)

    async def press(self, words: Words, chat_id: int, action: Action) -> Message | None:
        """Change what a button stands for, and show all anew. None: it stands for nothing."""
        if not 0 < len(action.ids) <= 2:
            return None
        which, value = (*action.ids, 0)[:2]
        wishes = await self.of(chat_id)
        if which < len(SWITCHES) and len(action.ids) == 2 and value < len(SWITCHES[which].values):
            changes = SWITCHES[which].values[value]
        elif which == LANGUAGE and value < len(languages()):
            changes = {"language": languages()[value]}
        elif which == ZONE and value < len(ZONES):
            changes = {"time_zone": ZONES[value]}
        elif which == ZONE_PAGE:
            return render.in_place(_zones(words))
        elif which == PAGE:
            changes = {}
        else:
            return None
        wishes = await wish(self._database, chat_id, **changes) if changes else wishes
        return render.in_place(_page(self.languages.spoken(wishes), wishes))


def is_quiet(wishes: Preferences, at: datetime | None = None) -> bool:
    """Whether messages are to make no sound at that time, or now."""
    if wishes.quiet_from is None or wishes.quiet_until is None:
        return False
    local = (at or datetime.now(UTC)).astimezone(zone(wishes.time_zone))
    minute = local.hour * 60 + local.minute
    if wishes.quiet_from <= wishes.quiet_until:
        return wishes.quiet_from <= minute < wishes.quiet_until
    return minute >= wishes.quiet_from or minute < wishes.quiet_until


def _page(words: Words, wishes: Preferences) -> Message:
    lines = [f"<b>{words('settings')}</b>", words("setting-language", language=words("language-name"))]
    lines += [_said(words, switch, wishes) for switch in _switches(wishes)]
    lines.append(words("setting-zone", zone=wishes.time_zone or "UTC"))
    return Message("\n".join(lines), _buttons(words, wishes))


def _switches(wishes: Preferences) -> Sequence[Switch]:
    """In a private chat plain links are always saved."""
    return [each for each in SWITCHES if each.name != "plain" or wishes.chat_id < 0]


def _said(words: Words, switch: Switch, wishes: Preferences) -> str:
    return words(f"setting-{switch.name}", value=_value(words, switch, wishes))


def _value(words: Words, switch: Switch, wishes: Preferences) -> str:
    match switch.name:
        case "pdf":
            return words("yes" if wishes.sends_pdf else "no")
        case "sheet":
            return words("sheet-phone" if wishes.sheet == Sheet.PHONE else "sheet-a4")
        case "album":
            return words("as-album" if wishes.has_albums else "as-file")
        case "plain":
            return words("yes" if wishes.saves_plain_links else "no")
        case _:
            return _hours(words, wishes)


def _hours(words: Words, wishes: Preferences) -> str:
    if wishes.quiet_from is None or wishes.quiet_until is None:
        return words("never")
    start, end = (time(*divmod(each, 60)) for each in (wishes.quiet_from, wishes.quiet_until))
    return f"{start:%H:%M}–{end:%H:%M}"


def _buttons(words: Words, wishes: Preferences) -> Buttons:
    tongues = [
        Button(Words(each)("language-name"), Action(Verb.SETTINGS, (LANGUAGE, number)))
        for number, each in enumerate(languages())
    ]
    switches = [_button(words, each, wishes) for each in _switches(wishes)]
    zones = Button(words("switch-zone"), Action(Verb.SETTINGS, (ZONE_PAGE,)))
    return (*render.rows(tongues, 3), *render.rows([*switches, zones], 1))


def _button(words: Words, switch: Switch, wishes: Preferences) -> Button:
    number = switch.following(wishes)
    value = _value(words, switch, Preferences(chat_id=wishes.chat_id, **switch.values[number]))
    label = words("switch", setting=words(f"switch-{switch.name}"), value=value)
    return Button(label, Action(Verb.SETTINGS, (SWITCHES.index(switch), number)))


def _zones(words: Words) -> Message:
    buttons = [Button(name, Action(Verb.SETTINGS, (ZONE, number))) for number, name in enumerate(ZONES)]
    back = Button(words("button-back"), Action(Verb.SETTINGS, (PAGE,)))
    return Message(words("which-zone"), (*render.rows(buttons, 2), (back,)))

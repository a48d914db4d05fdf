"""What a chat wishes: its language, its hours of quiet, its time zone; and the page on which all is changed."""

from datetime import UTC, datetime

import pytest

from bot.conversation.languages import zone
from bot.conversation.replies import Action, Card, Message, Toast, Verb
from bot.conversation.wishes import QUIET, Wishes, is_quiet
from bot.wording import Words, languages
from storage.chats import Preferences
from storage.database import Database
from storage.kinds import Sheet
from storage.preferences import preferences, wish
from tests.conftest import OWNER
from tests.storing import snapshots
from tests.talking import ENGLISH, Person, button, capture_all, conversation_on, labels, texts

CHINESE = Words("zh")
GROUP = -100123


@pytest.fixture
async def ada(database: Database) -> Person:
    return Person((await conversation_on(database))[0])


async def pressed(person: Person, page: Message, label: str) -> Message:
    [changed] = await person.presses(button(page, label))
    assert isinstance(changed, Message)
    assert changed.edits
    return changed


@pytest.mark.parametrize(("code", "words"), [("zh-hans", CHINESE), ("en-GB", ENGLISH), ("de", ENGLISH)])
async def test_a_chat_is_spoken_to_in_the_language_of_its_app(code: str, words: Words, ada: Person) -> None:
    assert await ada.hears("hello", language_code=code) == Message(words("hint"))


async def test_the_language_is_remembered_for_what_is_said_later(ada: Person, database: Database) -> None:
    await ada.says("hello", language_code="zh-hans")
    assert (await Wishes(database).languages.of(OWNER)).language == "zh"
    assert (await Wishes(database).languages.of(42)).language == "en"


async def test_a_chosen_language_counts_more_than_the_apps(ada: Person) -> None:
    page = await ada.hears("/settings", language_code="en")
    page = await pressed(ada, page, "简体中文")
    assert "语言：简体中文" in texts([page])
    assert await ada.hears("hello", language_code="en") == Message(CHINESE("hint"))
    await pressed(ada, page, "English")
    assert await ada.hears("hello", language_code="zh") == Message(ENGLISH("hint"))


async def test_every_switch_changes_what_is_wished_and_shows_it(ada: Person, database: Database) -> None:
    page = await ada.hears("/settings")
    page = await pressed(ada, page, "PDF with saves → no")
    page = await pressed(ada, page, "PDF pages → phone width")
    page = await pressed(ada, page, "Full page → as one file")
    page = await pressed(ada, page, "Silent hours → 22:00–07:00")
    wishes = await preferences(database, OWNER)
    assert (wishes.sends_pdf, wishes.sheet, wishes.has_albums) == (False, Sheet.PHONE, False)
    assert (wishes.quiet_from, wishes.quiet_until) == QUIET[1]
    text = texts([page])
    assert "with every save: no" in text
    assert "PDF pages: phone width" in text
    assert "full page: as one file" in text
    assert "Silent hours: 22:00–07:00" in text
    for hours in ("23:00–08:00", "00:00–09:00", "none"):
        page = await pressed(ada, page, f"Silent hours → {hours}")
    assert "Silent hours: none" in texts([page])
    assert (await preferences(database, 42)).sends_pdf


async def test_a_press_that_comes_twice_does_not_undo_itself(ada: Person, database: Database) -> None:
    page = await ada.hears("/settings")
    for row in page.buttons[1:-1]:
        once = await pressed(ada, page, row[0].label)
        wished = (await preferences(database, OWNER)).model_dump()
        assert await pressed(ada, page, row[0].label) == once
        assert (await preferences(database, OWNER)).model_dump() == wished


async def test_hours_of_quiet_that_no_button_names_can_be_left(ada: Person, database: Database) -> None:
    await wish(database, OWNER, quiet_from=1, quiet_until=2)
    page = await ada.hears("/settings")
    assert "Silent hours: 00:01–00:02" in texts([page])
    assert "Silent hours: none" in texts([await pressed(ada, page, "Silent hours → none")])


async def test_the_time_zone_is_chosen_from_a_page_or_by_its_name(ada: Person, database: Database) -> None:
    zones = await pressed(ada, await ada.hears("/settings"), "Time zone")
    page = await pressed(ada, zones, "Asia/Shanghai")
    assert "Time zone: Asia/Shanghai" in texts([page])
    assert "Europe/Madrid" in texts([await ada.hears("/settings europe/madrid")])
    assert (await preferences(database, OWNER)).time_zone == "Europe/Madrid"
    assert "There is no time zone Mars/&lt;b&gt;" in (await ada.hears("/settings Mars/<b>")).html
    back = await pressed(ada, zones, "‹ Settings")
    assert labels(back) == labels(page)


async def test_days_begin_where_the_chat_is(ada: Person, database: Database) -> None:
    await wish(database, OWNER, time_zone="Asia/Shanghai")
    words = await Wishes(database).languages.of(OWNER)
    assert words.date(datetime(2026, 5, 3, 20, tzinfo=UTC)) == "4 May 2026"


@pytest.mark.parametrize("name", [None, "", "Mars/Olympus", "../../etc/passwd", "\x00"])
def test_a_time_zone_that_is_none_is_utc(name: str | None) -> None:
    assert zone(name) is UTC


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        (None, 3, False),
        ((22, 7), 23, True),
        ((22, 7), 6, True),
        ((22, 7), 7, False),
        ((22, 7), 12, False),
        ((0, 9), 0, True),
        ((0, 9), 9, False),
    ],
)
def test_the_hours_of_quiet_are_those_of_the_chat(
    hours: tuple[int, int] | None, at: int, quiet: bool
) -> None:
    start, end = (60 * hours[0], 60 * hours[1]) if hours else (None, None)
    wishes = Preferences(chat_id=1, quiet_from=start, quiet_until=end, time_zone="Asia/Shanghai")
    assert is_quiet(wishes, datetime(2026, 5, 3, (at - 8) % 24, 0, tzinfo=UTC)) is quiet


async def test_in_the_hours_of_quiet_no_answer_makes_a_sound(ada: Person, database: Database) -> None:
    await ada.says("https://example.org/a")
    await capture_all(database)

    async def sounds() -> list[bool]:
        replies = [
            *await ada.says("/recent"),
            *await ada.presses("card:1:0:"),
            *await ada.presses("del:1:0:"),
        ]
        return [reply.is_silent for reply in replies if isinstance(reply, Message | Card)]

    assert await sounds() == [False] * 3
    await wish(database, OWNER, quiet_from=0, quiet_until=24 * 60)
    assert await sounds() == [True] * 3


@pytest.mark.parametrize("ids", [(), (99,), (0,), (0, 2), (3, 4), (5, 99), (6, 99), (1, 2, 3)])
async def test_a_setting_that_there_is_not_is_answered_like_nonsense(
    ids: tuple[int, ...], ada: Person, database: Database
) -> None:
    before = (await preferences(database, OWNER)).model_dump()
    assert await ada.presses(Action(Verb.SETTINGS, ids)) == [Toast(ENGLISH("toast-expired"))]
    assert (await preferences(database, OWNER)).model_dump() == before


async def test_plain_links_of_a_group_are_saved_as_it_wishes(ada: Person, database: Database) -> None:
    group = Person(ada.conversation, chat_id=GROUP)
    page = await group.hears("/settings")
    plain = "Plain links → no"
    assert plain in [label for row in labels(page) for label in row]
    assert plain not in [label for row in labels(await ada.hears("/settings")) for label in row]
    await pressed(group, page, plain)
    assert await group.says("https://example.org/a") == []
    assert "Saved" in texts(await group.says("@tagshot_bot https://example.org/b", is_mention=True))
    assert "Saved" in texts(await group.says("/save https://example.org/c"))
    assert "Saved" in texts(await ada.says("https://example.org/d"))


async def test_a_new_snapshot_is_printed_as_the_chat_wishes(ada: Person, database: Database) -> None:
    await wish(database, OWNER, sheet=Sheet.PHONE)
    await ada.says("https://example.org/a")
    group = Person(ada.conversation, chat_id=GROUP)
    await group.says("https://example.org/a")
    sheets = [each.sheet for each in await snapshots(database)]
    assert sheets == [Sheet.PHONE, Sheet.A4]
    await capture_all(database)


def test_every_language_names_itself() -> None:
    names = [Words(each)("language-name") for each in languages()]
    assert len(set(names)) == len(names)

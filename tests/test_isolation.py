"""No chat sees or changes what another has: every command and button there is, with ids and words of another chat.

What is tried comes from ``COMMANDS``, ``Verb`` and the tables, so what is added to them is tried too.
"""

import itertools
from collections.abc import Collection, Sequence
from typing import Any

import pytest
from sqlalchemy import Select, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.conversation.commands import COMMANDS
from bot.conversation.inline import InlineAsked
from bot.conversation.message import AttachedFile
from bot.conversation.presses import ACTS
from bot.conversation.replies import Action, Reply, Toast, Verb
from bot.settings import Settings
from storage.announcements import Announcements, Shown
from storage.chats import SavedQuery, Undo
from storage.database import Database
from storage.inbox import Received
from storage.kinds import Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.models import Link, Snapshot, Tag
from storage.nobody import NOBODY
from storage.queue import Outcome
from tests.conftest import OWNER
from tests.fakes.receiving import receiving, rows
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User
from tests.storing import link
from tests.talking import ENGLISH, Person, button, capture_all, conversation_on

BOB, MALLORY, GROUP, ELSEWHERE = 42, 99, -100500, -100999
MESSAGE, CARD = 10, 500
GONE = 999_999
SECRETS = ("geheim", "adastag", "adasnote", "adastitle", "adastext")
HERS = "https://geheim.example.org/page"
Rows = dict[str, list[tuple[Any, ...]]]


async def fetched(session: AsyncSession, statement: Select[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await (await session.connection()).execute(statement)]


async def everything(database: Database, *, but: Collection[int] = ()) -> Rows:
    """All rows of all tables, without what these chats wish."""
    async with database.read() as session:
        found: Rows = {}
        for table in SQLModel.metadata.sorted_tables:
            statement = select(table)
            if table.name == "preferences":
                statement = statement.where(table.c.chat_id.not_in(but))
            found[table.name] = await fetched(session, statement)
        return found


async def all_of(database: Database, chat_id: int) -> Rows:
    """The chat's rows of all tables, those that hang on other rows of it among them, and who may use the bot."""
    owned: dict[str, set[Any]] = {}
    found: Rows = {}
    async with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            statement = select(table)
            if "chat_id" in table.c:
                statement = statement.where(table.c.chat_id.in_([chat_id, NOBODY]))
            for key in table.foreign_keys:
                statement = statement.where(key.parent.in_(owned[key.column.table.name]))
            found[table.name] = await fetched(session, statement)
            at = list(table.c).index(next(iter(table.primary_key)))
            owned[table.name] = {row[at] for row in found[table.name]}
    return found


class World:
    """Ada's library, with something of each kind; Bob, who may use the bot and has a link of his own."""

    def __init__(self, database: Database, ada: Person) -> None:
        self.database = database
        self.ada = ada
        self.bob = Person(ada.conversation, BOB)
        self.in_group = Person(ada.conversation, BOB, GROUP)
        self.foreign: dict[str, list[int]] = {}

    async def fill(self) -> None:
        await self.ada.says(f"{HERS} #adastag #adassecond adasnote", message_id=MESSAGE)
        found = Outcome(Verdict.OK, metadata=Metadata(title="adastitle"), text="adastext")
        await capture_all(self.database, found)
        [one] = (await Library(self.database, OWNER).recent()).links
        await Announcements(self.database).set_shown(Shown(OWNER, CARD, [one.id or 0]))
        await self.ada.says(f"{HERS}/removed #adastag")
        question = await self.ada.hears(f"/delete {HERS}/removed")
        await self.ada.presses(button(question, "Delete it"))
        await self.ada.says(f"{HERS}/waiting")
        await self.ada.says("/search adastext | adastitle")
        await self.bob.says("https://example.org/bobs #zzz")
        for table in (Link, Snapshot, Tag, Undo, SavedQuery):
            self.foreign[table.__name__] = await self._ids(table, bobs=False)
            assert self.foreign[table.__name__]
        bobs = {each for table in (Link, Snapshot, Tag) for each in await self._ids(table, bobs=True)}
        self.foreign = {name: [id_ for id_ in ids if id_ not in bobs] for name, ids in self.foreign.items()}

    async def _ids(self, table: type[SQLModel], *, bobs: bool) -> list[int]:
        columns = table.metadata.tables[str(table.__tablename__)].c
        owner = columns.chat_id if "chat_id" in columns else SQLModel.metadata.tables["link"].c.chat_id
        statement = select(columns.id).where((owner == BOB) if bobs else (owner != BOB))
        if "chat_id" not in columns:
            statement = statement.join(SQLModel.metadata.tables["link"])
        async with self.database.read() as session:
            return [id_ for (id_,) in await fetched(session, statement)]

    @property
    def foreign_ids(self) -> list[int]:
        return sorted({each for ids in self.foreign.values() for each in ids})


@pytest.fixture
async def world(database: Database) -> World:
    conversation, _ = await conversation_on(database)
    world = World(database, Person(conversation))
    await world.fill()
    return world


def shows_secrets(replies: Sequence[Reply], *, asked: str = "") -> list[str]:
    """Ada's words among the replies, but for those that were said to the bot."""
    shown = repr(replies).lower()
    return [word for word in SECRETS if word in shown and word not in asked.lower()]


def forged(verb: Verb, world: World) -> list[Action]:
    """What a button of that kind could be made to say, with ids that are Ada's."""
    expected = ACTS.get(verb, (None, None))[0]
    lengths = (1, 2) if expected is None else (expected,)
    chosen = [ids for length in lengths for ids in itertools.product(world.foreign_ids, repeat=length)]
    return [Action(verb, ids, page, anchor) for ids in chosen for page, anchor in ((0, None), (1, GONE))]


@pytest.mark.parametrize("who", ["bob", "in_group"])
async def test_no_button_with_foreign_ids_shows_or_changes_anything_and_all_answer_like_an_old_one(
    world: World, who: str
) -> None:
    person: Person = getattr(world, who)
    before = await everything(world.database, but=[person.chat_id])
    for verb in set(Verb) - {Verb.SETTINGS, Verb.KEEP, Verb.RECENT, Verb.TAGS}:
        expired = await person.presses(Action(verb, tuple(GONE for _ in forged(verb, world)[0].ids)))
        assert expired == [Toast(ENGLISH("toast-expired"))] or verb is Verb.FORGET, verb
        for action in forged(verb, world):
            assert await person.presses(action) == expired, action
    assert await everything(world.database, but=[person.chat_id]) == before


async def test_buttons_that_name_no_link_show_and_change_only_what_is_ones_own(world: World) -> None:
    before = await everything(world.database, but=[BOB])
    for verb in (Verb.SETTINGS, Verb.KEEP, Verb.RECENT, Verb.TAGS):
        for ids, anchor in itertools.product([(), (1,), (1, 2)], [None, 1, *world.foreign_ids]):
            replies = await world.bob.presses(Action(verb, ids, 0, anchor))
            assert shows_secrets(replies) == [], (verb, ids, anchor)
    assert await everything(world.database, but=[BOB]) == before


async def test_a_link_of_ones_own_takes_no_tag_of_another(world: World) -> None:
    [own_link] = await world._ids(Link, bobs=True)
    [own_tag] = await world._ids(Tag, bobs=True)
    before = await all_of(world.database, OWNER)
    expired = [Toast(ENGLISH("toast-expired"))]
    for verb in (Verb.PUT, Verb.TAKE, Verb.CHIP, Verb.MERGE):
        first = own_tag if verb is Verb.MERGE else own_link
        for tag_id in world.foreign["Tag"]:
            assert await world.bob.presses(Action(verb, (first, tag_id))) == expired, verb
    for verb, id_ in itertools.product((Verb.PUT, Verb.TAKE, Verb.CHIP), world.foreign["Link"]):
        assert await world.bob.presses(Action(verb, (id_, own_tag))) == expired, verb
    assert await all_of(world.database, OWNER) == before


@pytest.mark.parametrize("who", ["bob", "in_group"])
async def test_no_command_shows_or_changes_what_another_chat_has(world: World, who: str) -> None:
    person: Person = getattr(world, who)
    before = await all_of(world.database, OWNER)
    words = ("", "adastag", "adastag adassecond", "adastext", HERS, "is:untagged | is:failed", str(OWNER))
    for command, word in itertools.product(COMMANDS, words):
        asked = f"/{command.name} {word}".strip()
        replies = await person.says(asked)
        assert shows_secrets(replies, asked=asked) == [], asked
    assert await all_of(world.database, OWNER) == before


async def test_every_command_answers_alike_about_what_is_anothers_and_what_is_nobodys(world: World) -> None:
    for command in {each.name for each in COMMANDS} - {"save", "settings"}:
        for theirs, nobodys in (("adastag", "qqqqtag"), (HERS, HERS.replace("geheim", "qqqqqq"))):
            there, nowhere = [repr(await world.bob.says(f"/{command} {name}")) for name in (theirs, nobodys)]
            if command == "forget_me":  # its button holds the second in which it was asked
                there, nowhere = there.partition("Action")[0], nowhere.partition("Action")[0]
            assert there.replace("adastag", "qqqqtag").replace("geheim", "qqqqqq") == nowhere, command


async def test_an_answer_to_anothers_message_is_like_one_to_no_message(world: World) -> None:
    async def download() -> bytes:
        return b"%PDF"

    file = AttachedFile("a.pdf", "application/pdf", 4, download)
    before = await everything(world.database, but=[BOB, GROUP])
    said: list[tuple[str, dict[str, Any]]] = [
        ("#bobs", {}),
        ("-#adastag", {}),
        ("a note", {}),
        ("/delete", {}),
        ("", {"attached": file}),
        ("", {"attached": file, "continues_album": True}),
        ("#bobs -#adastag a note", {"is_edit": True, "message_id": MESSAGE}),
        ("#bobs", {"is_edit": True, "message_id": CARD, "attached": file}),
    ]
    for person, (text, more) in itertools.product((world.bob, world.in_group), said):
        nowhere = await person.says(text, reply_to=GONE, **more)
        for target in (MESSAGE, CARD):
            assert await person.says(text, reply_to=target, **more) == nowhere, text
    assert await everything(world.database, but=[BOB, GROUP]) == before


async def test_an_edit_of_a_message_with_the_same_number_moves_nothing_of_anothers(world: World) -> None:
    before = await all_of(world.database, OWNER)
    await world.bob.says(f"{HERS} #bobs", message_id=MESSAGE, is_edit=True)
    assert await all_of(world.database, OWNER) == before


async def test_inline_offers_nothing_of_anothers(world: World) -> None:
    before = await everything(world.database, but=[BOB])
    for text, offset in itertools.product(("", "adastag", "#adastag", "adastext", "geheim"), ("", "1", "10")):
        answer = await world.ada.conversation.inline(InlineAsked(BOB, text, offset, "en"))
        assert shows_secrets([repr(answer)], asked=text) == [], (text, offset)  # type: ignore[list-item]
    assert await everything(world.database, but=[BOB]) == before


async def test_a_stranger_gets_one_sentence_and_leaves_nothing_behind(
    world: World, settings: Settings, telegram: BotApiDouble
) -> None:
    async def handle(received: Received) -> None:
        raise AssertionError(f"{received.update_id} was let in")

    mallory = telegram.user(MALLORY, "Mallory")
    group = telegram.group(ELSEWHERE)
    before = await everything(world.database)
    async with receiving(settings, world.database, handle):
        for command in COMMANDS:
            mallory.say(f"/{command.name} adastag")
            mallory.say(f"/{command.name} {HERS}", chat=group)
        await _tries_buttons(telegram, mallory, world)
        await telegram.until(lambda: not telegram.waiting_updates)
    said = [each.text for each in mallory.chat.messages if each.is_from_bot]
    assert said == [ENGLISH("stranger", id=str(MALLORY))]
    assert await rows(world.database) == []
    assert await everything(world.database) == before


async def _tries_buttons(telegram: BotApiDouble, mallory: User, world: World) -> None:
    message = await mallory.sees("private")
    mallory.say("#mallorys -#adastag", reply_to=message)
    for verb in Verb:
        for ids in ((), (world.foreign_ids[0],), tuple(world.foreign_ids[:2])):
            mallory.press(message, Action(verb, ids).data(), forge=True)


async def test_what_another_has_deleted_can_not_be_brought_into_ones_own_library(
    world: World, database: Database
) -> None:
    for undo_id in world.foreign["Undo"]:
        await world.bob.presses(Action(Verb.UNDO, (undo_id,)))
    assert (await Library(database, BOB).recent()).total == 1
    assert await Library(database, BOB).find(link("page").url_key) is None

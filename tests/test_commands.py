"""The commands: what each answers, to whom, and however it is typed."""

import pytest

from bot.conversation.commands import COMMANDS
from bot.conversation.replies import Message
from bot.wording import Words, languages
from storage.database import Database
from tests.conftest import OWNER
from tests.talking import ENGLISH, Person, button, conversation_on, labels, seen, texts

GROUP = -100500
MEMBER = 42


@pytest.fixture
async def ada(database: Database) -> Person:
    return Person((await conversation_on(database))[0])


@pytest.fixture
async def bob(ada: Person) -> Person:
    """Somebody who may use the bot and does not own it."""
    return Person(ada.conversation, person_id=MEMBER)


@pytest.fixture
async def library(ada: Person) -> Person:
    """Ada with three links."""
    await ada.says("https://example.org/1 #optimizer #Python")
    await ada.says("https://example.org/2 #optimizer #优化器 #深度学习")
    await ada.says("https://example.org/3 #C")
    return ada


@pytest.mark.parametrize(
    "asked",
    [
        "/tag optimizer",
        "/tag #optimizer",
        "/tag ＃OPTIMIZER",
        "/tag ｏｐｔｉｍｉｚｅｒ",
        "/TAG  Optimizer ",
        "／tag optimizer",
        "/tag@tagshot_bot optimizer",
        "/tag optimizer #Optimizer",
        "#optimizer",
    ],
)
async def test_a_tag_gives_its_links_newest_first_however_it_is_typed(library: Person, asked: str) -> None:
    listing = await library.hears(asked)
    lines = seen(listing).text.split("\n")
    assert lines[0] == "#optimizer · 2 links"
    assert [line for line in lines if line[:1].isdigit()] == ["1. example.org/2", "2. example.org/1"]
    assert labels(listing) == [["1", "2"]]


@pytest.mark.parametrize(
    "asked", ["/tag optimizer python", "/tag #python，#optimizer", "/tag optimizer#Python"]
)
async def test_several_tags_give_the_links_that_have_them_all(library: Person, asked: str) -> None:
    assert "1 link\n\n1. example.org/1\n" in texts([await library.hears(asked)])


async def test_tags_that_no_link_has_together_are_named(library: Person) -> None:
    assert texts([await library.hears("/tag python 优化器")]) == "Nothing found: #Python #优化器"


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("opti", ["#optimizer 2"]),
        ("optimiser", ["#optimizer 2"]),
        ("timiz", ["#optimizer 2"]),
        ("优化", ["#优化器 1"]),
        ("学习", ["#深度学习 1"]),
        ("pythonic", ["#Python 1", "#C 1"]),
        ("C++", ["#C 1"]),
    ],
)
async def test_an_unknown_tag_offers_the_nearest(library: Person, asked: str, nearest: list[str]) -> None:
    answer = await library.hears(f"/tag {asked}")
    assert texts([answer]) == f"There is no tag #{asked}. Did you mean:"
    assert labels(answer) == [nearest]
    [listing] = await library.presses(button(answer, nearest[0]))
    assert isinstance(listing, Message)
    assert listing.edits


async def test_what_begins_alike_is_nearer_than_what_is_contained(ada: Person) -> None:
    await ada.says("https://example.org/ #o #reoptimize #optics #optim")
    answer = await ada.hears("/tag opti")
    assert labels(answer)[0] == ["#optics 1", "#optim 1", "#reoptimize 1"]


async def test_a_tag_like_no_other_is_only_named_and_never_as_markup(library: Person) -> None:
    assert texts([await library.hears("/tag zzz")]) == "There is no tag #zzz yet."
    assert texts([await library.hears("/tag <b>&\u202ezz")]) == "There is no tag #<b>&zz yet."
    await library.hears("/tag " + "z" * 4000)


@pytest.mark.parametrize("asked", ["/tag", "/tags", "/tag #", "/tag ＃ ,"])
async def test_all_tags_come_with_their_counts_most_used_first(library: Person, asked: str) -> None:
    answer = await library.hears(asked)
    assert texts([answer]) == "Tags · 5"
    assert labels(answer) == [["#optimizer 2", "#C 1", "#Python 1"], ["#优化器 1", "#深度学习 1"]]


async def test_many_tags_have_pages(ada: Person) -> None:
    for batch in range(4):
        await ada.says(f"https://example.org/{batch} " + " ".join(f"#t{batch}x{n}" for n in range(16)))
    first = await ada.hears("/tags")
    assert (len(labels(first)), labels(first)[-1]) == (11, ["2 ›"])
    [second] = await ada.presses(button(first, "2 ›"))
    assert isinstance(second, Message)
    assert (second.edits, labels(second)[-1]) == (True, ["‹ 1", "3 ›"])
    [third] = await ada.presses(button(second, "3 ›"))
    assert isinstance(third, Message)
    assert labels(third) == [["#t3x6 1", "#t3x7 1", "#t3x8 1"], ["#t3x9 1"], ["‹ 2"]]


async def test_recent_gives_what_was_saved_last(library: Person) -> None:
    assert texts([await library.hears("/recent")]).startswith("Recent · 3 links\n\n1. example.org/3\n")


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("/recent", ENGLISH("no-links")),
        ("/tags", ENGLISH("no-tags")),
        ("/tag", ENGLISH("no-tags")),
        ("/tag x", "There is no tag #x yet."),
        ("/start", ENGLISH("welcome")),
        ("/save", ENGLISH("hint")),
        ("/save #tag", ENGLISH("hint")),
        ("/nonsense", "I don't know /nonsense. /help shows what I can do."),
    ],
)
async def test_a_newcomer_gets_a_sentence(ada: Person, asked: str, answer: str) -> None:
    reply = await ada.hears(asked)
    assert reply.html == answer
    seen(reply)


async def test_save_saves_and_so_does_a_command_that_is_not_known(ada: Person, database: Database) -> None:
    group = Person(ada.conversation, chat_id=GROUP)
    for number, command in enumerate(("/save", "/save@tagshot_bot", "/fav", "")):
        replies = await group.says(f"{command} https://example.org/{number} #tag")
        assert f"Saved example.org/{number}\n#tag" in texts(replies)


async def test_in_a_group_commands_are_answered_and_unknown_ones_left_to_others(ada: Person) -> None:
    group = Person(ada.conversation, chat_id=GROUP)
    assert await group.says("/nonsense") == []
    assert await group.hears("/save") == Message(ENGLISH("hint"))
    assert await group.hears("/tags@tagshot_bot") == Message(ENGLISH("no-tags"))


async def test_help_lists_each_command_once_and_the_owners_only_to_the_owner(
    ada: Person, bob: Person
) -> None:
    for person, names in (
        (ada, [each.name for each in COMMANDS]),
        (bob, [each.name for each in COMMANDS if not each.is_for_owner]),
    ):
        lines = texts([await person.hears("/help")]).split("\n")
        assert [line[1:].split(" – ")[0] for line in lines if " – " in line] == names


@pytest.mark.parametrize("language", languages())
def test_the_menu_is_one_that_telegram_takes(language: str) -> None:
    for command in COMMANDS:
        description = command.described(Words(language))
        assert command.name.islower()
        assert 1 <= len(description) <= 256
        assert not set("<>&") & set(description), "it stands in our HTML and in the menu"


@pytest.mark.parametrize("asked", ["/allow 7", "/revoke 7", "/allow", "/revoke x"])
async def test_only_the_owner_lets_people_in(ada: Person, bob: Person, asked: str) -> None:
    assert await bob.hears(asked) == Message(ENGLISH("owner-only"))
    assert await ada.hears(asked, author_id=None) == Message(ENGLISH("owner-only"))
    assert await ada.hears(asked) != Message(ENGLISH("owner-only"))


async def test_people_and_groups_are_let_in_and_shut_out(ada: Person) -> None:
    for chat_id in ("42", "-1001234567890"):
        assert texts([await ada.hears(f"/revoke {chat_id}")]).startswith(
            "I can take back only what /allow gave."
        )
        assert texts([await ada.hears(f"/allow {chat_id}")]) == f"{chat_id} may use this bot now."
        assert f"{chat_id} can't use this bot any more." in texts([await ada.hears(f"/revoke {chat_id}")])
    assert texts([await ada.hears(f"/revoke {OWNER}")]).startswith("I can take back only")


@pytest.mark.parametrize(
    "argument", ["", "0", "-0", "007", "x", "1 2", "@ada", "--1", "1.5", "٣", "9" * 19, "<b>"]
)
async def test_an_id_that_is_none_is_asked_for(ada: Person, argument: str) -> None:
    for command in ("allow", "revoke"):
        answer = await ada.hears(f"/{command} {argument}")
        assert answer == Message(ENGLISH("needs-id", command=command))
        assert f"/{command} 123456789" in texts([answer])

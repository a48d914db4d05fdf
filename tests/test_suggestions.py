"""Which tags are offered for a link, and that none is where nothing speaks for one."""

from datetime import timedelta

import pytest

from storage import suggestions
from storage.database import Database
from storage.kinds import Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin
from storage.suggestions import suggested, together
from storage.undoing import Undoing

HERE, THERE = 1, 2


@pytest.fixture
def library(database: Database) -> Library:
    return Library(database, HERE)


async def saved(library: Library, url: str, *tags: str) -> int:
    [one] = await library.add([NewLink(f"https://{url}", url, tags)], Origin(7))
    return one.link.id or 0


async def captured(database: Database, title: str = "", text: str = "") -> None:
    queue = Queue(database)
    while (claim := await queue.claim("test", lease=timedelta(minutes=1))) is not None:
        await queue.finish(claim, Outcome(Verdict.OK, metadata=Metadata(title=title), text=text))


async def names(database: Database, link_id: int, chat_id: int = HERE) -> list[str]:
    return [count.name for count in await suggested(database, chat_id, link_id)]


async def vocabulary(library: Library, *tags: str) -> None:
    for number, tag in enumerate(tags):
        await saved(library, f"site-{number}.example/a", tag)


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("Adam: a method for stochastic optimization", "Adam"),
        ("Optimizers compared", "optimizer"),
        ("The optimizer of PyTorch", "optimizers"),
        ("深度学习中的优化器综述", "优化器"),
        ("深度學習中的優化器綜述", "优化器"),
        ("機械学習の最適化アルゴリズム", "最適化"),
        ("Learning-rate schedules", "learning_rate"),
        ("The best learning rates", "learning_rate"),
        ("Продукты и рецепты", "рецепты"),
        ("一种用于大规模深度神经网络训练的方法", "大规模深度神经网络"),
        ("深度learning入门", "深度learning"),
        ("News of today", "news"),
        ("Maps of the world", "map"),
    ],
)
async def test_a_tag_that_the_title_names_is_offered(
    title: str, tag: str, library: Library, database: Database
) -> None:
    await vocabulary(library, tag, "kitchen", "厨房")
    one = await saved(library, "new.example/x")
    await captured(database, title)
    assert await names(database, one) == [tag]


async def test_the_text_counts_less_than_the_title(library: Library, database: Database) -> None:
    await vocabulary(library, "adam", "sgd")
    one = await saved(library, "new.example/x")
    await captured(database, "About SGD", "It is compared with Adam.")
    assert await names(database, one) == ["sgd", "adam"]


async def test_what_the_site_is_tagged_with_is_offered(library: Library, database: Database) -> None:
    for number in range(4):
        await saved(library, f"arxiv.org/{number}", "paper", *(["once"] if number == 0 else []))
    one = await saved(library, "arxiv.org/new")
    assert await names(database, one) == ["paper"]


async def test_tags_that_go_together_are_offered_together(library: Library, database: Database) -> None:
    for number in range(4):
        await saved(library, f"s{number}.example/a", "adam", "optimizer")
    one = await saved(library, "new.example/x", "adam")
    assert await names(database, one) == ["optimizer"]


async def test_nothing_is_offered_that_nothing_speaks_for(library: Library, database: Database) -> None:
    await vocabulary(library, "kitchen", "travel", "厨房", "a")
    one = await saved(library, "new.example/x")
    await captured(database, "A method for stochastic optimization", "Nothing of it is about cooking.")
    assert await names(database, one) == []


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("A new phone", "news"),
        ("The news of today", "new"),
        ("What is an io ring", "ios"),
        ("The iOS release", "io"),
        ("Рецептура красок", "рецепт"),
        ("大熊猫的生活", "猫"),
        ("Plan C", "c"),
        ("Plan C again", "C++"),
        ("Rates of learning", "learning_rate"),
        ("优 化", "优化"),
    ],
)
async def test_a_tag_that_only_looks_like_a_part_of_the_title_is_not(
    title: str, tag: str, library: Library, database: Database
) -> None:
    await vocabulary(library, tag)
    one = await saved(library, "new.example/x")
    await captured(database, title)
    assert await names(database, one) == []


async def test_a_tag_of_two_words_is_found_in_the_text(library: Library, database: Database) -> None:
    await vocabulary(library, "learning_rate", "rate_limit")
    one = await saved(library, "new.example/x")
    await captured(database, "About", "It has a learning rate, and a limit.")
    assert await names(database, one) == ["learning_rate"]


async def test_a_link_with_two_strong_tags_counts_once(library: Library, database: Database) -> None:
    for number in range(3):
        await saved(library, f"both-{number}.example/a", "adam", "sgd", "paper")
    for number in range(4):
        await saved(library, f"one-{number}.example/a", "adam")
    await saved(library, "new.example/x", "adam", "sgd")
    one = await saved(library, "newest.example/x", "adam", "sgd")
    async with database.read() as session:
        ids = {count.name: count.id for count in await library.tags()}
        shares = await together(session, [ids["adam"], ids["sgd"]])
    assert shares == {ids["paper"]: 3 / 9}
    assert await names(database, one) == []


async def test_only_the_newest_links_of_all_tags_count(
    library: Library, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "TOGETHER_LINKS", 3)
    for number, tags in enumerate(
        (("rare", "old"), ("adam", "old"), ("adam", "old"), ("adam", "new"), ("sgd", "new"), ("sgd", "adam"))
    ):
        await saved(library, f"site-{number}.example/a", *tags)
    ids = {count.name: count.id for count in await library.tags()}
    async with database.read() as session:
        of_all = await together(session, [ids["rare"], ids["adam"], ids["sgd"]])
        of_two = await together(session, [ids["rare"], ids["sgd"]])
        of_one = await together(session, [ids["adam"]])
    assert of_all == {ids["new"]: 2 / 3}
    assert of_two == {}
    assert of_one == {}


async def test_a_renamed_tag_is_found_by_its_new_name(library: Library, database: Database) -> None:
    await vocabulary(library, "adam")
    undoing = Undoing(database, HERE)
    [tag] = await library.tags()
    await undoing.rename_tag(tag.id, "momentum")
    one = await saved(library, "new.example/x")
    await captured(database, "Momentum and Adam")
    assert await names(database, one) == ["momentum"]


async def test_at_most_four_are_offered_and_none_that_is_there(library: Library, database: Database) -> None:
    await vocabulary(library, "one", "two", "three", "four", "five", "six")
    one = await saved(library, "new.example/x", "one")
    await captured(database, "one two three four five six")
    assert await names(database, one) == ["five", "four", "six", "three"]


async def test_another_chats_link_gets_nothing(library: Library, database: Database) -> None:
    await vocabulary(library, "adam")
    foreign = await saved(Library(database, THERE), "new.example/x")
    await captured(database, "Adam")
    assert await names(database, foreign) == []
    assert await names(database, foreign, THERE) == []

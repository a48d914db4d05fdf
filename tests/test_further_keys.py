"""A captured link is found by the address that it led to, and by the one that its page calls canonical."""

import pytest

from bot.capture.result import Capture
from bot.work.further_keys import further_keys
from storage.database import Database
from storage.kinds import Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.queue import Outcome
from storage.saving import NewLink, Origin, SaveOutcome
from tests.storing import link
from tests.talking import capture_all

SHORT = "https://t.cn/A6Nxyz12"


@pytest.mark.parametrize(
    ("asked", "final", "canonical", "keys"),
    [
        (SHORT, "https://weibo.com/1/x", None, ["weibo.com/1/x"]),
        ("https://a.org/x", "https://a.org/x?utm_source=y", None, []),
        ("https://a.org/x", "https://a.org/x", "https://www.a.org/real", ["www.a.org/real"]),
        ("https://m.a.org/x", "https://m.a.org/x", "https://a.org/x", ["a.org/x"]),
        ("https://a.org/x", "https://a.org/x", "https://b.org/x", []),
        ("https://a.org/old", "https://a.org/", None, []),
        ("https://a.org/x", "https://a.org/x", "https://a.org/", []),
        ("https://a.org/", "https://a.org/zh", None, ["a.org/zh"]),
        ("https://a.org/x", None, None, []),
    ],
)
def test_which_addresses_stand_for_the_same_page(
    asked: str, final: str | None, canonical: str | None, keys: list[str]
) -> None:
    capture = Capture(asked, Verdict.OK, final_url=final, metadata=Metadata(canonical_url=canonical))
    assert [key.removeprefix("www.") for key in further_keys(asked, capture)] == [
        key.removeprefix("www.") for key in keys
    ]


async def captured(database: Database, *keys: str) -> None:
    await capture_all(database, Outcome(Verdict.OK, further_keys=keys))


async def test_a_short_link_and_its_target_are_one(database: Database) -> None:
    library = Library(database, 1)
    [first] = await library.add([NewLink(SHORT, "t.cn/A6Nxyz12")], Origin(7))
    await captured(database, "example.org/a", "example.org/b")
    [again] = await library.add([link("a", "tag")], Origin(8))
    assert again.outcome == SaveOutcome.KEPT
    assert again.link.id == first.link.id
    assert [tag.name for tag in again.link.tags] == ["tag"]
    [elsewhere] = await Library(database, 2).add([link("a")], Origin(8))
    assert elsewhere.link.id != first.link.id


async def test_a_key_that_another_link_has_is_left_to_it(database: Database) -> None:
    library = Library(database, 1)
    [first] = await library.add([link("a")], Origin(7))
    await captured(database, "example.org/c")
    [second] = await library.add([link("b")], Origin(8))
    await captured(database, "example.org/a", "example.org/c", "example.org/b")
    [a, c] = await library.add([link("a"), link("c")], Origin(9))
    assert [a.link.id, c.link.id] == [first.link.id] * 2
    assert (await library.add([link("b")], Origin(9)))[0].link.id == second.link.id

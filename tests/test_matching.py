"""Which links a query finds, whatever way the database takes to them, and none of another chat."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.query import Bare, read
from bot.conversation.query_fields import Mistake
from storage import matching
from storage.database import Database
from storage.extents import MANY, extents_of
from storage.fold import fold
from storage.hosts import host_of
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.library import COUNTED, Library, Page
from storage.matching import newest
from storage.models import Artifact, Link, Snapshot, Tag
from storage.query import Everything, Query
from tests.storing import link

DONE, FAILED, QUEUED = SnapshotStatus.DONE, SnapshotStatus.FAILED, SnapshotStatus.QUEUED
MAY = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Made:
    url: str
    tags: tuple[str, ...]
    snapshots: tuple[tuple[SnapshotStatus, Verdict | None, str | None], ...]
    is_read: bool = False


LINKS = {
    "adam": Made("https://www.csdn.net/adam", ("optimizer", "Adam"), ((DONE, Verdict.OK, "en-US"),)),
    "sgd": Made(
        "https://blog.csdn.net/sgd",
        ("optimizer", "SGD"),
        ((DONE, Verdict.OK, "en"), (DONE, Verdict.PARTIAL, "zh-CN"), (QUEUED, None, None)),
        is_read=True,
    ),
    "cooking": Made("https://notcsdn.net/cooking", ("food",), ((FAILED, Verdict.BOT_WALL, None),)),
    "paper": Made(
        "https://arxiv.org/paper",
        ("Optics", "优化"),
        ((FAILED, Verdict.SERVER_ERROR, None), (DONE, Verdict.FILE, "zh")),
    ),
    "bare": Made("https://example.org/bare", (), ((FAILED, Verdict.NOT_FOUND, None),)),
    "gone": Made(
        "https://example.org/gone",
        ("optimizer", "优化"),
        ((DONE, Verdict.OK, "ZH-hant"), (FAILED, Verdict.GONE, None)),
    ),
}
"""Each was saved a day after the one before it, the first at the beginning of 1 May 2026."""


async def _fill(database: Database, chat_id: int) -> None:
    """Give a chat the links above."""
    tags: dict[str, Tag] = {}
    async with database.write() as session:
        for day, made in enumerate(LINKS.values()):
            saved = Link(
                chat_id=chat_id,
                url=made.url,
                url_key=made.url,
                host=host_of(made.url),
                title=made.url.rpartition("/")[2],
                created_at=MAY + timedelta(days=day),
                read_at=MAY if made.is_read else None,
                tags=[
                    tags.setdefault(name, Tag(chat_id=chat_id, key=fold(name), name=name))
                    for name in made.tags
                ],
                snapshots=[Snapshot(status=s, verdict=v, language=la) for s, v, la in made.snapshots],  # type: ignore[call-arg]
            )
            session.add(saved)
            await session.flush()
            if made.snapshots[-1][1] is Verdict.FILE:
                session.add(_pdf(saved.snapshots[-1].id or 0))


def _pdf(snapshot_id: int) -> Artifact:
    return Artifact(
        snapshot_id=snapshot_id,
        kind=ArtifactKind.ORIGINAL,
        sha256="0",
        size_bytes=9,
        content_type="application/pdf",
    )


@pytest.fixture
async def library(database: Database) -> Library:
    """The library of chat 1; chat 2 has the same links."""
    for chat_id in (1, 2):
        await _fill(database, chat_id)
    return Library(database, 1)


def _names(page: Page) -> str:
    return " ".join(each.url.rpartition("/")[2] for each in page.links)


def _query(text: str) -> Query:
    query = read(text, Bare.TAG)
    assert not isinstance(query, Mistake)
    return query


FOUND = {
    "": "gone bare paper cooking sgd adam",
    "optimizer": "gone sgd adam",
    "OPTIMIZER -sgd": "gone adam",
    "optimizer 优化": "gone",
    "adam | 优化": "gone paper adam",
    "optimizer (adam | 优化)": "gone adam",
    "optimizer -(adam | 优化)": "sgd",
    "-optimizer": "bare paper cooking",
    "opt*": "gone paper sgd adam",
    "opt* -optimizer": "paper",
    "-*": "bare",
    "op_* | op%*": "",
    "nothing": "",
    "-nothing optimizer": "gone sgd adam",
    "nothing | food": "cooking",
    "site:csdn.net": "sgd adam",
    "site:blog.csdn.net": "sgd",
    "site:net": "cooking sgd adam",
    "-site:csdn.net": "gone bare paper cooking",
    "before:2026-05-03": "sgd adam",
    "after:2026-05-03": "gone bare paper cooking",
    "after:2026-05-02 before:2026-05-04": "cooking sgd",
    "after:2026-05-02 optimizer before:2026-05-04": "sgd",
    "lang:zh": "gone paper sgd",
    "lang:zh-cn": "sgd",
    "lang:en": "adam",
    "is:untagged": "bare",
    "is:failed": "bare cooking",
    "is:dead": "gone bare",
    "is:unread": "gone paper adam",
    "is:pdf": "paper",
    "is:pdf | is:dead | site:csdn.net": "gone bare paper sgd adam",
    "(is:dead optimizer) | (adam is:unread)": "gone adam",
    "((optimizer 优化) | (food -adam)) | lang:en": "gone cooking adam",
}


async def test_a_query_finds_what_it_says_newest_first(library: Library) -> None:
    pages = {text: await library.matching(_query(text)) for text in FOUND}
    assert {text: _names(page) for text, page in pages.items()} == FOUND
    assert all(page.total == len(page.links) and not page.is_more for page in pages.values())


async def test_every_way_to_the_links_leads_to_the_same(library: Library, database: Database) -> None:
    async with database.read() as session:
        for text in FOUND:
            query = _query(text)
            extents = await extents_of(session, 1, query)
            many = {part: replace(extent, links=MANY) for part, extent in extents.items()}
            ways = [{}, many] + [
                {**many, part: replace(extent, links=links)}
                for part, extent in extents.items()
                for links in (0, MANY - 1)
            ]
            found = await newest(session, 1, query, extents, 99)
            for way in ways:
                assert (text, await newest(session, 1, query, way, 99)) == (text, found)


async def test_nothing_of_another_chat_is_found(library: Library, database: Database) -> None:
    await Library(database, 3).add([link("own", "optimizer", "own")], None)
    for text in (
        "optimizer",
        "-own",
        "opt*",
        "site:example.org",
        "is:dead | own",
        "is:untagged | own",
        "after:2026",
    ):
        page = await Library(database, 3).matching(_query(text))
        assert _names(page) == ("own" if text != "-own" else "")
    assert _names(await library.matching(_query("own"))) == ""


async def test_pages_of_a_query_stay_right_while_links_arrive(database: Database) -> None:
    library = Library(database, 1)
    await library.add([link(str(number), "tag") for number in range(25)], None)
    first = await library.matching(_query("tag"))
    await library.add([link("new", "tag")], None)
    second = await library.matching(_query("tag"), 1, first.anchor)
    last = await library.matching(_query("tag"), 99, first.anchor)
    assert (first.total, second.total, last.number) == (25, 25, 2)
    assert _names(second) == " ".join(map(str, range(14, 4, -1)))
    assert _names(last) == "4 3 2 1 0"


async def test_a_long_list_is_counted_as_far_as_it_is_turned(database: Database) -> None:
    library = Library(database, 1)
    async with database.write() as session:
        session.add_all(Link(chat_id=1, url="", url_key=str(number)) for number in range(COUNTED + 25))
    first = await library.matching(Everything())
    assert (first.total, first.is_more) == (COUNTED, True)
    beyond = await library.matching(Everything(), first.pages, first.anchor)
    assert (beyond.number, beyond.total, beyond.is_more) == (first.pages, COUNTED + 20, True)
    last = await library.matching(Everything(), beyond.pages, first.anchor)
    assert (last.total, last.is_more, len(last.links)) == (COUNTED + 25, False, 5)


async def test_of_long_lists_no_more_is_counted_than_is_turned(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(database, 1)
    tags = [("tag", "other", *(["third"] if number % 2 == 0 else [])) for number in range(60)]
    await library.add([link(str(number), *each) for number, each in enumerate(tags)], None)
    query = _query("tag other -third")
    whole = [await library.matching(query, number) for number in range(3)]
    assert [(page.total, page.is_more) for page in whole] == [(30, False)] * 3
    monkeypatch.setattr(matching, "LOOKED_AT", 45)
    turned = [await library.matching(query, number, whole[0].anchor) for number in range(3)]
    assert [(page.total, page.is_more) for page in turned] == [(22, True), (30, False), (30, False)]
    assert [_names(page) for page in turned] == [_names(page) for page in whole]


async def test_links_without_tags_are_a_list_of_their_own(library: Library) -> None:
    assert _names(await library.untagged()) == "bare"


async def test_a_link_drawn_at_random_is_any_of_the_chat_s(library: Library, database: Database) -> None:
    drawn = [await library.random_link() for _ in range(60)]
    assert {each.chat_id for each in drawn if each} == {1}
    assert len({each.id for each in drawn if each}) > 1
    assert await Library(database, 3).random_link() is None


async def test_tags_are_known_by_their_keys(library: Library) -> None:
    known = await library.tag_ids(["adam", "优化", "nothing"])
    assert known.keys() == {"adam", "优化"}
    assert known == {count.key: count.id for count in await library.tags() if count.key in known}

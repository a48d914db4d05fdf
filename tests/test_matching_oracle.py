"""Whatever query, whatever way to its links: what is found is what one finds by looking at every link."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import matching, ranking, search
from storage.database import Database
from storage.extents import MANY, NEWEST, extents_of
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.models import Artifact, Link, LinkTag, Snapshot, Tag
from storage.query import (
    After,
    AllOf,
    AnyOf,
    Before,
    Everything,
    HasTag,
    InLanguage,
    Is,
    Not,
    OnSite,
    Query,
    State,
    TagPrefix,
    Words,
    all_of,
    any_of,
)

LINKS = 70
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = ("adam", "苹果", "lemon", "梯度下降")
TAGS = ("a", "ab", "abc", "b", "优", "优化")
HOSTS = ("example.org", "blog.example.org", "notexample.org", "org", "例子.org", "")
LANGUAGES = (None, "en", "zh", "ZH-CN", "zho", "en-US")
GONE = (Verdict.NOT_FOUND, Verdict.GONE, Verdict.UNREACHABLE)
DONE, FAILED, QUEUED = SnapshotStatus.DONE, SnapshotStatus.FAILED, SnapshotStatus.QUEUED


@dataclass(frozen=True)
class Made:
    id: int
    tags: frozenset[str]
    host: str
    saved_at: datetime
    is_read: bool
    snapshots: tuple[tuple[SnapshotStatus, Verdict, str | None, bool], ...]
    title: str = ""

    @property
    def is_kept(self) -> bool:
        return any(status is DONE for status, *_ in self.snapshots)

    @property
    def has_failed(self) -> bool:
        return bool(self.snapshots) and self.snapshots[-1][0] is FAILED

    @property
    def language(self) -> str:
        kept = [language for status, _, language, _ in self.snapshots if status is DONE]
        return (kept[-1] or "").lower() if kept else ""


def _made(chance: random.Random, id_: int) -> Made:
    # Imported links are older than those that were saved before them.
    saved_at = BEGAN + timedelta(hours=chance.randrange(24 * 9))
    endings = ((DONE, Verdict.OK), (FAILED, Verdict.GONE), (FAILED, Verdict.BOT_WALL))
    snapshots = [
        (*chance.choice(endings), chance.choice(LANGUAGES), chance.random() < 0.2)
        for _ in range(chance.randrange(4))
    ]
    if chance.random() < 0.2:
        snapshots.append((QUEUED, Verdict.OK, None, False))
    tags = frozenset(chance.sample(TAGS, chance.randrange(4)))
    title = " ".join(chance.sample(TITLES, 2))
    return Made(id_, tags, chance.choice(HOSTS), saved_at, chance.random() < 0.3, tuple(snapshots), title)


def _is_in(made: Made, state: State) -> bool:
    match state:
        case State.UNTAGGED:
            return not made.tags
        case State.FAILED:
            return made.has_failed and not made.is_kept
        case State.DEAD:
            return made.has_failed and made.snapshots[-1][1] in GONE
        case State.UNREAD:
            return made.is_kept and not made.is_read
        case State.PDF:
            return any(is_pdf for *_, is_pdf in made.snapshots)


def _finds(query: Query, made: Made) -> bool:
    match query:
        case Not(inner):
            return not _finds(inner, made)
        case AllOf(parts):
            return all(_finds(part, made) for part in parts)
        case AnyOf(parts):
            return any(_finds(part, made) for part in parts)
        case HasTag(key):
            return key in made.tags
        case TagPrefix(key):
            return any(tag.startswith(key) for tag in made.tags)
        case Is(state):
            return _is_in(made, state)
        case _:
            return _fits(query, made)


def _fits(query: Query, made: Made) -> bool:
    match query:
        case OnSite(host):
            return made.host == host or made.host.endswith(f".{host}")
        case Before(at):
            return made.saved_at < at
        case After(at):
            return made.saved_at >= at
        case InLanguage(code):
            return made.language == code or made.language.startswith(f"{code}-")
        case _:
            return True


async def _fill(database: Database, library: list[Made]) -> None:
    async with database.write() as session:
        for chat_id in (1, 2):
            session.add_all(
                Tag(id=chat_id * 100 + at, chat_id=chat_id, key=name, name=name)
                for at, name in enumerate(TAGS)
            )
        await session.flush()
        for made in library:
            # Of every link the other chat has one like it, with the next id.
            for chat_id, id_ in ((1, made.id), (2, made.id + 1)):
                session.add(_link(made, chat_id, id_))
                await session.flush()
                session.add_all(
                    LinkTag(link_id=id_, tag_id=chat_id * 100 + TAGS.index(name)) for name in made.tags
                )
                for status, verdict, language, is_pdf in made.snapshots:
                    snapshot = Snapshot(link_id=id_, status=status, verdict=verdict, language=language)
                    session.add(snapshot)
                    await session.flush()
                    session.add_all([_pdf(snapshot.id or 0)] if is_pdf else [])
        await session.flush()
        session.expunge_all()
        await search.refresh(session, [id_ for made in library for id_ in (made.id, made.id + 1)])


def _link(made: Made, chat_id: int, id_: int) -> Link:
    return Link(
        id=id_,
        chat_id=chat_id,
        url=f"https://{made.host}/",
        url_key=str(id_),
        title=made.title,
        host=made.host,
        created_at=made.saved_at,
        read_at=BEGAN if made.is_read else None,
    )


def _pdf(snapshot_id: int) -> Artifact:
    kind, type_ = ArtifactKind.ORIGINAL, "application/pdf"
    return Artifact(snapshot_id=snapshot_id, kind=kind, sha256="0", size_bytes=9, content_type=type_)


_tag = st.sampled_from((*TAGS, "none"))
_moment = st.integers(-30, 24 * 11).map(lambda hours: BEGAN + timedelta(hours=hours))
_leaf: st.SearchStrategy[Query] = st.one_of(
    _tag.map(lambda key: HasTag(key, key)),
    st.sampled_from(("", "a", "ab", "优", "x")).map(lambda key: TagPrefix(key, key)),
    st.sampled_from((*HOSTS[:-1], "none.org")).map(OnSite),
    _moment.map(Before),
    _moment.map(After),
    st.sampled_from(("en", "zh", "zho", "zh-cn")).map(InLanguage),
    st.sampled_from(State).map(Is),
)
_query = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        inner.map(Not), st.lists(inner, max_size=3).map(all_of), st.lists(inner, max_size=3).map(any_of)
    ),
    max_leaves=5,
)


@pytest.fixture(params=[(0, 0), (8, 2), (4_000, 0), (4_000, 8)])
async def library(
    database: Database, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> list[Made]:
    """Links of chat 1; the parameter says how many are read whole, not stretch by stretch, and lists in order."""
    few, arms = request.param
    monkeypatch.setattr(matching, "FEW", few)
    monkeypatch.setattr(matching, "ARMS", arms)
    monkeypatch.setattr(matching, "STRETCH", 2)
    monkeypatch.setattr(matching, "LOOKED_AT", 4)
    chance = random.Random(4)
    library = [_made(chance, 10 * at + 1) for at in range(LINKS)]
    await _fill(database, library)
    return library


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=_query,
    count=st.integers(1, 20),
    anchor=st.none() | st.integers(0, 10 * LINKS),
    few=st.none() | st.integers(0, 4),
)
async def test_a_query_finds_what_looking_at_every_link_finds(
    query: Query, count: int, anchor: int | None, few: int | None, database: Database, library: list[Made]
) -> None:
    """``few``: which of the sources is believed to be the smallest; all to be large, if there is none."""
    top = NEWEST if anchor is None else anchor
    wanted = [made.id for made in reversed(library) if made.id <= top and _finds(query, made)]
    async with database.read() as session:
        extents = await extents_of(session, 1, query)
        if extents and few is not None:
            extents = {
                part: replace(extent, links=0 if at == few else MANY)
                for at, (part, extent) in enumerate(extents.items())
            }
        assert list(await matching.newest(session, 1, query, extents, count, anchor)) == wanted[:count]
        assert await matching.newest(session, 1, query, {}, 99, anchor) == wanted
        found = await matching.found_of(session, 1, query, extents, 99, count, anchor)
        assert list(found.ids) == (wanted if found.is_all else wanted[: max(count, len(found.ids))])


@pytest.mark.parametrize(("one_by_one", "many"), [(0, MANY), (0, 20), (200, MANY)])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.sampled_from(("adam", "苹果", "lem*", "adam 梯度", "never")),
    query=_query,
    anchor=st.integers(0, 10 * LINKS),
)
async def test_words_find_what_looking_at_every_link_finds(
    one_by_one: int,
    many: int,
    words: str,
    query: Query,
    anchor: int,
    database: Database,
    indexed: list[Made],
) -> None:
    """``one_by_one`` and ``many`` say which links of the rest of the query are listed, and how."""
    wanted = {made.id for made in indexed if made.id <= anchor and _has(words, made) and _finds(query, made)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ranking, "ONE_BY_ONE", one_by_one)
        patched.setattr(ranking, "MANY", many)
        async with database.read() as session:
            found = await ranking.ranked(session, 1, all_of([Words(words), query]), anchor)
    assert (len(found), set(found)) == (len(wanted), wanted)


def _has(words: str, made: Made) -> bool:
    return all(word.rstrip("*") in made.title for word in words.split())


@pytest.fixture
async def indexed(database: Database) -> list[Made]:
    chance = random.Random(4)
    made = [_made(chance, 10 * at + 1) for at in range(LINKS)]
    await _fill(database, made)
    return made


async def test_everything_is_every_link_of_the_chat(database: Database) -> None:
    await _fill(database, [_made(random.Random(1), 10 * at + 1) for at in range(3)])
    async with database.read() as session:
        assert await matching.newest(session, 1, Everything(), {}, 99) == [21, 11, 1]

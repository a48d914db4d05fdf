"""What finding costs in a large library: tag pages, words, chips, inline mode. ``make bench`` prints the table."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bot.conversation import inline
from bot.conversation.inline import InlineAsked
from bot.conversation.query import Bare, read
from bot.conversation.query_fields import Mistake
from bot.wording import Words
from storage import search
from storage.database import Database
from storage.library import Library
from storage.query import Everything, Query
from storage.suggestions import suggested
from tests.benchmarks.comparing import markdown
from tests.benchmarks.libraries import fill, host, tag_name, word
from tests.benchmarks.measuring import Figure, measured

PAGE, SEARCH, CHIPS, INLINE, LACKING = 0.02, 0.05, 0.02, 0.1, 0.01
FREQUENT, SECOND, LESS, RARE = (tag_name(number) for number in (0, 1, 40, 4_500))
LARGE_SITE, WITH_SUBDOMAIN, RARE_SITE = host(0), host(8), host(15_001)
PAGES = {
    "everything": "",
    "a frequent tag": FREQUENT,
    "a rare tag": RARE,
    "two tags": f"{FREQUENT} {SECOND}",
    "a tag without another": f"{FREQUENT} -{SECOND}",
    "without a tag": f"-{FREQUENT}",
    "either of two tags": f"{FREQUENT} | {LESS}",
    "a frequent beginning": f"{tag_name(4)[:2]}*",
    "a rare beginning": f"{RARE[:-1]}*",
    "a frequent site": f"site:{LARGE_SITE}",
    "a site with a subdomain": f"site:{WITH_SUBDOMAIN}",
    "a rare site": f"site:{RARE_SITE}",
    "a tag on a frequent site": f"{FREQUENT} site:{LARGE_SITE}",
    "a tag on a rare site": f"{FREQUENT} site:{RARE_SITE}",
    "before a day": "before:2025-03",
    "after a day": "after:2026-09",
    "a month": "after:2025-06 before:2025-07",
    "a day": "after:2025-06-03 before:2025-06-04",
    "a tag in a month": f"{SECOND} after:2025-06 before:2025-07",
    "a frequent language": "lang:zh",
    "a rare language": "lang:ja",
    "untagged": "is:untagged",
    "failed": "is:failed",
    "dead": "is:dead",
    "unread": "is:unread",
    "pdf": "is:pdf",
    "several states": f"is:pdf is:unread {SECOND}",
    "a state, a tag or a site": f"is:dead | {LESS} | site:{LARGE_SITE}",
}


def latin(number: int) -> str:
    return word(number, chinese=False)


def chinese(number: int) -> str:
    return word(number, chinese=True)


SEARCHES = {
    "a frequent word": latin(0),
    "a less frequent word": latin(300),
    "three words": f"{latin(3)} {latin(50)} {latin(500)}",
    "a phrase": f'"{latin(0)} {latin(1)}"',
    "one sign": chinese(0)[0],
    "two signs": chinese(0),
    "four signs": chinese(0) + chinese(3),
    "words of both": f"{latin(2)} {chinese(1)}",
    "a beginning of one letter": "g*",
    "a beginning of two letters": f"{latin(0)[:2]}*",
    "a beginning of five letters": f"{latin(0)[:5]}*",
    "a frequent word on a frequent site": f"{latin(0)} site:{LARGE_SITE}",
    "a frequent word on a rare site": f"{latin(0)} site:{RARE_SITE}",
    "a frequent word with a tag": f"{latin(0)} #{SECOND}",
    "a frequent word with a rare tag": f"{latin(0)} #{RARE}",
    "a frequent word in a month": f"{latin(0)} after:2025-06 before:2025-07",
    "a frequent word in a rare language": f"{latin(0)} lang:ja",
    "a frequent word, dead": f"{latin(0)} is:dead",
    "a word without another": f"{latin(0)} -{latin(1)}",
    "a word that there is not": "zzzzqq",
}
INLINES = {
    "without a word": "",
    "a word": latin(0),
    "the beginning of one": latin(0)[:3],
    "a tag": f"#{SECOND}",
}


def _query(text: str, bare: Bare) -> Query:
    query = read(text, bare) if text else Everything()
    assert not isinstance(query, Mistake)
    return query


def _works(database: Database, count: int) -> Iterator[tuple[str, Callable[[], Awaitable[object]], float]]:
    library, words = Library(database, 1), Words()
    for name, text in PAGES.items():
        query = _query(text, Bare.TAG)
        yield f"page: {name}", partial(library.matching, query), PAGE
    yield "page 150: a frequent tag", partial(library.matching, _query(FREQUENT, Bare.TAG), 150), PAGE
    for name, text in SEARCHES.items():
        query = _query(text, Bare.TEXT)
        yield f"search: {name}", partial(library.search, query), SEARCH
    for link_id in (count, count // 2 + 3):
        yield f"chips of link {link_id:,}", partial(suggested, database, 1, link_id), CHIPS
    for name, text in INLINES.items():
        typed = InlineAsked(1, text)
        yield f"inline: {name}", partial(inline.answer, words, library, typed), INLINE
    yield "what the index of words lacks", partial(_missing, database), LACKING


async def _missing(database: Database) -> None:
    async with database.read() as session:
        assert list(await search.missing(session, 1_000)) == []


async def _figures(path: Path, count: int, with_text: float) -> dict[str, Figure]:
    await fill(path, count, with_text=with_text)
    database = Database(f"sqlite:///{path}")
    gc.freeze()  # as the bot does when all is loaded
    try:
        return {name: await measured(work, most) for name, work, most in _works(database, count)}
    finally:
        gc.unfreeze()
        await database.close()


@pytest.mark.parametrize(("count", "with_text"), [(100_000, 0.6), (1_000_000, 0.08)])
def test_finding(
    count: int,
    with_text: float,
    benchmark: BenchmarkFixture,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path_factory.mktemp("finding") / "tagshot.db"
    figures: dict[str, Figure] = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: asyncio.run(_figures(path, count, with_text)), rounds=1, iterations=1
    )
    path.unlink()
    rows = [
        [name, f"{1000 * each.clock:.1f}", f"{1000 * each.processor:.1f}", f"{1000 * each.most:.0f}"]
        for name, each in figures.items()
    ]
    with capsys.disabled():
        title = f"Finding among {count:,} links, in milliseconds that 19 of 20 stay under:"
        table = markdown(["what", "by the clock", "of the processor", "goal"], rows)
        sys.stdout.write(f"\n\n{title}\n\n{table}\n\n")
    assert {name: each for name, each in figures.items() if each.processor > each.most} == {}

"""A large library as one grows: few tags and sites with most of the links, many with few; words as texts have them.

It is the same each time. A part of the links has a page text of realistic length; the others were saved as well, but
what they say is their title. Filled straight into the tables, in the order of the links.
"""

import random
import sqlite3
import zlib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Generic, TypeVar

from storage import tokens
from storage.database import Database
from storage.derived import TRIGGERS
from storage.hosts import site_key

TAGS, SITES, WORDS, PAGES, TITLES = 5_000, 20_000, 40_000, 1_500, 10_000
TEXT_WORDS = 400
BEGAN = datetime(2024, 11, 1, tzinfo=UTC)
DAYS = 730
ROWS_AT_ONCE = 20_000
T = TypeVar("T")
_CHINESE = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
    "而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开"
)
_SYLLABLES = (
    "an",
    "ber",
    "con",
    "de",
    "el",
    "for",
    "gra",
    "ing",
    "jo",
    "ka",
    "lo",
    "me",
    "ni",
    "opt",
    "pre",
    "qua",
)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is, and as the index has it."""

    plain: str
    indexed: str
    compressed: bytes
    is_chinese: bool


class Zipf(Generic[T]):
    """Draws from what there is, of which each comes as often as its place says: the first most often."""

    def __init__(self, chance: random.Random, drawn: Sequence[T], *, flat: int) -> None:
        self._chance, self._drawn = chance, drawn
        self._sums = list(accumulate(1 / (place + flat) for place in range(len(drawn))))

    def draw(self, count: int) -> list[T]:
        return self._chance.choices(self._drawn, cum_weights=self._sums, k=count)


def word(number: int, *, chinese: bool) -> str:
    """The word with that number: a few signs, or a few syllables."""
    signs: Sequence[str] = _CHINESE if chinese else _SYLLABLES
    built = []
    number += len(signs)
    while number:
        number, sign = divmod(number, len(signs))
        built.append(signs[sign])
    return "".join(built)


def tag_name(number: int) -> str:
    return word(number + 500, chinese=number % 3 == 0)


def host(number: int) -> str:
    """Every tenth site is a subdomain of the one before it."""
    if number % 10 == 9:
        return f"blog.site{number - 1}.org"
    return f"site{number}.{'cn' if number % 2 else 'org'}"


async def fill(path: Path, count: int, *, with_text: float) -> None:
    """Make a database with so many links in the library of chat 1; the part ``with_text`` has a text of 400 words."""
    database = Database(f"sqlite:///{path}")
    await database.migrate()
    await database.close()
    with closing(sqlite3.connect(path)) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.execute(f"PRAGMA {pragma}")
        _Filling(count, with_text).into(connection)


class _Filling:
    def __init__(self, count: int, with_text: float) -> None:
        self._count, self._with_text = count, with_text
        self._chance = chance = random.Random(4)
        self._tag = Zipf(chance, range(TAGS), flat=8)
        self._site = Zipf(chance, [host(number) for number in range(SITES)], flat=20)
        self._words = [
            Zipf(chance, [word(number, chinese=chinese) for number in range(WORDS)], flat=2)
            for chinese in (False, True)
        ]
        lengths = range(TEXT_WORDS // 4, TEXT_WORDS * 7 // 4)
        self._names = [tag_name(number) for number in range(TAGS)]
        self._name_tokens = [" ".join(tokens.of_text(name)) for name in self._names]
        self._titles = [self._text(8) for _ in range(TITLES)]
        self._pages = [self._text(chance.choice(lengths)) for _ in range(PAGES)]
        self._no_page = Text("", "", b"", is_chinese=False)

    def _text(self, length: int) -> Text:
        chinese = self._chance.random() < 0.4
        plain = ("" if chinese else " ").join(self._words[chinese].draw(length))
        return Text(plain, " ".join(tokens.of_text(plain)), zlib.compress(plain.encode()), chinese)

    def into(self, connection: sqlite3.Connection) -> None:
        """Without the triggers, whose work the rows and the last statement do."""
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("INSERT INTO link_index (link_index, rank) VALUES ('hashsize', 67108864)")
        named = [(at, 1, name, name, tokens.first_token(name)) for at, name in enumerate(self._names, 1)]
        connection.executemany(
            "INSERT INTO tag (id, chat_id, key, name, links, first_token) VALUES (?, ?, ?, ?, 0, ?)", named
        )
        for first in range(1, self._count + 1, ROWS_AT_ONCE):
            rows = self._rows(range(first, min(first + ROWS_AT_ONCE, self._count + 1)))
            for statement, values in zip(_TABLES, rows, strict=True):
                connection.executemany(statement, values)
        connection.execute(
            "UPDATE tag SET links = (SELECT count(*) FROM link_tag WHERE link_tag.tag_id = tag.id)"
        )
        connection.execute("INSERT INTO link_index (link_index, rank) VALUES ('hashsize', 1048576)")
        for trigger in TRIGGERS.values():
            connection.execute(trigger)
        connection.commit()

    def _rows(self, ids: range) -> list[list[tuple[object, ...]]]:
        """The rows of some links, for each table."""
        chance = self._chance
        tables: list[list[tuple[object, ...]]] = [[] for _ in _TABLES]
        hosts = self._site.draw(len(ids))
        titles = chance.choices(self._titles, k=len(ids))
        counts = chance.choices((1, 1, 2, 3, 3, 4, 6), k=len(ids))
        drawn = iter(self._tag.draw(sum(counts)))
        for id_, site, title, count in zip(ids, hosts, titles, counts, strict=True):
            tags = set(islice(drawn, count)) if id_ % 50 else set()
            has_page = chance.random() < self._with_text
            page = chance.choice(self._pages) if has_page else self._no_page
            for table, rows in zip(tables, self._link(id_, site, title, page, sorted(tags)), strict=True):
                table.extend(rows)
        return tables

    def _link(
        self, id_: int, site: str, title: Text, page: Text, tags: Sequence[int]
    ) -> tuple[list[tuple[object, ...]], ...]:
        status, verdict, language = _ending(self._chance, is_chinese=title.is_chinese)
        seconds = DAYS * 86_400 * id_ // self._count - self._chance.randrange(5)
        at = (BEGAN + timedelta(seconds=seconds)).isoformat(" ")[:19] + ".000000"
        url = f"{site}/articles/{id_}"
        is_pdf, is_failed = id_ % 40 == 0, status == "failed"
        kind, type_ = ("original", "application/pdf") if is_pdf else ("screen", "image/jpeg")
        names = " ".join(self._names[tag] for tag in tags)
        name_tokens = " ".join(self._name_tokens[tag] for tag in tags)
        address = f"https {site.replace('.', ' ')} articles {id_}"
        standing = (language or "", len(tags), not is_failed, is_failed, verdict == "not-found", is_pdf)
        read_at = at if self._chance.random() < 0.7 else None
        return (
            [
                (
                    id_,
                    f"https://{url}",
                    url,
                    site,
                    site_key(site),
                    title.plain,
                    at,
                    at[:10],
                    read_at,
                    *standing,
                )
            ],
            [(id_, tag + 1) for tag in tags],
            [(id_, id_, status, verdict, language, at)],
            [(id_, kind, f"{id_:064x}", type_)],
            [(id_, title.plain, names, f"https://{url}", page.compressed)],
            [(id_, title.indexed, name_tokens, address, page.indexed)],
        )


_TABLES = (
    "INSERT INTO link (id, chat_id, url, url_key, host, site_key, title, created_at, saved_on, read_at, language,"
    " tag_count, is_kept, is_failed, is_dead, is_pdf, is_indexed)"
    " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
    "INSERT INTO link_tag (link_id, tag_id) VALUES (?, ?)",
    "INSERT INTO snapshot (id, link_id, status, verdict, language, run_after, attempts, problems, viewport, sheet)"
    " VALUES (?, ?, ?, ?, ?, ?, 1, '', 'desktop', 'a4')",
    "INSERT INTO artifact (snapshot_id, kind, sha256, content_type, size_bytes, position)"
    " VALUES (?, ?, ?, ?, 1000, 0)",
    "INSERT INTO indexed_text (link_id, title, tags, note, address, page, is_stale) VALUES (?, ?, ?, '', ?, ?, 0)",
    "INSERT INTO link_index (rowid, title, tags, note, address, page) VALUES (?, ?, ?, '', ?, ?)",
)


def _ending(chance: random.Random, *, is_chinese: bool) -> tuple[str, str, str | None]:
    """How its snapshot went: status, verdict, language."""
    drawn = chance.random()
    if drawn < 0.03:
        return "failed", "bot-wall", None
    if drawn < 0.05:
        return "failed", "not-found", None
    languages = ("zh-cn", "zh", "zh-tw") if is_chinese else ("en", "en-us", "de")
    return "done", "ok", "ja" if drawn > 0.999 else chance.choice(languages)

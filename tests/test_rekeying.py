"""Links that were saved when phones' addresses had keys of their own get the keys of today."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlmodel import col, select

import storage
from bot.conversation.urls import url_key
from storage.database import Database
from storage.library import Library
from storage.models import Link, LinkKey
from storage.saving import NewLink

BEFORE = [
    "m.bilibili.com/video/BV1xx?p=2",
    "www.bilibili.com/video/BV1yy/",
    "www.xiaohongshu.com/discovery/item/66e1",
    "weibo.com/1642634100/NxYzAbCdE",
    "m.weibo.cn/detail/4999123456789012",
    "m.zhihu.com/question/1",
    "www.zhihu.com/tardis/zm/art/32262540",
    "m.douban.com/movie/subject/1292052/",
    "www.douban.com/note/5",
    "item.m.jd.com/product/7.html",
    "detail.m.tmall.com/item.htm?id=7",
    "m.toutiao.com/i7123456789012345678/",
    "m.sohu.com/a/7_8",
    "m.thepaper.cn/detail/9",
    "m.36kr.com/p/2",
    "m.huxiu.com/article/3.html",
    "m.163.com/dy/article/A1.html",
    "zh.m.wikipedia.org/wiki/%E4%BC%98",
    "old.reddit.com/r/a/comments/b/c/",
    "m.imdb.com/title/tt1/",
    "mbasic.facebook.com/a?b=c",
]
AS_BEFORE = [
    "m.weibo.cn/status/4999123456789013",
    "weibo.com/u/1642634100",
    "m.example.org/a",
    "blog.csdn.net/a/article/details/1",
    "example.org/?at=m.bilibili.com/video/BV1",
]


async def _migrate(database: Database, run: str, to: str) -> None:
    def on(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(Path(storage.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        getattr(command, run)(config, to)

    async with database.write() as session:
        await (await session.connection()).run_sync(on)


async def _saved_before(database: Database, *keys: str, chat_id: int = 1) -> None:
    await Library(database, chat_id).add([NewLink(f"https://{each}", each) for each in keys], None)


async def _keys(database: Database) -> list[str]:
    async with database.read() as session:
        return list((await session.exec(select(Link.url_key).order_by(col(Link.id)))).all())


@pytest.fixture
async def before(database: Database) -> Database:
    await _migrate(database, "downgrade", "0016")
    return database


async def test_what_was_saved_has_the_key_that_it_is_looked_for_by(before: Database) -> None:
    await _saved_before(before, *BEFORE, *AS_BEFORE)
    async with before.write() as session:
        session.add(LinkKey(chat_id=1, url_key="m.bilibili.com/video/BV1zz", link_id=1))
    await _migrate(before, "upgrade", "head")
    assert await _keys(before) == [url_key(f"https://{each}") for each in (*BEFORE, *AS_BEFORE)]
    assert (await _keys(before))[len(BEFORE) :] == AS_BEFORE
    assert not set(BEFORE) & set(await _keys(before))
    async with before.read() as session:
        assert (await session.exec(select(LinkKey.url_key))).all() == ["www.bilibili.com/video/BV1zz"]


async def test_a_page_that_was_saved_by_both_addresses_stays_two_links(before: Database) -> None:
    await _saved_before(before, "m.imdb.com/title/tt1/", "www.imdb.com/title/tt1/")
    await _saved_before(before, "m.imdb.com/title/tt1/", chat_id=2)
    await _migrate(before, "upgrade", "head")
    assert await _keys(before) == [
        "m.imdb.com/title/tt1/",
        "www.imdb.com/title/tt1/",
        "www.imdb.com/title/tt1/",
    ]
    async with before.read() as session:
        assert (await session.exec(text("PRAGMA integrity_check"))).scalar_one() == "ok"  # type: ignore[call-overload]

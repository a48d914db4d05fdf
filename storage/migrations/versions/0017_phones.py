"""The address of a page for phones and the one for desktops have one key: the keys of what was saved before follow.

Where a chat has saved both, each keeps its key, and what is shared from now on is found by the one for desktops.
"""

import re
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_WEIBO = r"(?:(?:www\.)?weibo\.com|m\.weibo\.cn)/(?:detail|status|\d{6,})/"
_MOVED = {
    r"(?:(?:www|m)\.)?bilibili\.com/(video|bangumi/play|opus)/(\w+)/?$": r"www.bilibili.com/\1/\2",
    r"m\.bilibili\.com/dynamic/(\d+)/?$": r"t.bilibili.com/\1",
    r"m\.bilibili\.com/space/(\d+)/?$": r"space.bilibili.com/\1",
    r"(?:(?:www|m)\.)?xiaohongshu\.com/(?:discovery/item|explore)/(\w+)/?$": r"www.xiaohongshu.com/explore/\1",
    _WEIBO + r"(\d{16}|(?=[a-zA-Z]*[A-Z0-9])[a-zA-Z]\w{8})$": r"m.weibo.cn/status/\1",
    r"(?:m\.)?zhihu\.com/": "www.zhihu.com/",
    r"www\.zhihu\.com/tardis/\w+/art/(\d+)$": r"zhuanlan.zhihu.com/p/\1",
    r"m\.douban\.com/(movie|book|music)/(subject|review)/(\d+)/?$": r"\1.douban.com/\2/\3/",
    r"(movie|book|music)\.douban\.com/(subject|review)/(\d+)$": r"\1.douban.com/\2/\3/",
    r"(?:(?:www|m)\.)?douban\.com/(note|group/topic|game)/(\d+)/?$": r"www.douban.com/\1/\2/",
    r"item\.m\.jd\.com/product/(\d+\.html)$": r"item.jd.com/\1",
    r"detail\.m\.tmall\.com/item\.htm$": "detail.tmall.com/item.htm",
    r"(?:(?:www|m)\.)?toutiao\.com/(?:article/|group/|a|i)(\d{15,})/?$": r"www.toutiao.com/article/\1/",
    r"m\.sohu\.com/a/": "www.sohu.com/a/",
    r"m\.thepaper\.cn/(?:newsDetail_forward_|detail/)(\d+)$": r"www.thepaper.cn/newsDetail_forward_\1",
    r"(?:www|m)\.36kr\.com/p/": "36kr.com/p/",
    r"m\.huxiu\.com/article/": "www.huxiu.com/article/",
    r"m\.163\.com/(\w+)/article/": r"www.163.com/\1/article/",
    r"([\w-]+)\.m\.(wik\w+\.org)/": r"\1.\2/",
    r"(?:(?:old|new|np|m|i)\.)?reddit\.com/(r|u|user)/": r"www.reddit.com/\1/",
    r"m\.imdb\.com/": "www.imdb.com/",
    r"(?:m|touch|mbasic)\.facebook\.com/": "www.facebook.com/",
}
_PATTERNS = tuple((re.compile(pattern), to) for pattern, to in _MOVED.items())
_MAY_HAVE = (
    *("m.%", "%.m.%", "touch.facebook.com/%", "mbasic.facebook.com/%", "%reddit.com/%", "www.36kr.com/%"),
    *("%bilibili.com/%", "%xiaohongshu.com/%", "%weibo.com/%", "%douban.com/%", "%toutiao.com/%"),
    *("zhihu.com/%", "www.zhihu.com/tardis/%"),
)


def upgrade() -> None:
    """Forwards."""
    for name in ("link", "link_key"):
        table = sa.table(name, sa.column("chat_id"), sa.column("url_key"))
        for chat_id, old, new in list(_moved(table)):
            of_chat = table.c.chat_id == chat_id
            taken = sa.select(table.c.url_key).where(of_chat, table.c.url_key == new)
            if op.get_bind().execute(taken).first() is None:
                op.execute(table.update().where(of_chat, table.c.url_key == old).values(url_key=new))


def downgrade() -> None:
    """Back: the keys stay, by which the program of before finds the addresses for desktops."""


def _moved(table: "sa.TableClause") -> Iterator[tuple[int, str, str]]:
    """The chats, keys and new keys of the rows whose key is another now."""
    may_have = sa.or_(*(table.c.url_key.like(each) for each in _MAY_HAVE))
    for chat_id, old in op.get_bind().execute(sa.select(table.c.chat_id, table.c.url_key).where(may_have)):
        if (new := _now(old)) != old:
            yield chat_id, old, new


def _now(url_key: str) -> str:
    found = re.search(r"[?#]", url_key)
    end = found.start() if found else len(url_key)
    place = url_key[:end]
    for pattern, to in _PATTERNS:
        if pattern.match(place):
            place = pattern.sub(to, place, count=1)
    return place + url_key[end:]

"""Addresses that only lead to another one, as data: the warnings and counters that sites put before a link.

How the tables are applied is in ``urls``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.conversation.tracking import everywhere


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A path that redirects to the address in the first of ``parameters`` that holds one."""

    path: re.Pattern[str]
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathWrapper:
    """Patterns over path and query that hold the target, with the target to make of them."""

    patterns: tuple[tuple[re.Pattern[str], str], ...]


def _wrapper(hosts: str, path: str, parameters: str) -> Iterable[tuple[str, Wrapper]]:
    wrapper = Wrapper(re.compile(path), tuple(parameters.split()))
    return ((host, wrapper) for host in hosts.split())


# Looked up by the host and then by each parent of it, like SITES.
WRAPPERS: Mapping[str, Wrapper] = dict(
    pair
    for pairs in (
        _wrapper(everywhere("google"), r"/(?:url|imgres)$", "url q imgrefurl imgurl"),
        _wrapper("link.zhihu.com link.csdn.net link.juejin.cn link.infoq.cn", "/", "target"),
        _wrapper("sspai.com gitee.com infoq.cn afdian.com afdian.net", r"/link/?$", "target"),
        _wrapper("link.jianshu.com links.jianshu.com jianshu.com", r"/(?:$|go$|go-wild$)", "t to url"),
        _wrapper("link.segmentfault.com", "/", "url target"),
        _wrapper("facebook.com", r"/(?:l\.php|flx/warn/?)$", "u"),
        _wrapper("l.instagram.com l.threads.com l.threads.net l.messenger.com l.wl.co", "/", "u"),
        _wrapper("linkedin.com", r"/(?:redir/redirect|safety/go|authwall)/?$", "url sessionredirect"),
        _wrapper("out.reddit.com", "/", "url"),
        _wrapper("youtube.com", r"/(?:redirect|attribution_link)$", "q u"),
        _wrapper("steamcommunity.com", r"/linkfilter/?$", "url u"),
        _wrapper("game.bilibili.com", r"/linkfilter/?$", "url"),
        _wrapper("douban.com", r"/(?:doubanapp/dispatch|link2/?)$", "uri url"),
        _wrapper("c.pc.qq.com", "/", "pfurl url"),
        _wrapper("weixin110.qq.com", "/", "url"),
        _wrapper("mail.qq.com", r"/cgi-bin/", "gourl url"),
        _wrapper("docs.qq.com", r"/scenario/link\.html$", "url"),
        _wrapper("developers.weixin.qq.com", r"/community/middlepage/", "href"),
        _wrapper("cloud.tencent.com", r"/developer/tools/blog-entry$", "target"),
        _wrapper("jump.bdimg.com jump2.bdimg.com", r"/safecheck/", "url"),
        _wrapper("oschina.net", r"/action/GoToLink$", "url"),
        _wrapper("yuque.com", r"/r/goto$", "url"),
        _wrapper("t.me telegram.me telegram.dog", r"/(?:iv|share(?:/url)?)/?$", "url"),
        _wrapper("t.umblr.com", r"/redirect$", "z"),
        _wrapper("vk.com vk.ru away.vk.com", r"/away(?:\.php)?$", "to"),
        _wrapper("pixiv.net", r"/jump\.php$", "url"),
        _wrapper("ref.gamer.com.tw", "/", "url"),
        _wrapper("slack-redir.net", r"/link$", "url"),
        _wrapper("duckduckgo.com", r"/l/?$", "uddg"),
        _wrapper("exit.sc", "/", "url"),
        _wrapper("safelinks.protection.outlook.com", "/", "url"),
    )
    for pair in pairs
)


def _path_wrapper(hosts: str, patterns: Mapping[str, str]) -> Iterable[tuple[str, PathWrapper]]:
    wrapper = PathWrapper(tuple((re.compile(pattern), to) for pattern, to in patterns.items()))
    return ((host, wrapper) for host in hosts.split())


# Looked up in the same way.
PATH_WRAPPERS: Mapping[str, PathWrapper] = dict(
    pair
    for pairs in (
        _path_wrapper(
            everywhere("google"), {r"/amp/s/(.+)": r"https://\1", r"/amp/(?!s/)(.+)": r"http://\1"}
        ),
        _path_wrapper(
            "cdn.ampproject.org",
            {r"/[cvi]/s/(.+)": r"https://\1", r"/[cvi]/(?!s/)(.+)": r"http://\1"},
        ),
        _path_wrapper("urldefense.com", {r"/v3/__(https?:.+?)__;.*": r"\1"}),
        _path_wrapper("href.li", {r"/\?(https?:.+)": r"\1"}),
    )
    for pair in pairs
)

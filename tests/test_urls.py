"""Which address is fetched, and which addresses are the same page."""

import random
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.conversation.tracking import TRACKING
from bot.conversation.urls import MOST_WRAPPERS, absolute, canonical, destination, is_address, url_key

HOSTS = (
    "example.org",
    "blog.example.com",
    "x.com",
    "www.youtube.com",
    "mp.weixin.qq.com",
    "www.zhihu.com",
    "m.weibo.cn",
)
words = st.text("abcXYZ019-_.~%é优 +'[]|", min_size=1, max_size=8)
addresses = st.builds(
    lambda host, path, query, fragment: f"https://{host}/{'/'.join(path)}?{'&'.join(query)}#{fragment}",
    st.sampled_from(HOSTS),
    st.lists(words, max_size=3),
    st.lists(st.builds("{}={}".format, words, words) | words, max_size=4),
    words,
)


def test_the_address_to_fetch_is_what_a_browser_makes_of_it() -> None:
    assert absolute("Example.com/ä b#Top") == "https://example.com/%C3%A4%20b#Top"
    assert absolute("//example.com/a/../b") == "https://example.com/b"
    assert absolute("例子.中国") == "https://xn--fsqu00a.xn--fiqs8s/"
    assert absolute("example.com:8080/x") == "https://example.com:8080/x"
    assert absolute("http://example.com:80") == "http://example.com/"


@pytest.mark.parametrize(
    "nothing",
    ["", "   ", "ftp://example.com/a", "file:///etc/passwd", "https://", "https://a b/", "\ud800.com"],
)
def test_what_is_no_address_is_refused(nothing: str) -> None:
    assert not is_address(nothing)
    with pytest.raises(ValueError):  # noqa: PT011 - the message is for nobody
        absolute(nothing)


@pytest.mark.parametrize(
    "same",
    [
        # host, port, credentials, path
        (
            "https://example.com/a",
            "http://EXAMPLE.com:80/a",
            "https://example.com./a",
            "https://me:pw@example.com/a",
        ),
        ("https://bücher.example/ß", "https://xn--bcher-kva.example/%c3%9f"),
        (
            "https://example.com/~a/(b)",
            "https://example.com/%7ea/%28b%29",
            "https://example.com/x/../%7Ea/(b)",
        ),
        # query
        ("https://example.com/?a=1&b=2", "https://example.com/?b=2&a=1", "https://example.com/?&b=2&&a=1&"),
        ("https://example.com/", "https://example.com/?", "https://example.com/#top", "example.com"),
        ("https://example.com/?q=a%20b", "https://example.com/?q=a+b"),
        ("https://example.com/?t=YQ==", "https://example.com/?t=YQ%3D%3d"),
        ("https://example.com/?a=1&b=2", "https://example.com/?a=1&amp;b=2"),
        ("https://example.com/a", "https://example.com/a?UTM_Source=x&share_id=1&spm=a.b&from=timeline"),
        # fragments
        ("https://app.example/#/inbox?id=3", "https://app.example/#/inbox?id=3&utm_source=mail"),
        ("https://app.example/", "https://app.example/#/", "https://app.example/#:~:text=Adam"),
        ("https://app.example/#!/a", "https://app.example/#!/a:~:text=b"),
        # the same page in several places
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?si=abc&t=42",
            "https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&list=PL1&index=3",
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
        ),
        (
            "https://arxiv.org/abs/2302.06675",
            "http://www.arxiv.org/pdf/2302.06675v4",
            "arxiv.org/pdf/2302.06675.pdf",
        ),
        ("https://arxiv.org/abs/hep-th/9901001", "https://arxiv.org/pdf/hep-th/9901001v2.pdf"),
        ("https://x.com/a/status/12", "https://mobile.twitter.com/a/status/12/photo/1?s=20&t=q"),
        (
            "https://www.amazon.com/dp/B08N5WRWNW",
            "https://www.amazon.com/A-Book/dp/B08N5WRWNW/ref=sr_1?tag=me-20",
        ),
        # phones' addresses
        (
            "https://www.bilibili.com/video/BV1xx",
            "https://m.bilibili.com/video/BV1xx?share_source=weixin",
            "https://www.bilibili.com/video/BV1xx/?spm_id_from=333.1007",
            "bilibili.com/video/BV1xx",
        ),
        ("https://www.bilibili.com/video/BV1xx?p=2", "https://m.bilibili.com/video/BV1xx/?p=2&ts=1"),
        ("https://t.bilibili.com/9", "https://m.bilibili.com/dynamic/9"),
        ("https://space.bilibili.com/9", "https://m.bilibili.com/space/9"),
        (
            "https://www.xiaohongshu.com/explore/66e1",
            "https://www.xiaohongshu.com/discovery/item/66e1?xsec_token=A&app_platform=ios",
            "https://xiaohongshu.com/explore/66e1/",
        ),
        (
            "https://m.weibo.cn/status/4999123456789012",
            "https://m.weibo.cn/detail/4999123456789012",
            "https://weibo.com/detail/4999123456789012",
            "https://m.weibo.cn/1642634100/4999123456789012?wm=3333",
        ),
        ("https://weibo.com/1642634100/NxYzAbCdE?pagetype=a", "https://m.weibo.cn/status/NxYzAbCdE"),
        ("https://www.zhihu.com/question/1/answer/2", "https://m.zhihu.com/question/1/answer/2?utm_psn=3"),
        ("https://zhuanlan.zhihu.com/p/32262540", "https://www.zhihu.com/tardis/bd/art/32262540?source_id=1"),
        ("https://movie.douban.com/subject/1292052/", "https://m.douban.com/movie/subject/1292052/?from=x"),
        ("https://www.douban.com/note/5/", "https://m.douban.com/note/5", "https://www.douban.com/note/5"),
        ("https://book.douban.com/subject/1/", "https://book.douban.com/subject/1"),
        (
            "https://item.jd.com/100012043978.html",
            "https://item.m.jd.com/product/100012043978.html?ad_od=share",
        ),
        ("https://detail.tmall.com/item.htm?id=7", "https://detail.m.tmall.com/item.htm?id=7&spm=a"),
        (
            "https://www.toutiao.com/article/7123456789012345678/",
            "https://m.toutiao.com/i7123456789012345678/?in_ogs=1",
            "https://www.toutiao.com/a7123456789012345678",
        ),
        ("https://www.sohu.com/a/7_8", "https://m.sohu.com/a/7_8?scm=1"),
        ("https://www.thepaper.cn/newsDetail_forward_9", "https://m.thepaper.cn/detail/9"),
        ("https://36kr.com/p/2", "https://m.36kr.com/p/2", "https://www.36kr.com/p/2"),
        ("https://www.huxiu.com/article/3.html", "https://m.huxiu.com/article/3.html"),
        ("https://www.163.com/dy/article/A1.html", "https://m.163.com/dy/article/A1.html?spss=newsapp"),
        ("https://en.wikipedia.org/wiki/Adam", "https://en.m.wikipedia.org/wiki/Adam?wprov=sfla1#Name"),
        ("https://zh.wikipedia.org/wiki/%E4%BC%98", "https://zh.m.wikipedia.org/wiki/优"),
        ("https://en.wiktionary.org/wiki/adam", "https://en.m.wiktionary.org/wiki/adam"),
        ("https://www.reddit.com/r/a/comments/b/c/", "https://old.reddit.com/r/a/comments/b/c/"),
        ("https://www.imdb.com/title/tt1/", "https://m.imdb.com/title/tt1/"),
        ("https://www.facebook.com/a/posts/1", "https://m.facebook.com/a/posts/1?refid=2"),
        # parameters of single sites
        (
            "https://www.bilibili.com/video/BV1xx",
            "https://www.bilibili.com/video/BV1xx?vd_source=a&t=9&share_tag=s",
        ),
        ("https://item.taobao.com/item.htm?id=7", "https://item.taobao.com/item.htm?spm=a&id=7&skuId=8"),
        ("https://medium.com/@a/b-1", "https://medium.com/@a/b-1?source=rss----c&sk=d"),
        (
            "https://www.reddit.com/r/a/comments/b/c/",
            "https://www.reddit.com/r/a/comments/b/c/?share_id=d&rdt=1",
        ),
        ("https://open.spotify.com/track/a", "https://open.spotify.com/track/a?si=b&context=c"),
        ("https://www.tiktok.com/@a/video/1", "https://www.tiktok.com/@a/video/1?_t=8&_r=1"),
        ("https://mp.weixin.qq.com/s/AbC", "https://mp.weixin.qq.com/s/AbC?poc_token=x&scene=1#rd"),
        # wrappers
        ("https://e.example/?a=1", "https://link.zhihu.com/?target=https%3A//e.example/%3Fa%3D1"),
        ("https://e.example/", "https://link.juejin.cn/?target=https%3A%2F%2Fe.example%3Futm_source%3Djj"),
        (
            "https://e.example/a",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fe.example%2Fa%3Ffbclid%3Dx&h=AT1",
        ),
        ("https://e.example/a", "https://www.youtube.com/redirect?event=d&q=https%3A%2F%2Fe.example%2Fa"),
        ("https://e.example/a", "https://vk.com/away.php?to=https%3A%2F%2Fe.example%2Fa&cc_key="),
        ("https://e.example/a", "https://t.me/iv?url=https%3A%2F%2Fe.example%2Fa&rhash=1f"),
        ("https://e.example/a", "https://t.me/share/url?url=https%3A//e.example/a&text=b"),
        ("https://e.example/a", "https://steamcommunity.com/linkfilter/?url=https://e.example/a"),
        ("https://e.example/a", "https://www.google.de/amp/s/e.example/a"),
        ("https://e.example/a", "https://e-example.cdn.ampproject.org/c/s/e.example/a"),
        (
            "https://www.douban.com/note/5/",
            "https://www.douban.com/doubanapp/dispatch?uri=/note/5/&dt_dapp=1",
        ),
    ],
)
def test_the_same_page_has_the_same_key(same: tuple[str, ...]) -> None:
    assert {url_key(url) for url in same} == {url_key(same[0])}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("https://example.com/?a=1", "https://example.com/?a=1&a=2"),
        ("https://example.com/?a=1&a=2", "https://example.com/?a=2&a=1"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/?q=c%2B%2B", "https://example.com/?q=c++"),
        ("https://example.com/?from=rome", "https://example.com/?from=paris"),
        ("https://example.com/?debug", "https://example.com/"),
        ("https://app.example/#/inbox", "https://app.example/#/sent"),
        ("https://www.youtube.com/watch?v=aaaaaaaaaaa", "https://www.youtube.com/watch?v=bbbbbbbbbbb"),
        ("https://www.bilibili.com/video/BV1xx?p=2", "https://www.bilibili.com/video/BV1xx?p=3"),
        ("https://example.com/?t=1", "https://example.com/?t=2"),
        ("https://cn.arxiv.org/abs/1412.6980", "https://arxiv.org/abs/1412.6980"),
        ("https://notx.com/a/status/1", "https://x.com/a/status/1"),
        ("https://m.bilibili.com/", "https://www.bilibili.com/"),
        ("https://m.bilibili.com/search?keyword=a", "https://www.bilibili.com/search?keyword=a"),
        ("https://weibo.com/1642634100/followers", "https://m.weibo.cn/status/followers"),
        ("https://m.weibo.cn/u/1642634100", "https://weibo.com/u/1642634100"),
        ("https://zh.wikipedia.org/zh-tw/A", "https://zh.wikipedia.org/wiki/A"),
        ("https://m.example.org/a", "https://www.example.org/a"),
        ("https://en.m.wikipedia.org.example/wiki/A", "https://en.wikipedia.org.example/wiki/A"),
        ("https://item.m.jd.com/ware/view.action?wareId=1", "https://item.jd.com/1.html"),
        ("https://web.archive.org/web/2020/https://e.example/", "https://e.example/"),
        ("https://e.example/?redirect=https://a.example", "https://a.example/"),
    ],
)
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


def test_the_key_has_no_scheme_and_nothing_secret() -> None:
    assert url_key("http://me:secret@example.com/a?b=c") == "example.com/a?b=c"
    assert canonical("http://me:secret@example.com/a") == "http://example.com/a"


def test_what_is_needed_to_open_a_page_is_fetched_but_is_not_in_its_key() -> None:
    shared = "https://www.xiaohongshu.com/explore/66e1?xsec_token=AB&xsec_source=pc_share"
    assert absolute(shared) == shared
    assert url_key(shared) == "www.xiaohongshu.com/explore/66e1"


def test_a_wrapper_without_an_address_in_it_stays() -> None:
    for url in ("https://link.zhihu.com/?target=nothing", "https://www.google.com/url?q=javascript:alert(1)"):
        assert canonical(url).startswith(url.partition("?")[0])


def _wrapped(url: str, times: int) -> str:
    for _ in range(times):
        url = f"https://link.csdn.net/?target={quote(url, safe='')}"
    return url


@pytest.mark.parametrize(
    ("url", "fetched"),
    [
        ("https://link.zhihu.com/?target=https%3A//e.example/a%2520b%3Futm_source%3Dx%23c", "https://e.example/a%20b?utm_source=x#c"),
        ("link.csdn.net/?target=http%3A%2F%2Fe.example", "http://e.example/"),
        ("https://www.google.com/amp/s/e.example/a", "https://e.example/a"),
        ("https://link.zhihu.com/?target=nothing", "https://link.zhihu.com/?target=nothing"),
        ("https://mp.weixin.qq.com/s?__biz=MzA&amp;mid=1&amp;amp;idx=2#rd", "https://mp.weixin.qq.com/s?__biz=MzA&mid=1&idx=2#rd"),
        ("https://e.example/?utm_source=x#top", "https://e.example/?utm_source=x#top"),
    ],
)  # fmt: skip
def test_the_page_is_fetched_and_not_the_warning_before_it(url: str, fetched: str) -> None:
    assert destination(url) == fetched


def test_wrappers_in_wrappers_are_unwrapped_up_to_a_depth() -> None:
    assert canonical(_wrapped("https://e.example/a", MOST_WRAPPERS)) == "https://e.example/a"
    deep = canonical(_wrapped("https://e.example/a", MOST_WRAPPERS + 1))
    assert deep.startswith("https://link.csdn.net/")
    assert canonical(deep) == deep
    assert destination(deep) == deep


@given(addresses)
@example("https://example.com../?from%3Dtimeline")
@example("https://mp.weixin.qq.com/%73?__biz=1&x=2")
def test_the_key_of_the_canonical_address_is_the_key(url: str) -> None:
    assert url_key(canonical(url)) == url_key(url)


@given(
    st.sampled_from(HOSTS[:2]),
    st.dictionaries(st.sampled_from("abcdefg"), st.text("xyz019", max_size=3), min_size=1),
    st.lists(st.tuples(st.sampled_from(sorted(TRACKING)), st.text("abc1", max_size=3)), max_size=4),
    st.randoms(use_true_random=False),
)
def test_tracking_order_and_case_of_the_host_do_not_matter(
    host: str, content: dict[str, str], tracking: list[tuple[str, str]], shuffler: random.Random
) -> None:
    plain = "&".join(f"{name}={value}" for name, value in content.items())
    mixed = [f"{name}={value}" for name, value in [*content.items(), *tracking]]
    shuffler.shuffle(mixed)
    assert url_key(f"https://{host.upper()}/p?{'&'.join(mixed)}") == url_key(f"https://{host}/p?{plain}")

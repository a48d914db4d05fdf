"""What is known about sites, as data: what identifies a page on each, and which parameters only track.

How the tables are applied is in ``urls``; addresses that wrap another one are in ``wrappers``. Names of
parameters are in lower case where they are dropped (they are compared without case), and as the site writes them
where they are kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """What identifies a page on some hosts.

    ``rewrites`` are patterns over host and path with what takes their place; a replacement may end in a query.
    ``keep`` names, for paths that match, the only parameters that count, in their order; the first match counts.
    ``drop`` names parameters that never count here, beside ``TRACKING``.
    """

    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    keep: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()
    drop: frozenset[str] = frozenset()


TRACKING_PREFIXES = ("utm_", "share_", "pk_", "mtm_", "matomo_", "hsa_", "stm_", "wt_mc", "at_custom")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TRACKING = _words(
    # advertising and mail campaigns
    "fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid ttclid epik "
    "li_fat_id irclickid rdt_cid sc_cid s_cid srsltid zanpid dm_i ef_id et_rid _ke _kx _bta_tid _openstat _ga _gl "
    "mc_cid mc_eid mkt_tok ck_subscriber_id ml_subscriber ml_subscriber_hash vero_id vero_conv oly_anon_id "
    "oly_enc_id rb_clickid wickedid _hsenc _hsmi __hssc __hstc __hsfp hsctatracking _branch_match_id "
    "guccounter guce_referrer guce_referrer_sig xtor wt.mc_id at_medium at_campaign at_link_id at_link_origin "
    "at_link_type at_ptr_name at_format at_bbc_team ns_mchannel ns_source ns_campaign ns_linkname trkcampaign "
    # share buttons
    "igsh igshid mibextid rdid __cft__ __tn__ __xts__ __eep__ fb_action_ids fb_action_types fb_source "
    "spm scm spm_id_from vd_source from_source from_spmid unique_k is_story_h5 bsource buvid "
    "isappinstalled nsukey wechatwid wxshare_count xsec_token xsec_source xhsshare appuid apptime "
    "tt_from tt_medium bd_vid hmsr hmpl hmcu hmkw hmci eqid qz_gdt gdt_vid "
    # marks of web application firewalls
    "md5__1038 alichlgref __cf_chl_tk"
)

# A parameter that is content on one site and tracking on another: known by its value.
TRACKING_VALUES: Mapping[str, re.Pattern[str]] = {
    "from": re.compile(r"(?:singlemessage|groupmessage|timeline|favorites?message|weixin|wechat)\b.*"),
    "source": re.compile(r"friends_link|-{4,}.*|(?:rss|email|user_profile|post_page|collection_home)-{2,}.*"),
    "tab": re.compile(r"readme-ov-file"),
}


def _site(
    hosts: str,
    *,
    rewrites: Mapping[str, str] | None = None,
    keep: Mapping[str, str] | None = None,
    drop: str = "",
) -> Iterable[tuple[str, Site]]:
    site = Site(
        tuple((re.compile(pattern), to) for pattern, to in (rewrites or {}).items()),
        tuple((re.compile(path), tuple(names.split())) for path, names in (keep or {}).items()),
        _words(drop),
    )
    return ((host, site) for host in hosts.split())


def everywhere(name: str) -> str:
    """The hosts of a company that has one in every country."""
    endings = (
        "com com.hk com.tw com.sg com.au com.br com.mx com.tr co.uk co.jp co.kr co.in cn de fr it es nl se pl be "
        "ch at ca in ru jp sg ae ie pt dk fi no cz gr hu ro"
    )
    return " ".join(f"{name}.{ending}" for ending in endings.split())


_NOTHING = {"/": ""}
_ARXIV_ID = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})"

# Looked up by the host and then by each parent of it, so "zhihu.com" also stands for "zhuanlan.zhihu.com".
SITES: Mapping[str, Site] = dict(
    pair
    for pairs in (
        # articles, posts, questions and answers
        _site(
            "mp.weixin.qq.com", keep={"/s(?:$|/)": "__biz mid idx sn", "/mp/appmsgalbum": "__biz album_id"}
        ),
        _site(
            "zhihu.com",
            rewrites={
                r"(?:m\.)?zhihu\.com/": "www.zhihu.com/",
                r"www\.zhihu\.com/tardis/\w+/art/(\d+)$": r"zhuanlan.zhihu.com/p/\1",
            },
            keep={"/(?:p|question|answer|pin|zvideo|people|column|tardis)/": ""},
            drop="s_r s_s_i s_s_ts",
        ),
        _site("csdn.net", keep={".*/article/details/": ""}, drop="spm_id ops_request_misc request_id biz_id"),
        _site("juejin.cn juejin.im", keep={"/(?:post|pin|book|video|spost)/": ""}, drop="searchid from"),
        _site("jianshu.com sspai.com segmentfault.com infoq.cn", keep={"/(?:p|post|a|q|article)/": ""}),
        _site(
            "36kr.com",
            rewrites={r"(?:www|m)\.36kr\.com/p/": "36kr.com/p/"},
            keep={"/(?:p|post|a|q|article)/": ""},
        ),
        _site("huxiu.com", rewrites={r"m\.huxiu\.com/article/": "www.huxiu.com/article/"}),
        _site("cloud.tencent.com", keep={"/developer/(?:article|news)/": ""}),
        _site(
            "toutiao.com",
            rewrites={
                r"(?:(?:www|m)\.)?toutiao\.com/(?:article/|group/|a|i)(\d{15,})/?$": r"www.toutiao.com/article/\1/"
            },
            keep={"/(?:article|group|video|w|is|c|i\\d|a\\d)": "", "/search": "keyword"},
        ),
        _site("sohu.com", rewrites={r"m\.sohu\.com/a/": "www.sohu.com/a/"}, keep=_NOTHING),
        _site(
            "thepaper.cn",
            rewrites={
                r"m\.thepaper\.cn/(?:newsDetail_forward_|detail/)(\d+)$": r"www.thepaper.cn/newsDetail_forward_\1"
            },
            keep=_NOTHING,
        ),
        _site(
            "ifeng.com new.qq.com view.inews.qq.com xueqiu.com smzdm.com xiaoyuzhoufm.com",
            keep=_NOTHING,
        ),
        _site(
            "163.com",
            rewrites={r"m\.163\.com/(\w+)/article/": r"www.163.com/\1/article/"},
            keep={".*/article/": ""},
            drop="userid uct uct2 app_version market dlt sc tn spss",
        ),
        _site("baike.baidu.com zhidao.baidu.com", keep=_NOTHING),
        _site("baijiahao.baidu.com", keep={"/": "id"}),
        _site("mbd.baidu.com", keep={"/newspage/": "context nid"}),
        _site("www.baidu.com m.baidu.com", keep={"/s$": "wd word pn"}),
        _site("tieba.baidu.com", keep={"/p/": "pn see_lz"}),
        _site(
            "douban.com",
            rewrites={
                r"m\.douban\.com/(movie|book|music)/(subject|review)/(\d+)/?$": r"\1.douban.com/\2/\3/",
                r"(movie|book|music)\.douban\.com/(subject|review)/(\d+)$": r"\1.douban.com/\2/\3/",
                r"(?:(?:www|m)\.)?douban\.com/(note|group/topic|game)/(\d+)/?$": r"www.douban.com/\1/\2/",
            },
            drop="dt_dapp dt_platform _i _dtcc _spm_id from icn",
        ),
        _site("medium.com towardsdatascience.com", drop="source sk gi referrer"),
        _site(
            "substack.com",
            drop="r s triedredirect isfreemail post_id publication_id token showwelcome showwelcomeonshare",
        ),
        _site("nytimes.com", drop="smid smtyp unlocked_article_code referringsource partner"),
        _site("theguardian.com", drop="cmp"),
        _site("wsj.com", drop="st reflink mod"),
        _site("bloomberg.com", drop="accesstoken leadsource srnd sref"),
        _site("washingtonpost.com", drop="pwapi_token wpisrc"),
        _site(
            "wikipedia.org wiktionary.org wikisource.org wikiquote.org wikivoyage.org wikibooks.org wikinews.org",
            rewrites={r"([\w-]+)\.m\.(wik\w+\.org)/": r"\1.\2/"},
            drop="wprov",
        ),
        _site("stackoverflow.com stackexchange.com", drop="rq lq noredirect"),
        _site("v2ex.com", drop="r"),
        _site("coolapk.com", drop="sharekey shareuid sharefrom"),
        _site(
            "arxiv.org www.arxiv.org",
            rewrites={
                rf"(?:www\.)?arxiv\.org/(?:abs|pdf|html)/{_ARXIV_ID}(?:v\d+)?(?:\.pdf)?/?$": r"arxiv.org/abs/\1"
            },
            keep={"/abs/": ""},
        ),
        # The mirrors of arXiv are other pages, with addresses of their own.
        _site("cn.arxiv.org export.arxiv.org ar5iv.labs.arxiv.org"),
        # networks
        _site(
            "x.com twitter.com",
            rewrites={
                r"(?:(?:www|mobile|m)\.)?(?:twitter|x)\.com/": "x.com/",
                r"(x\.com/\w+/status/\d+)/.*": r"\1",
            },
            keep={"/(?:\\w+/status|i/[\\w/]+)/": "", "/search": "q f"},
            drop="s t ref_src ref_url cxt",
        ),
        _site(
            "weibo.com weibo.cn",
            rewrites={
                r"(?:(?:www\.)?weibo\.com|m\.weibo\.cn)/(?:detail|status|\d{6,})/(\d{16})$": r"m.weibo.cn/status/\1",
                r"(?:(?:www\.)?weibo\.com|m\.weibo\.cn)/(?:detail|status|\d{6,})/"
                r"(?=[a-zA-Z]*[A-Z0-9])([a-zA-Z]\w{8})$": r"m.weibo.cn/status/\1",
            },
            keep={"/(?:status|detail|\\d+|article)/": "", "/ttarticle/": "id"},
            drop="wm from sourcetype featurecode wvr mod refer_flag luicode lfid jumpfrom weibo_id sudaref display",
        ),
        _site(
            "xiaohongshu.com",
            rewrites={
                r"(?:(?:www|m)\.)?xiaohongshu\.com/(?:discovery/item|explore)/(\w+)/?$": (
                    r"www.xiaohongshu.com/explore/\1"
                )
            },
            keep={"/(?:explore|discovery/item|user/profile)/": ""},
        ),
        _site(
            "reddit.com",
            rewrites={r"(?:(?:old|new|np|m|i)\.)?reddit\.com/(r|u|user)/": r"www.reddit.com/\1/"},
            keep={"/(?:r|user|u)/\\w+/(?:comments|s)/": "context"},
            drop="rdt ref ref_source ref_campaign st sh correlation_id",
        ),
        _site(
            "linkedin.com",
            keep={"/(?:posts|pulse|feed|in|company)/": ""},
            drop="trk trackingid lipi rcm refid",
        ),
        _site(
            "instagram.com threads.net threads.com",
            keep={"/(?:p|reel|reels|tv|@[^/]+/post)/": ""},
            drop="xmt hl",
        ),
        _site("imdb.com", rewrites={r"m\.imdb\.com/": "www.imdb.com/"}),
        _site(
            "facebook.com",
            rewrites={r"(?:m|touch|mbasic)\.facebook\.com/": "www.facebook.com/"},
            drop="ref refsrc refid sfnsn hc_ref paipv eav locale _rdr share_url wtsid",
        ),
        # videos and music
        _site(
            "youtube.com youtu.be youtube-nocookie.com",
            rewrites={
                r"(?:www\.)?youtu\.be/([\w-]+)/?$": r"www.youtube.com/watch?v=\1",
                r"(?:www\.|m\.)?youtube(?:-nocookie)?\.com/(?:embed|live|v)/([\w-]+)/?$": r"www.youtube.com/watch?v=\1",
                r"(?:m\.)?youtube\.com/": "www.youtube.com/",
            },
            keep={
                "/watch": "v",
                "/(?:shorts|clip|post|@|channel)": "",
                "/playlist": "list",
                "/results": "search_query",
            },
            drop="si feature pp ab_channel",
        ),
        _site(
            "bilibili.com b23.tv bili2233.cn",
            rewrites={
                r"(?:(?:www|m)\.)?bilibili\.com/(video|bangumi/play|opus)/(\w+)/?$": r"www.bilibili.com/\1/\2",
                r"m\.bilibili\.com/dynamic/(\d+)/?$": r"t.bilibili.com/\1",
                r"m\.bilibili\.com/space/(\d+)/?$": r"space.bilibili.com/\1",
            },
            keep={"/video/": "p", "/(?:bangumi/play|read|opus|audio|dynamic)/": "", "/\\d+$": ""},
            drop="seid bbid ts plat_id timestamp",
        ),
        _site("douyin.com iesdouyin.com", keep={"/(?:share/)?(?:video|note)/": "", "/user/": "modal_id"}),
        _site("kuaishou.com", keep={"/short-video/": ""}),
        _site("tiktok.com", keep={"/@[^/]+/(?:video|photo)/": ""}, drop="_t _r is_from_webapp sender_device"),
        _site("vimeo.com twitch.tv", drop="share tt_content"),
        _site("open.spotify.com", keep={"/": ""}),
        # shops
        _site(
            "taobao.com tmall.com goofish.com",
            rewrites={r"detail\.m\.tmall\.com/item\.htm$": "detail.tmall.com/item.htm"},
            keep={"/(?:item|m)": "id"},
        ),
        _site(
            "jd.com",
            rewrites={r"item\.m\.jd\.com/product/(\d+\.html)$": r"item.jd.com/\1"},
            keep={"/(?:product/)?\\d+\\.html": ""},
        ),
        _site("yangkeduo.com", keep={"/goods": "goods_id"}),
        _site("1688.com aliexpress.com aliexpress.us ebay.com", keep={"/(?:offer|item|i|itm)/": ""}),
        _site(
            everywhere("amazon"),
            rewrites={
                r"([^/]+)/(?:[^/]+/)?(?:dp|gp/product|gp/aw/d|d)/([A-Z0-9]{10})(?:[/;].*)?$": r"\1/dp/\2",
                r"(.+?)/ref=.*": r"\1",
            },
            keep={"/dp/": ""},
            drop="tag ref ref_ _encoding psc linkcode linkid pd_rd_w pd_rd_r pd_rd_wg pd_rd_i pf_rd_p pf_rd_r qid sr "
            "crid sprefix dib dib_tag th ascsubtag creative creativeasin smid",
        ),
        _site("store.steampowered.com", drop="snr curator_clanid"),
        # search
        _site(everywhere("google"), keep={"/search": "q tbm udm start"}),
        _site("bing.com cn.bing.com", keep={"/search": "q first"}),
    )
    for pair in pairs
)

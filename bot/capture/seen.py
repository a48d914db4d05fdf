"""What was seen of a page, as the rules read it: its status, its addresses, its lines and its shape."""

import re
from dataclasses import dataclass

import ada_url

MAX_LINES = 400
_CHINESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_TITLE_BREAK = re.compile(r"\s[|–—·•/_-]\s|\s*[|_｜—–·•]\s*")
# Traditional characters that walls use, each with its simplified one.
_CHARACTERS = (
    "網网頁页訪访問问驗验證证請请進进無无權权檢检視视瀏浏覽览內内會会員员訂订閱阅購购買买餘余繼继續续讀读觀观開开啟启過过關关閉闭刪删該该這这個个環环異异頻频統统維维護护級级務务裝装載载錯错誤误試试"
    "應应機机動动圖图滿满歲岁齡龄區区國国還还沒没從从說说見见為为對对檔档鏈链連连結结僅仅點点擊击發发實实號号碼码帳账戶户電电腦脑擁拥後后處处現现轉转讓让價价報报聯联絡络絕绝擋挡攔拦鎖锁斷断條条塊块"
    "響响間间時时專专題题節节課课費费單单業业達达臺台際际錄录陸陆質质樣样編编輯辑隱隐門门隊队數数據据運运營营終终規规違违風风險险惡恶測测聲声飛飞輸输壞坏損损構构師师類类詐诈騙骗複复雜杂協协議议約约"
    "繳缴舊旧標标識识別别換换盡尽線线種种設设備备於于幾几鐘钟顯显傳传資资訊讯簡简體体筆笔簽签選选擇择臨临暫暂擠挤熱热貼贴嗎吗麼么們们給给誰谁難难離离遠远錢钱館馆場场車车東东書书學学習习藝艺樂乐記记"
    "憶忆語语詞词譯译賣卖賬账贊赞暢畅獲获註注銷销審审"
)
_PLAIN = str.maketrans("’‘ʼ" + _CHARACTERS[::2], "'''" + _CHARACTERS[1::2])
_NOT_WORDS = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a page. ``asked_url`` was asked for, ``url`` is where that led.

    ``menu``: the lines of its menus, links and buttons; ``has_robot_check``: it holds the machinery of a known
    robot check; ``has_robot_box``: it holds a small one, as forms have; ``is_for_payers``: it tells search
    engines that it is not free.
    """

    asked_url: str
    url: str
    status: int | None
    title: str = ""
    text: str = ""
    menu: str = ""
    has_picture: bool = False
    has_password_field: bool = False
    has_robot_check: bool = False
    has_robot_box: bool = False
    has_code: bool = False
    is_for_payers: bool = False

    @property
    def host(self) -> str:
        """The host that answered, for sentences."""
        return host_of(self.url)

    @property
    def is_error(self) -> bool:
        """Whether the status says that this is not the page."""
        return (self.status or 200) >= 400

    @property
    def size(self) -> int:
        """How much there is to read outside menus."""
        menu = set(self.menu.splitlines())
        return sum(size_of(line) for line in self.text.splitlines() if line not in menu)

    @property
    def lines(self) -> list[str]:
        """The lines of its text."""
        lines = (plain(line) for line in self.text.splitlines())
        return [line for line in lines if line][:MAX_LINES]

    @property
    def menu_parts(self) -> list[str]:
        """What its menus, links and buttons say, the longest first."""
        parts = {plain(line) for line in self.menu.splitlines()} - {""}
        return sorted(parts, key=len, reverse=True)

    @property
    def has_fallen_to_root(self) -> bool:
        """Whether a link to some page of a site led to its front page."""
        try:
            asked, shown = ada_url.URL(self.asked_url), ada_url.URL(self.url)
        except ValueError:
            return False
        return shown.pathname == "/" and asked.pathname.count("/") > 1

    @property
    def title_parts(self) -> list[str]:
        """The title, and its parts, of which one may be the site's name."""
        title = plain(self.title)
        return [title, *(part for part in _TITLE_BREAK.split(title) if part)]


def host_of(url: str) -> str:
    """The host of an address, as a person reads it."""
    try:
        return ada_url.URL(url).host.removeprefix("www.")
    except ValueError:
        return "the page"


def size_of(text: str) -> int:
    """How much a text says, in letters; a Chinese character says as much as two."""
    return len("".join(text.split())) + len(_CHINESE.findall(text))


def has_chinese(text: str) -> bool:
    """Whether there are Chinese, Japanese or Korean characters in it."""
    return _CHINESE.search(text) is not None


def plain(text: str) -> str:
    """A text with one kind of space, of apostrophe and of Chinese characters."""
    return " ".join(simplified(text).split())


def simplified(text: str) -> str:
    """A text with one kind of apostrophe and of Chinese characters, so that a pattern needs each word once."""
    return text.translate(_PLAIN)


def folded(text: str) -> str:
    """A text by which repetitions are told."""
    return _NOT_WORDS.sub("", text).casefold()


def is_at(addresses: re.Pattern[str], url: str) -> bool:
    """Whether host and path are such an address; a query may quote any."""
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        return False
    return addresses.search(parsed.hostname + parsed.pathname) is not None


def has_moved_to(addresses: re.Pattern[str], seen: Seen) -> bool:
    """Whether the link led to such an address without being one."""
    return is_at(addresses, seen.url) and not is_at(addresses, seen.asked_url)

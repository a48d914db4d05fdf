"""A first day with the bot, from claiming it to taking back a deletion, in both languages.

``pytest tests/test_first_day.py -s`` prints what the person sees of it, to be read in a row.
"""

import sys
from dataclasses import dataclass

import pytest

from bot.settings import Settings
from bot.wording import Words
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.people import User

CAPTURE_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Day:
    """A person on their first day, and what they see."""

    telegram: BotApiDouble
    site: SiteDouble
    person: User
    words: Words

    async def reacted(self, message: Message, emoji: str) -> None:
        await self.telegram.until(
            lambda: message.reactions.get(self.telegram.bot.id) == emoji, CAPTURE_SECONDS
        )

    async def claims(self, log: pytest.LogCaptureFixture) -> None:
        await self.telegram.until(lambda: "?start=" in log.text)
        code = log.text.partition("?start=")[2].split()[0]
        self.person.say(f"/start {code}")
        await self.person.sees(self.words("claimed").partition(".")[0].partition("。")[0])

    async def shares(self) -> Message:
        """From an iPhone, the caption first; from an Android phone, with the title; and a page that is not there."""
        self.person.say("#momentum")
        first = self.person.say(self.site.url("/short"))
        await self.reacted(first, "👍")
        second = self.person.say(f"优化器综述\n{self.site.url('/chinese')} #优化器 #momentum")
        await self.reacted(second, "👍")
        third = self.person.say(f"{self.site.url('/status/404')}\nhttp://192.168.1.1/admin")
        await self.reacted(third, "💔")
        await self.person.sees("192.168.1.1")
        return second

    def card_of(self, message: Message) -> Message:
        return next(
            each
            for each in self.person.chat.messages
            if each.reply_to is message and each.media and each.media.kind == "photo"
        )

    async def changes(self, message: Message) -> None:
        """By an edit, by an answer, by a button."""
        card = self.card_of(message)
        self.person.edit(message, f"{self.site.url('/chinese')} #优化器 {self.note}")
        await self.telegram.until(lambda: self.note in card.text and "#momentum" not in card.text)
        answer = self.person.say("#综述", reply_to=card)
        await self.reacted(answer, "✍")
        await self.telegram.until(lambda: "#综述" in card.text)
        self.person.press(card, self.words("button-full-page"))
        await self.person.sees(self.words("pictures-shown", shown=1, count=1))
        self.person.press(card, self.words("button-text"))
        await self.person.sees("训练深度网络")

    @property
    def note(self) -> str:
        return "读两遍" if self.words.language == "zh" else "read it twice"

    async def finds(self) -> None:
        one = self.words("links", count=1)
        for asked in (
            "/tag 优化器 -momentum",
            "/search 优化",
            "/tag momentum | 综述",
            "/tags",
            "/recent",
            "/stats",
        ):
            before = len(self.person.chat.messages)
            self.person.say(asked)
            await self.telegram.until(lambda: len(self.person.chat.messages) == before + 2)  # noqa: B023
            if asked.startswith("/tag 优化器"):
                assert one in self.person.chat.last.text
        self.person.say("/search is:lost")
        await self.person.sees("is:untagged")
        [result] = await self.person.inline("优化").answered()
        assert result["type"] == "photo"
        assert "#优化器" in result["description"]
        assert self.words("captured", date="|").partition("|")[0] in result["caption"]

    async def settles(self) -> None:
        self.person.say("/settings")
        page = await self.person.sees(self.words("setting-zone", zone="UTC"))
        no_pdf = self.words("switch", setting=self.words("switch-pdf"), value=self.words("no"))
        self.person.press(page, no_pdf)
        await self.telegram.until(lambda: self.words("setting-pdf", value=self.words("no")) in page.text)
        self.person.say("/settings Asia/Shanghai")
        await self.person.sees("Asia/Shanghai")

    async def tidies(self, message: Message) -> None:
        self.person.say("/rename momentum 动量")
        await self.person.sees("#动量")
        first = next(each for each in self.person.chat.messages if each.media and each.media.kind == "photo")
        await self.telegram.until(lambda: "#动量" in first.text and "#momentum" not in first.text)
        card = self.card_of(message)
        self.person.press(card, self.words("button-delete"))
        question = await self.person.sees(self.words("delete-link", link="|").partition("|")[2])
        self.person.press(question, self.words("button-delete-yes"))
        await self.telegram.until(lambda: not card.buttons)
        self.person.press(question, self.words("button-undo"))
        await self.telegram.until(lambda: not question.buttons and card.buttons)
        before = len(self.person.chat.messages)
        self.person.say("/tag 优化器 综述")
        await self.telegram.until(lambda: len(self.person.chat.messages) == before + 2)
        assert self.words("links", count=1) in self.person.chat.last.text

    async def turns_pages(self) -> None:
        """What was left open in the browser is shared at once, and the list has a second page."""
        tabs = "\n".join(self.site.url(f"/status/404?tab={number}") for number in range(8))
        self.person.say(f"{tabs} #later")
        await self.person.sees(self.words("saved-many", count=8))
        self.person.say("/recent")
        listed = await self.person.sees(self.words("list-title", title=self.words("recent"), links="11"))
        assert "10. " in listed.text
        self.person.press(listed, self.words("button-older", page=2))
        await self.telegram.until(lambda: "11. " in listed.text)
        self.person.press(listed, self.words("button-newer", page=1))
        await self.telegram.until(lambda: "11. " not in listed.text)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_first_day(
    language: str,
    telegram: BotApiDouble,
    site: SiteDouble,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    person = telegram.user(OWNER, "林小雨" if language == "zh" else "Ada", language_code=language)
    closed = settings.model_copy(update={"allowed_chats": ()})
    day = Day(telegram, site, person, Words(language))
    async with running(closed):
        await day.claims(caplog)
        shared = await day.shares()
        await day.changes(shared)
        await day.finds()
        await day.settles()
        await day.tidies(shared)
        await day.turns_pages()
    sys.stdout.write(f"\n{telegram.transcript()}\n")

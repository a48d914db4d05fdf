"""What is said in groups, and what was written elsewhere first: end to end, in both languages."""

import pytest

from bot.settings import Settings
from bot.wording import Words
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Chat, Message
from tests.in_a_chat import reaction

GROUP, TOPIC = -1001234567890, 7
in_each_language = pytest.mark.parametrize("language", ["en", "zh"])


def own(chat: Chat) -> list[Message]:
    """What the bot has said in a chat."""
    return [message for message in chat.messages if message.is_from_bot]


def card(chat: Chat) -> Message:
    return next(message for message in own(chat) if message.kind == "photo")


@in_each_language
async def test_a_topic_of_a_group_has_all_its_answers_though_links_are_hidden_from_the_bot(
    language: str, telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    words = Words(language)
    ada = telegram.user(OWNER, "Ada", language_code=language)
    bob = telegram.user(43, "Bob", language_code=language)
    group = telegram.group(GROUP, is_forum=True, bot_is_admin=False, topics=[TOPIC])
    async with running(settings.model_copy(update={"allowed_chats": (OWNER, GROUP)})):
        bob.say("/help@tagshot_bot", chat=group, thread_id=TOPIC)
        await bob.sees(words("help-group").partition("<")[0], chat=group)
        shared = bob.say(f"读一下 {site.url('/short')} #论文", chat=group, thread_id=TOPIC)
        asked = ada.say("/save@tagshot_bot #动量", chat=group, reply_to=shared, thread_id=TOPIC)
        await reaction(telegram, asked, "👍")
        assert "#论文 #动量\n📝 读一下" in card(group).text

        answer = bob.say("#later -#论文", chat=group, reply_to=card(group), thread_id=TOPIC)
        await reaction(telegram, answer, "✍")
        await telegram.until(lambda: "#动量 #later" in card(group).text)
        again = bob.say("@tagshot_bot", chat=group, reply_to=shared, thread_id=TOPIC)
        await telegram.until(lambda: words("button-open-copy") in group.last.labels)
        assert again.emoji == ["👍"]
        assert {message.thread_id for message in own(group)} == {TOPIC}

        ada.say("/recent")
        await ada.sees(words("no-links"))
        ada.say("/help")
        help_ = await ada.sees("/droptag")
        assert "setprivacy" not in help_.text


@in_each_language
async def test_a_group_where_the_bot_hears_everything_decides_which_links_are_saved(
    language: str, telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    words = Words(language)
    telegram.world.bot_reads_all = True
    bob = telegram.user(43, "Bob", language_code=language)
    group = telegram.group(GROUP, bot_is_admin=False)
    async with running(settings.model_copy(update={"allowed_chats": (OWNER, GROUP)})):
        bob.say(f"{site.url('/status/404?1')} #plain", chat=group)
        await bob.sees("#plain", chat=group)
        bob.say("/settings", chat=group)
        page = await bob.sees(words("setting-plain", value=words("yes")), chat=group)
        bob.press(page, words("switch", setting=words("switch-plain"), value=words("no")))
        await telegram.until(lambda: words("setting-plain", value=words("no")) in page.text)
        silent = bob.say(f"{site.url('/status/404?2')} #plain", chat=group)
        bob.say("#plain", chat=group, reply_to=silent)
        bob.say(f"@tagshot_bot {site.url('/status/404?3')} #called", chat=group)
        saved = await bob.sees("#called", chat=group)
        assert words("capturing") in saved.text or "404" in saved.text
        bob.say("/help", chat=group)
        help_ = await bob.sees("/droptag", chat=group)
        assert "setprivacy" not in help_.text
        assert silent.reactions == {}
        assert not any("404?2" in link for message in own(group) for link in message.links)


@in_each_language
async def test_what_was_written_elsewhere_is_saved_with_who_wrote_it(
    language: str, telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    ada = telegram.user(OWNER, "Ada", language_code=language)
    news = telegram.channel(-1007, "ML 日报").chat
    async with running(settings):
        quoting = ada.say("#optimizer", quotes=(f"值得一读 {site.url('/short')}", news))
        forwarded = ada.say(f"{site.url('/chinese')} #优化器", forward_from="林小雨")
        await reaction(telegram, quoting, "👍")
        await reaction(telegram, forwarded, "👍")
        texts = [message.text for message in own(ada.chat) if message.kind == "photo"]
        assert any("#optimizer\n📝 值得一读 ↪ ML 日报" in text for text in texts)
        assert any("#优化器\n📝 ↪ 林小雨" in text for text in texts)

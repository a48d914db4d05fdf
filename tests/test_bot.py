"""The main job, end to end: real HTTP to a Bot API double, real Chromium on a local site."""

import time

import pytest

from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.people import User
from tests.in_a_chat import CAPTURE_SECONDS, file_of, photos, reaction

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def person(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER, "Ada")


async def test_a_link_is_saved_captured_announced_and_found(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    site.hold("/chinese")
    sent = person.say(f"看看 {site.url('/chinese')} #optimizer #深度学习")
    status = await person.sees("Capturing")
    assert "#optimizer #深度学习" in status.text
    assert sent.reactions == {telegram.bot.id: "👀"}

    site.release("/chinese")
    await reaction(telegram, sent, "👍")
    card, document = person.chat.messages[1:]
    assert card is status
    assert file_of(telegram, card).startswith(b"\xff\xd8"), "the card is no JPEG"
    assert [button.label for row in card.buttons for button in row] == [
        "PDF",
        "Full page",
        "Text",
        "HTML",
        "Again",
        "Tags",
        "Delete",
    ]
    assert "#optimizer #深度学习" in card.text
    assert " page" in card.text.partition("PDF ")[2]
    assert document.contains(".pdf")
    assert file_of(telegram, document).startswith(b"%PDF")

    uploads = telegram.uploads
    person.say("/tag ＃OPTIMIZER")
    found = await person.sees("1 link")
    person.press(found, "1")
    await telegram.until(lambda: person.chat.last.media)
    assert person.chat.last.text == card.text
    assert file_of(telegram, person.chat.last) == file_of(telegram, card)
    assert telegram.uploads == uploads, "a card was uploaded twice"


async def test_a_reply_takes_less_than_a_second_while_captures_run(site: SiteDouble, person: User) -> None:
    for page in ("/short", "/chinese", "/app"):
        site.hold(page)
        person.say(site.url(page))
    await site.asked("/short", within_seconds=CAPTURE_SECONDS)

    begun = time.monotonic()
    person.say(f"{site.url('/sticky')} #later")
    await person.sees("#later")

    assert time.monotonic() - begun < 1


async def test_several_links_get_one_summary_and_a_card_each(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/short')} #a\n{site.url('/status/404')} #b\nhttp://192.168.1.1/admin #c")
    await reaction(telegram, sent, "💔")
    summary = await person.sees("Saved 2 links")
    refusal = await person.sees("192.168.1.1")
    assert "👍" in summary.text
    assert "💔" in summary.text
    assert "private" in refusal.text
    failure = await person.sees("💔 ")
    assert "404" in failure.text or "not found" in failure.text.lower() or "no page" in failure.text
    await telegram.until(lambda: photos(person))
    assert len(photos(person)) == 1


async def test_a_failure_that_may_pass_says_when_it_is_tried_again(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/status/500')} #broken")
    await reaction(telegram, sent, "💔")
    status = person.chat.messages[1]
    assert "I'll try again in" in status.text
    assert "#broken" in status.text
    assert [button.label for row in status.buttons for button in row] == [
        "What was there",
        "Again",
        "Tags",
        "Delete",
    ]


async def test_a_channel_post_is_saved(telegram: BotApiDouble, site: SiteDouble, person: User) -> None:
    channel = telegram.channel(-1001234567890)
    person.say("/allow -1001234567890")
    await person.sees("may use this bot")
    post = channel.post(f"AdamW {site.url('/short')} #优化器")
    await reaction(telegram, post, "👍")


async def test_lists_turn_their_pages_in_place(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    for batch in range(2):
        links = " ".join(site.url(f"/status/404?n={batch * 10 + n}") for n in range(6))
        person.say(f"{links} #many")
    await telegram.until(lambda: sum("Saved 6 links" in each.text for each in person.chat.messages) == 2)
    person.say("#many")
    listing = await person.sees("12 links")
    assert "1. " in listing.text
    person.press(listing, "2 ›")
    await telegram.until(lambda: "12. " in listing.text)
    person.press(listing, "‹ 1")
    await telegram.until(lambda: "12. " not in listing.text)


async def test_what_the_chat_does_not_have_is_answered_alike(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    person.say("/allow 42")
    await person.sees("may use")
    sent = person.say(f"{site.url('/short')} #mine")
    await reaction(telegram, sent, "👍")
    stranger = telegram.user(42, "Eve")
    stranger.say("/help")
    own = await stranger.sees("/tag")
    answers = set()
    for data in (
        "card:1:0:",
        "pdf:1:0:",
        "full:1:0:",
        "again:1:0:",
        "tag:1:0:",
        "card:999:0:",
        "nonsense",
        "card:x:0:",
    ):
        answers.add((await stranger.press(own, data, forge=True).answered()).text)
    assert len(answers) == 1
    assert len(stranger.chat.messages) == 2
    assert site.requests.count("/short") == 1


async def test_chat_without_links_gets_one_hint_in_private_and_silence_in_groups(
    telegram: BotApiDouble, person: User
) -> None:
    group = telegram.group(-100500, "Readers")
    person.say("/allow -100500")
    await person.sees("may use")
    person.say("hello", chat=group)
    person.say("明天见")
    await person.sees("Send me a link")
    person.say("/tags@tagshot_bot", chat=group)
    await person.sees("No tags yet", chat=group)
    assert len(group.messages) == 3


async def test_an_unknown_tag_offers_the_nearest(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    person.say(f"{site.url('/status/404')} #optimizer #优化器")
    await person.sees("#optimizer")
    person.say("/tag optimiser")
    answer = await person.sees("Did you mean")
    person.press(answer, "#optimizer 1")
    await telegram.until(lambda: "1 link" in answer.text)
    person.say("/tag 优化")
    await telegram.until(
        lambda: person.chat.last.contains("Did you mean") and "#优化器 1" in str(person.chat.last.buttons)
    )


async def test_tags_of_a_caption_that_a_phone_sends_first_are_the_links(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    person.say("#optimizer")
    person.say(site.url("/status/404"))
    await telegram.until(
        lambda: person.chat.last.contains("#optimizer") and person.chat.last.contains("Saved")
    )


async def test_a_caption_before_its_link_is_one_save_and_after_it_too(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    person.say("#before")
    first = person.say(site.url("/short"))
    await reaction(telegram, first, "👍")
    assert "#before" in person.chat.messages[2].text
    assert len(photos(person)) == 1

    second = person.say(site.url("/chinese"))
    after = person.say("#之后")
    await reaction(telegram, after, "✍")
    await reaction(telegram, second, "👍")
    await telegram.until(lambda: "#之后" in photos(person)[-1].text)


async def test_a_chinese_phone_is_answered_in_chinese(telegram: BotApiDouble, site: SiteDouble) -> None:
    ada = telegram.user(OWNER, "林小雨", language_code="zh-hans")
    sent = ada.say(f"{site.url('/chinese')} #优化器")
    await ada.sees("已保存")
    await reaction(telegram, sent, "👍")
    assert [button.label for row in photos(ada)[0].buttons for button in row][-3:] == ["重拍", "标签", "删除"]
    ada.say("/tag 优化器")
    await ada.sees("1 个链接")

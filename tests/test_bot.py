"""The main job, end to end: real HTTP to a Bot API double, real Chromium on a local site."""

import time

import pytest

from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.people import User

CAPTURE_SECONDS = 90

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def person(telegram: BotApiDouble) -> User:
    return telegram.user(OWNER, "Ada")


async def reaction(telegram: BotApiDouble, message: Message, emoji: str) -> None:
    """Wait until the bot has put this emoji on a message."""
    await telegram.until(lambda: message.reactions.get(telegram.bot.id) == emoji, CAPTURE_SECONDS)


def photos(person: User) -> list[Message]:
    """The cards in a person's chat."""
    return [message for message in person.chat.messages if message.media and message.media.kind == "photo"]


def file_of(telegram: BotApiDouble, message: Message) -> bytes:
    """The content of a message's file."""
    assert message.media is not None
    return telegram.file(message.media.file_id)


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


async def test_the_buttons_give_the_pdf_the_full_page_and_a_new_snapshot(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(site.url("/short"))
    await reaction(telegram, sent, "👍")
    card = person.chat.messages[1]
    uploads = telegram.uploads

    person.press(card, "PDF")
    await telegram.until(lambda: len(person.chat.messages) == 4)
    assert telegram.uploads == uploads, "the PDF was uploaded twice"

    person.press(card, "Full page")
    below = await person.sees("The whole page in one picture")
    assert person.chat.messages[4].kind == "photo"
    person.press(below, "As one file")
    await telegram.until(lambda: person.chat.last.contains(".jpg"))
    person.press(card, "Text")
    await telegram.until(lambda: person.chat.last.text)
    person.press(card, "HTML")
    await telegram.until(lambda: person.chat.last.contains(".html"))
    assert {"upload_photo", "upload_document"} <= set(person.chat.actions)

    press = person.press(card, "Again")
    assert "new snapshot" in (await press.answered()).text
    await telegram.until(lambda: person.chat.messages[9].media, CAPTURE_SECONDS)
    assert person.chat.messages[9].reply_to is card
    assert site.requests.count("/short") == 2


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


async def test_a_link_that_is_kept_already_is_not_captured_again(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    first = person.say(f"{site.url('/short')} #one")
    await reaction(telegram, first, "👍")
    second = person.say(f"{site.url('/short')}?utm_source=share #two")
    answer = await person.sees("You have")
    assert "#one #two" in answer.text
    assert second.reactions == {telegram.bot.id: "👍"}
    assert site.requests.count("/short") == 1

    person.press(answer, "Open copy")
    await telegram.until(lambda: person.chat.last.media and "#one #two" in person.chat.last.text)


async def test_an_edit_saves_what_is_new_and_repeats_nothing(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/short')} #one")
    await reaction(telegram, sent, "👍")
    before = len(person.chat.messages)
    person.edit(sent, f"{site.url('/short')} #one #two")
    person.say("/tag two")
    await person.sees("1 link")
    assert len(person.chat.messages) == before + 2


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


async def test_a_card_follows_its_message_its_answers_and_its_end(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/short')} #one")
    await reaction(telegram, sent, "👍")
    card = photos(person)[0]
    person.edit(sent, f"{site.url('/short')} #two and a note")
    await telegram.until(lambda: "#two" in card.text and "📝 and a note" in card.text)
    assert "#one" not in card.text

    answer = person.say("#three -#two", reply_to=card)
    await reaction(telegram, answer, "✍")
    await telegram.until(lambda: "#three" in card.text)

    person.press(card, "Delete")
    question = await person.sees("with all its snapshots?")
    person.press(question, "Delete it")
    await telegram.until(lambda: not card.buttons and "Deleted" in card.text)
    person.say("/recent")
    await person.sees("Nothing saved yet")
    person.press(question, "Undo")
    await person.sees("Back again")
    person.say("/tag three")
    await person.sees("1 link")


async def test_a_file_in_answer_to_a_card_is_kept_as_its_snapshot(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(site.url("/status/404"))
    await reaction(telegram, sent, "💔")
    status = person.chat.messages[1]
    given = person.say(document=("论文.pdf", b"%PDF-1.7 mine"), reply_to=status)
    await reaction(telegram, given, "👍")
    await person.sees("Kept as a snapshot")
    assert "The PDF is kept, but it is broken." in status.text
    person.press(status, "PDF")
    await telegram.until(lambda: person.chat.last.contains("论文.pdf") or person.chat.last.kind == "document")
    assert file_of(telegram, person.chat.last) == b"%PDF-1.7 mine"


async def test_a_chinese_phone_is_answered_in_chinese(telegram: BotApiDouble, site: SiteDouble) -> None:
    ada = telegram.user(OWNER, "林小雨", language_code="zh-hans")
    sent = ada.say(f"{site.url('/chinese')} #优化器")
    await ada.sees("已保存")
    await reaction(telegram, sent, "👍")
    assert [button.label for row in photos(ada)[0].buttons for button in row][-3:] == ["重拍", "标签", "删除"]
    ada.say("/tag 优化器")
    await ada.sees("1 个链接")

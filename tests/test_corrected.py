"""What is said later changes the cards that are there: edited answers and captions, and a link that is shared again."""

import pytest

from tests.conftest import OWNER
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.people import User

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture(params=["en", "zh"])
def person(telegram: BotApiDouble, request: pytest.FixtureRequest) -> User:
    return telegram.user(OWNER, "Ada", language_code=request.param)


async def reacted(telegram: BotApiDouble, message: Message, emoji: str) -> None:
    await telegram.until(lambda: message.reactions.get(telegram.bot.id) == emoji, 60)


async def test_an_answer_that_is_edited_says_what_it_says_now(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/status/404')} #one")
    await reacted(telegram, sent, "💔")
    card = person.chat.messages[1]
    answer = person.say("#typo -#one", reply_to=card)
    await telegram.until(lambda: "#typo" in card.text and "#one" not in card.text)
    await telegram.until(lambda: person.chat.messages[3:] and "#typo" in person.chat.last.text)
    person.edit(answer, "#优化器")
    await telegram.until(lambda: "#one #优化器" in card.text and "#typo" not in card.text)
    assert len(person.chat.messages) == 4, "an edit is answered by the card alone"


async def test_tags_that_were_sent_alone_are_edited_before_and_behind_their_link(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    before = person.say("#befor")
    link = person.say(site.url("/status/404"))
    await reacted(telegram, link, "💔")
    card = person.chat.messages[2]
    person.edit(before, "#before #二")
    await telegram.until(lambda: "#before #二" in card.text and "#befor " not in card.text)
    person.edit(link, f"{site.url('/status/404')} #three")
    await telegram.until(lambda: "#before #二 #three" in card.text)

    other = person.say(site.url("/status/404?other"))
    after = person.say("#aftr")
    await reacted(telegram, after, "✍")
    await reacted(telegram, other, "💔")
    person.edit(after, "#after")
    await telegram.until(lambda: "#after" in person.chat.messages[-2].text)
    assert "#aftr" not in person.chat.messages[-2].text


async def test_a_link_that_is_shared_again_brings_its_card_up_to_date(
    telegram: BotApiDouble, site: SiteDouble, person: User
) -> None:
    sent = person.say(f"{site.url('/short')} #one")
    await reacted(telegram, sent, "👍")
    card = person.chat.messages[1]
    person.say("#before")
    again = person.say(f"{site.url('/short')} #one #二 worth it")
    await reacted(telegram, again, "👍")
    await telegram.until(lambda: "#one #二 #before" in card.text and "📝 worth it" in card.text)
    assert card.kind == "photo"
    await telegram.until(lambda: person.chat.last.reply_to is again)
    edits = len(telegram.calls_of("editMessageMedia"))
    third = person.say(f"{site.url('/short')} #one")
    await reacted(telegram, third, "👍")
    await telegram.until(lambda: person.chat.last.reply_to is third)
    assert len(telegram.calls_of("editMessageMedia")) == edits, "there was nothing to bring up to date"

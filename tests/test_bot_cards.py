"""What is done with a card, end to end: its buttons, an edit of its message, answers to it, and a file."""

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

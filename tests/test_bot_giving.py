"""Files that a person sends to the bot in answer to a card, over the Bot API."""

import io

import pytest
from PIL import Image

from bot.telegram import client
from bot.wording import Words
from tests.conftest import OWNER
from tests.fakes.papers import Words as PaperWords
from tests.fakes.papers import paper
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.faults import error


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_paper_and_an_album_sent_to_the_bot_are_on_the_card_and_found(
    language: str, telegram: BotApiDouble, site: SiteDouble
) -> None:
    words, person = Words(language), telegram.user(OWNER, "Ada", language_code=language)
    sent = person.say(f"{site.url('/status/404')} #paid")
    await telegram.until(lambda: sent.reactions.get(telegram.bot.id) == "💔", 60)
    card = person.chat.messages[1]
    content = paper([PaperWords("深度学习")], about="/Title (Momentum)")
    person.say(document=("论文.pdf", content), reply_to=card)
    await telegram.until(lambda: card.kind == "photo", 60)
    assert "Momentum" in card.text
    assert words("pages", count=1) in card.text
    person.press(card, words("button-pdf"))
    await telegram.until(lambda: person.chat.last.kind == "document")
    assert person.chat.last.media is not None
    assert telegram.file(person.chat.last.media.file_id) == content
    person.say("/search 学习")
    await person.sees(words("links", count=1))

    buffer = io.BytesIO()
    Image.new("RGB", (40, 30)).save(buffer, "JPEG")
    photos = [
        person.say(caption_photo=buffer.getvalue() + bytes([each]), reply_to=card, album="a")
        for each in (1, 2)
    ]
    for photo in photos:
        await telegram.until(lambda: photo.reactions.get(telegram.bot.id) == "👍", 60)  # noqa: B023
    person.press(card, words("button-file"))
    await telegram.until(lambda: [each.kind for each in person.chat.messages[-2:]] == ["document"] * 2)


@pytest.mark.usefixtures("bot")
async def test_a_file_that_telegram_has_lost_ends_with_a_sentence_and_the_bot_goes_on(
    telegram: BotApiDouble, site: SiteDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_SECONDS", 0.01)
    person = telegram.user(OWNER, "Ada")
    sent = person.say(site.url("/status/404"))
    await person.sees("404")
    telegram.fail("download", error(404), times=client.DOWNLOAD_TRIES)
    person.say(document=("a.pdf", b"%PDF-1.7"), reply_to=sent)
    await person.sees("Telegram did not give me the file")
    person.say("/help")
    await person.sees("/tag")

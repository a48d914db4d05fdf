"""What is made right later, end to end and in both languages: a note, a tag's name, a tag too many."""

import pytest

from bot.settings import Settings
from bot.wording import Words
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.in_a_chat import reaction


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_note_and_a_tag_are_changed_and_changed_back(
    language: str, telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    words = Words(language)
    ada = telegram.user(OWNER, "Ada", language_code=language)
    async with running(settings):
        shared = ada.say(f"{site.url('/status/404')} #optimiser 旧的")
        await reaction(telegram, shared, "💔")
        ada.say("新的", reply_to=ada.chat.messages[1])
        noted = await ada.sees(words("noted", link="|").partition("|")[0])
        ada.press(noted, words("button-undo"))
        await ada.sees(words("undone", name="旧的"))

        ada.say("/tags")
        page = await ada.sees(words("tags", count=1))
        ada.press(page, "#optimiser 1")
        await telegram.until(lambda: words("button-rename") in page.labels)
        ada.press(page, words("button-rename"))
        question = await ada.sees("/rename optimiser")
        assert question.asks_for_answer
        ada.say("#优化器", reply_to=question)
        renamed = await ada.sees(words("tag-renamed", old="#optimiser", new="#优化器", count=1))
        ada.press(renamed, words("button-undo"))
        await telegram.until(lambda: renamed.text == words("undone", name="optimiser"))

        ada.press(page, words("button-drop-tag"))
        asked = await ada.sees(words("drop-tag", tag="#optimiser", count=1))
        ada.press(asked, words("button-drop"))
        await telegram.until(lambda: asked.text == words("tag-deleted", tag="#optimiser", count=1))
        ada.say("/tags")
        await ada.sees(words("no-tags").partition("<")[0])

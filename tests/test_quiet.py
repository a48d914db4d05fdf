"""What a chat hears of the bot at night, end to end."""

from bot.settings import Settings
from storage.database import Database
from storage.preferences import wish
from tests.conftest import OWNER, running
from tests.fakes.site import SiteDouble
from tests.fakes.telegram.double import BotApiDouble
from tests.in_a_chat import photos, reaction


async def test_at_night_nothing_makes_a_sound_and_by_day_only_what_answers_does(
    telegram: BotApiDouble, site: SiteDouble, settings: Settings
) -> None:
    ada = telegram.user(OWNER, "Ada")
    async with running(settings):
        by_day = ada.say(site.url("/short"))
        await reaction(telegram, by_day, "👍")
        database = Database(settings.database)
        await wish(database, OWNER, quiet_from=0, quiet_until=24 * 60, sends_pdf=False)
        await database.close()
        ada.say(f"{site.url('/short')} #night")
        await ada.sees("You have had")
        ada.press(ada.chat.last, "Open copy")
        await telegram.until(lambda: len(photos(ada)) == 2)
    sounds = [message.is_silent for message in ada.chat.messages if message.is_from_bot]
    assert sounds == [False, True, True, True], "status and PDF by day, answer and card by night"

"""The commands for what Tagshot needs, and for how it is doing."""

from functools import partial

from bot.alone import refuse_beside_a_bot
from bot.capture.setup import provision
from bot.cli.root import command
from bot.cli.shell import Json, finished, given_settings, print_json, said, terminal_words
from bot.conversation.status import told as told_status
from bot.health.gathering import gather_from_outside
from bot.health.gathering import record as status_record
from bot.plain import as_text
from bot.settings import terminal_language
from storage.database import Database


@command("migrate")
def migrate() -> None:
    settings = given_settings()

    async def work() -> None:
        database = Database(settings.database)
        try:
            await database.migrate(partial(refuse_beside_a_bot, settings.data_dir, terminal_language()))
        finally:
            await database.close()

    finished(work())
    print(terminal_words()("at-newest-schema"))


@command("setup")
def setup() -> None:
    provision.set_up(given_settings(), lambda line: print(said(line), flush=True))


@command("status")
def _status(as_json: Json = False) -> None:
    gathered = finished(gather_from_outside(given_settings()))
    if as_json:
        print_json(status_record(gathered))
    else:
        print(as_text(told_status(terminal_words(), gathered)))

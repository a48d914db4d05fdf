"""The commands that run the bot, or its conversation in this terminal."""

import typer

from bot import app, chat
from bot.alone import alone
from bot.cli.root import command
from bot.cli.shell import errors, finished, given_settings, terminal_words
from bot.memory import be_sparing


@command("run")
def run() -> None:
    be_sparing()
    settings = given_settings(is_service=True)
    if settings.telegram_bot_token is None:
        errors.print(terminal_words()("no-token"))
        raise typer.Exit(finished(chat.run_chat(settings)))
    with alone(settings.data_dir):
        finished(app.until_stopped(app.run_bot(settings)))


@command("chat")
def _chat() -> None:
    be_sparing()
    raise typer.Exit(finished(chat.run_chat(given_settings())))

"""The command that checks everything by really using it."""

import typer

from bot import doctor
from bot.cli.root import command
from bot.cli.shell import finished, given_settings, terminal_words
from bot.findings import report


@command("doctor")
def _doctor() -> None:
    findings = finished(doctor.examine(given_settings()))
    print(report(terminal_words(), findings))
    raise typer.Exit(1 if any(each.has_failed for each in findings) else 0)

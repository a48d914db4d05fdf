"""What a message means together with others: the caption that a phone sent before its link, and what it answers."""

import re
from dataclasses import replace

from bot.conversation import commands, parse
from bot.conversation.message import Incoming
from bot.conversation.parse import Parsed
from storage.saving import Caption

JOIN_SECONDS = 30
_FORWARDED = "↪"


def understood(incoming: Incoming) -> Parsed:
    """A message by itself; what calls the bot by its name is no part of the note."""
    parsed = parse.parse(
        incoming.text, incoming.entities, is_forward=incoming.is_forward, spare_urls=incoming.spare_urls
    )
    if not incoming.is_mention:
        return parsed
    name = re.compile(rf"@{re.escape(incoming.bot_name)}(?!\w)", re.IGNORECASE)
    lines = (" ".join(name.sub(" ", line).split()) for line in parsed.note.split("\n"))
    return replace(parsed, note="\n".join(line for line in lines if line))


def meant(incoming: Incoming) -> Parsed:
    """A message, with the links of the one that it answers where it is about them.

    That is said by tags, by a command that saves, by calling the bot; in private by quoting from another chat.
    """
    parsed, answered = understood(incoming), incoming.answered
    if answered is None or parsed.links or parsed.rejected or not _is_about_answered(incoming, parsed):
        return parsed
    found = parse.parse(
        answered.text, answered.entities, is_forward=answered.is_elsewhere, spare_urls=answered.spare_urls
    )
    if not found.links:
        return parsed
    note = with_origin(found.note, answered.written_by)
    return parse.join(replace(found, rejected=(), command=None, note=note), parsed)


def caption_in(earlier: Incoming) -> Caption | None:
    """The message before a link as the link's caption, if it was nothing but tags and answered nothing."""
    parsed = understood(earlier)
    is_one = stands_alone(earlier) and is_caption(parsed)
    return Caption(earlier.message_id, parsed.tags) if is_one else None


def is_caption(parsed: Parsed) -> bool:
    """Whether a message is nothing but tags."""
    return bool(parsed.tags) and not (parsed.links or parsed.rejected or parsed.command or parsed.note)


def stands_alone(incoming: Incoming) -> bool:
    """Whether a message answers nothing; what answers something is about that, and no caption of another."""
    return incoming.reply_to is None and incoming.answered is None


def belong_together(earlier: Incoming, later: Incoming) -> bool:
    """Whether one person's phone sent these as one: iOS sends the caption first, then the link."""
    return (
        (earlier.author_id, earlier.thread_id) == (later.author_id, later.thread_id)
        and not later.is_edit
        and abs((later.sent_at - earlier.sent_at).total_seconds()) <= JOIN_SECONDS
    )


def with_origin(note: str, written_by: str | None) -> str:
    """A note, and below it who wrote first what it is about, if that is somebody else."""
    return "\n".join(part for part in (note, f"{_FORWARDED} {written_by}" if written_by else "") if part)


def _is_about_answered(incoming: Incoming, parsed: Parsed) -> bool:
    if parsed.command is not None:
        command = commands.command_named(parsed.command.name)
        return command is not None and command.saves_links
    is_quoted_in_private = (
        incoming.is_private and incoming.answered is not None and incoming.answered.is_elsewhere
    )
    return bool(parsed.tags) or incoming.is_mention or is_quoted_in_private

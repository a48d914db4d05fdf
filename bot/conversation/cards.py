"""How a snapshot looks in a chat: its card with the files to be had, or why there is none. Lists are next door."""

from collections.abc import Iterable

from bot.conversation import wording
from bot.conversation.foreign import escaped, file_stem
from bot.conversation.render import (
    TITLE_LENGTH,
    anchor,
    date,
    hashtags,
    in_lines,
    link_id,
    mark,
    name,
    saved,
    site,
)
from bot.conversation.replies import Action, Attachment, Button, Card, Message, Verb
from bot.file_types import ending
from storage.models import Artifact, ArtifactKind, Link, Snapshot, SnapshotStatus, now

REASON_LENGTH = 250
NAME_LENGTH = 60
_FILE_BUTTONS = (
    (ArtifactKind.PDF, wording.BUTTON_PDF, Verb.PDF),
    (ArtifactKind.FULLPAGE, wording.BUTTON_FULL_PAGE, Verb.FULL_PAGE),
    (ArtifactKind.ORIGINAL, wording.BUTTON_FILE, Verb.FILE),
)


def card(snapshot: Snapshot, failed_since: Snapshot | None = None) -> Card | Message:
    """A snapshot as the chat keeps it: the card when it was kept, else how it stands.

    ``failed_since`` is a newer try that came to nothing.
    """
    link = snapshot.link
    again = Button(wording.BUTTON_AGAIN, Action(Verb.AGAIN, (link_id(link),)))
    if snapshot.status != SnapshotStatus.DONE:
        buttons = ((*_evidence_button(snapshot), again),)
        return Message(_failure(snapshot), buttons) if mark(snapshot) else Message(saved(link))
    caption = in_lines(
        f"<b>{anchor(link, TITLE_LENGTH)}</b>",
        f"{site(snapshot.final_url or link.url)} · {date(snapshot.captured_at or link.created_at)}",
        hashtags(link.tags),
        _remark(snapshot),
        _failed_since(failed_since) if failed_since else "",
    )
    buttons = ((*_file_buttons(snapshot), again),)
    screen = snapshot.artifact(ArtifactKind.SCREEN)
    if screen is None:
        return Message(caption, buttons)
    return Card(screen, _file_name(link, screen), caption, buttons)


def _file_buttons(snapshot: Snapshot) -> Iterable[Button]:
    for kind, label, verb in _FILE_BUTTONS:
        if snapshot.artifact(kind):
            yield Button(label, Action(verb, (snapshot.id or 0,)))


def _remark(snapshot: Snapshot) -> str:
    """What a person should know of the copy before relying on it."""
    page = snapshot.described()
    original = snapshot.artifact(ArtifactKind.ORIGINAL)
    if snapshot.problems:
        missing = escaped(snapshot.problems.replace("\n", " "), REASON_LENGTH)
        return wording.NOT_WHOLE.format(missing=missing)
    if original:
        return wording.file(escaped(original.content_type, NAME_LENGTH), original.size_bytes)
    return wording.MEDIA.get(page.medium or "", "")


def _evidence_button(snapshot: Snapshot) -> Iterable[Button]:
    if snapshot.artifact(ArtifactKind.SCREEN):
        yield Button(wording.BUTTON_SEEN, Action(Verb.SEEN, (snapshot.id or 0,)))


def _failed_since(snapshot: Snapshot) -> str:
    reason = escaped(snapshot.error or "", REASON_LENGTH)
    return wording.FAILED_SINCE.format(date=date(snapshot.captured_at or now()), reason=reason)


def _failure(snapshot: Snapshot) -> str:
    """Why a page was not kept, and what comes next."""
    link = snapshot.link
    reason = escaped(snapshot.error or "", REASON_LENGTH)
    return in_lines(
        f"{wording.BROKEN} {anchor(link)}", hashtags(link.tags), f"{reason} {_next_try(snapshot)}".rstrip()
    )


def _next_try(snapshot: Snapshot) -> str:
    match snapshot.status:
        case SnapshotStatus.QUEUED:
            return wording.TRIES_AGAIN.format(wait=wording.wait((snapshot.run_after - now()).total_seconds()))
        case SnapshotStatus.RUNNING:
            return wording.TRYING_AGAIN
        case _:
            return ""


def attachment(snapshot: Snapshot, artifact: Artifact) -> Attachment:
    """A file of a snapshot, named after the page."""
    return Attachment(artifact, _file_name(snapshot.link, artifact))


def attachments(snapshot: Snapshot, kind: ArtifactKind) -> list[Attachment]:
    """The files of one kind, named after the page."""
    return [attachment(snapshot, each) for each in snapshot.artifacts_of(kind)]


def _file_name(link: Link, artifact: Artifact) -> str:
    stem = file_stem(name(link))
    if artifact.kind == ArtifactKind.FULLPAGE:  # of the same type as the first screen
        stem = wording.FULL_PAGE_FILE.format(name=stem)
    if artifact.position:
        stem = f"{stem} {artifact.position + 1}"
    suffix = ending(artifact.content_type, artifact.name)
    return stem.removesuffix(suffix) + suffix

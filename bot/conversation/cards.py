"""How a snapshot looks in a chat: its card with the files to be had, or why there is none. Lists are next door."""

from collections.abc import Iterable

from bot.conversation.foreign import escaped, file_stem
from bot.conversation.render import (
    TITLE_LENGTH,
    anchor,
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
from bot.wording import BROKEN, Words
from storage.models import Artifact, ArtifactKind, Link, Snapshot, SnapshotStatus, now

REASON_LENGTH = 250
NAME_LENGTH = 60
_FILE_BUTTONS = (
    (ArtifactKind.PDF, "button-pdf", Verb.PDF),
    (ArtifactKind.FULLPAGE, "button-full-page", Verb.FULL_PAGE),
    (ArtifactKind.ORIGINAL, "button-file", Verb.FILE),
)
_MEDIA = {"video": "has-video", "audio": "has-sound"}


def card(words: Words, snapshot: Snapshot, failed_since: Snapshot | None = None) -> Card | Message:
    """A snapshot as the chat keeps it: the card when it was kept, else how it stands.

    ``failed_since`` is a newer try that came to nothing.
    """
    link = snapshot.link
    again = Button(words("button-again"), Action(Verb.AGAIN, (link_id(link),)))
    if snapshot.status != SnapshotStatus.DONE:
        buttons = ((*_evidence_button(words, snapshot), again),)
        return Message(_failure(words, snapshot), buttons) if mark(snapshot) else Message(saved(words, link))
    caption = in_lines(
        f"<b>{anchor(link, TITLE_LENGTH)}</b>",
        f"{site(snapshot.final_url or link.url)} · {words.date(snapshot.captured_at or link.created_at)}",
        hashtags(link.tags),
        _remark(words, snapshot),
        _failed_since(words, failed_since) if failed_since else "",
    )
    buttons = ((*_file_buttons(words, snapshot), again),)
    screen = snapshot.artifact(ArtifactKind.SCREEN)
    if screen is None:
        return Message(caption, buttons)
    return Card(screen, _file_name(words, link, screen), caption, buttons)


def _file_buttons(words: Words, snapshot: Snapshot) -> Iterable[Button]:
    for kind, label, verb in _FILE_BUTTONS:
        if snapshot.artifact(kind):
            yield Button(words(label), Action(verb, (snapshot.id or 0,)))


def _remark(words: Words, snapshot: Snapshot) -> str:
    """What a person should know of the copy before relying on it."""
    page = snapshot.described()
    original = snapshot.artifact(ArtifactKind.ORIGINAL)
    if snapshot.problems:
        missing = escaped(snapshot.problems.replace("\n", " "), REASON_LENGTH)
        return words("not-whole", missing=missing)
    if original:
        kind = escaped(original.content_type, NAME_LENGTH)
        return words("file", type=kind, size=words.size(original.size_bytes))
    return words(_MEDIA[page.medium]) if page.medium in _MEDIA else ""


def _evidence_button(words: Words, snapshot: Snapshot) -> Iterable[Button]:
    if snapshot.artifact(ArtifactKind.SCREEN):
        yield Button(words("button-seen"), Action(Verb.SEEN, (snapshot.id or 0,)))


def _failed_since(words: Words, snapshot: Snapshot) -> str:
    reason = escaped(snapshot.error or "", REASON_LENGTH)
    return words("failed-since", date=words.date(snapshot.captured_at or now()), reason=reason)


def _failure(words: Words, snapshot: Snapshot) -> str:
    """Why a page was not kept, and what comes next."""
    link = snapshot.link
    reason = escaped(snapshot.error or "", REASON_LENGTH)
    return in_lines(
        f"{BROKEN} {anchor(link)}", hashtags(link.tags), f"{reason} {_next_try(words, snapshot)}".rstrip()
    )


def _next_try(words: Words, snapshot: Snapshot) -> str:
    match snapshot.status:
        case SnapshotStatus.QUEUED:
            return words("tries-again", wait=words.wait((snapshot.run_after - now()).total_seconds()))
        case SnapshotStatus.RUNNING:
            return words("trying-again")
        case _:
            return ""


def attachment(words: Words, snapshot: Snapshot, artifact: Artifact) -> Attachment:
    """A file of a snapshot, named after the page."""
    megabytes = round(artifact.size_bytes / 1_000_000)
    return Attachment(
        artifact,
        _file_name(words, snapshot.link, artifact),
        words("too-large-to-send", megabytes=megabytes),
    )


def attachments(words: Words, snapshot: Snapshot, kind: ArtifactKind) -> list[Attachment]:
    """The files of one kind, named after the page."""
    return [attachment(words, snapshot, each) for each in snapshot.artifacts_of(kind)]


def _file_name(words: Words, link: Link, artifact: Artifact) -> str:
    stem = file_stem(name(link))
    if artifact.kind == ArtifactKind.FULLPAGE:  # of the same type as the first screen
        stem = words("full-page-file", name=stem)
    if artifact.position:
        stem = f"{stem} {artifact.position + 1}"
    suffix = ending(artifact.content_type, artifact.name)
    return stem.removesuffix(suffix) + suffix

"""How a snapshot looks in a chat: its card with the files to be had, or why there is none. Lists are next door."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.conversation.foreign import escaped, file_stem, plain
from bot.conversation.render import (
    BUTTON_TAG_LENGTH,
    TITLE_LENGTH,
    anchor,
    hashtags,
    in_lines,
    link_id,
    mark,
    name,
    rows,
    saved,
    shown_units,
    site,
)
from bot.conversation.replies import Action, Attachment, Button, Card, Message, Verb
from bot.file_types import ending
from bot.wording import BROKEN, Words
from bot.wording.stored import retold
from storage.kinds import ArtifactKind, SnapshotStatus, Verdict
from storage.library import TagCount
from storage.models import Artifact, Link, Snapshot, now

REASON_LENGTH = 250
NAME_LENGTH = 60
AUTHOR_LENGTH = 40
_FILE_BUTTONS = (
    (ArtifactKind.PDF, "button-pdf", Verb.PDF),
    (ArtifactKind.FULLPAGE, "button-full-page", Verb.FULL_PAGE),
    (ArtifactKind.TEXT, "button-text", Verb.TEXT),
    (ArtifactKind.HTML, "button-html", Verb.HTML),
    (ArtifactKind.ORIGINAL, "button-file", Verb.FILE),
)
_WALLS = {Verdict.BOT_WALL, Verdict.LOGIN_REQUIRED, Verdict.PAYWALL, Verdict.BLANK}
CHIPS = 4
FILES_IN_A_ROW = 2
CAPTION_LENGTH = 1024
"""In UTF-16 units: what Telegram takes below a picture."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many units the note and each reason may have in a caption, and how many tags are shown."""

    note: int
    reason: int
    tags: int


ROOMS = (
    Room(300, 250, 20),
    Room(200, 250, 20),
    Room(160, 160, 20),
    Room(120, 120, 20),
    Room(80, 120, 16),
    Room(40, 80, 10),
)
_MEDIA = {"video": "has-video", "audio": "has-sound"}


def card(
    words: Words,
    snapshot: Snapshot,
    failed_since: Snapshot | None = None,
    chips: Sequence[TagCount] = (),
) -> Card | Message:
    """A snapshot as the chat keeps it: the card when it was kept, else how it stands.

    ``failed_since`` is a newer try that came to nothing; ``chips`` are tags to put on the link with a tap.
    """
    link = snapshot.link
    link_ids = (link_id(link),)
    if snapshot.status != SnapshotStatus.DONE:
        if not mark(snapshot):
            return Message(saved(words, link), link_ids=link_ids)
        evidence = tuple(_evidence_button(words, snapshot))
        shown = (*evidence, *_again(words, snapshot))
        return Message(_failure(words, snapshot), (shown, _changing(words, link)), link_ids=link_ids)
    caption = _caption(words, snapshot, failed_since)
    buttons = (
        *rows([_chip(link, count) for count in chips], 2),
        *rows(list(_file_buttons(words, snapshot)), FILES_IN_A_ROW),
        (*_again(words, snapshot), *_changing(words, link)),
    )
    screen = snapshot.artifact(ArtifactKind.SCREEN)
    if screen is None:
        return Message(caption, buttons, link_ids=link_ids)
    return Card(screen, _file_name(words, link, screen), caption, buttons, link_ids)


def _caption(words: Words, snapshot: Snapshot, failed_since: Snapshot | None) -> str:
    """What stands below the picture; the more there is to say, the shorter each part is said."""
    link, caption = snapshot.link, ""
    for room in ROOMS:
        caption = in_lines(
            f"<b>{anchor(link, TITLE_LENGTH)}</b>",
            _origin(words, snapshot),
            hashtags(link.tags, room.tags),
            _note(link, room.note),
            _remark(words, snapshot, room.reason),
            _failed_since(words, failed_since, room.reason) if failed_since else "",
        )
        if shown_units(caption) <= CAPTION_LENGTH:
            break
    return caption


def public(words: Words, snapshot: Snapshot) -> str:
    """A card's text for other chats: without the note, which is the person's own."""
    return in_lines(
        f"<b>{anchor(snapshot.link, TITLE_LENGTH)}</b>",
        _origin(words, snapshot),
        hashtags(snapshot.link.tags),
    )


def more_pictures(words: Words, snapshot: Snapshot, action: Action, shown: int, count: int) -> Message:
    """What stands below some pictures of a page: how many there are, the next ones, and all of it as one file."""
    buttons = [Button(words("button-as-file"), Action(Verb.PICTURE, action.ids))]
    if shown < count:
        buttons.insert(0, Button(words("button-more-pictures"), action.turned_to(action.page + 1)))
    return Message(
        words("pictures-shown", shown=shown, count=count), (tuple(buttons),), link_ids=(snapshot.link_id,)
    )


def _again(words: Words, snapshot: Snapshot) -> Iterable[Button]:
    """A new snapshot; where a wall stood in the way, also one as a phone sees the page."""
    link = (link_id(snapshot.link),)
    yield Button(words("button-again"), Action(Verb.AGAIN, link))
    if snapshot.verdict in _WALLS:
        yield Button(words("button-phone"), Action(Verb.PHONE, link))


def _changing(words: Words, link: Link) -> tuple[Button, ...]:
    return (
        Button(words("button-tags"), Action(Verb.RETAG, (link_id(link),))),
        Button(words("button-delete"), Action(Verb.DELETE, (link_id(link),))),
    )


def _chip(link: Link, count: TagCount) -> Button:
    return Button(f"+ #{plain(count.name, BUTTON_TAG_LENGTH)}", Action(Verb.CHIP, (link_id(link), count.id)))


def _origin(words: Words, snapshot: Snapshot) -> str:
    """Where a page is from, by whom, of when, when it was captured, and how large and long its PDF is."""
    page, link = snapshot.described(), snapshot.link
    pdf = snapshot.artifact(ArtifactKind.PDF)
    parts = (
        site(snapshot.final_url or link.url),
        escaped(page.author or "", AUTHOR_LENGTH),
        words("published", date=words.date(page.published_on)) if page.published_on else "",
        words("captured", date=words.date(snapshot.captured_at or link.created_at)),
        words("pdf-size", size=words.size(pdf.size_bytes)) if pdf else "",
        words("pages", count=pdf.pages) if pdf and pdf.pages else "",
    )
    return " · ".join(part for part in parts if part)


def _note(link: Link, length: int) -> str:
    return f"📝 {escaped(link.note, length)}" if link.note else ""


def _file_buttons(words: Words, snapshot: Snapshot) -> Iterable[Button]:
    for kind, label, verb in _FILE_BUTTONS:
        if snapshot.artifact(kind):
            yield Button(words(label), Action(verb, (snapshot.id or 0,)))


def _remark(words: Words, snapshot: Snapshot, length: int) -> str:
    """What a person should know of the copy before relying on it."""
    page = snapshot.described()
    original = snapshot.artifact(ArtifactKind.ORIGINAL)
    if snapshot.problems:
        missing = escaped(" ".join(retold(words, line) for line in snapshot.problems.splitlines()), length)
        return words("not-whole", missing=missing)
    if original:
        kind = escaped(original.content_type, NAME_LENGTH)
        return words("file", type=kind, size=words.size(original.size_bytes))
    return words(_MEDIA[page.medium]) if page.medium in _MEDIA else ""


def _evidence_button(words: Words, snapshot: Snapshot) -> Iterable[Button]:
    if snapshot.artifact(ArtifactKind.SCREEN):
        yield Button(words("button-seen"), Action(Verb.SEEN, (snapshot.id or 0,)))


def _failed_since(words: Words, snapshot: Snapshot, length: int) -> str:
    reason = escaped(retold(words, snapshot.error or ""), length)
    return words("failed-since", date=words.date(snapshot.captured_at or now()), reason=reason)


def _failure(words: Words, snapshot: Snapshot) -> str:
    """Why a page was not kept, and what comes next."""
    link = snapshot.link
    reason = escaped(retold(words, snapshot.error or ""), REASON_LENGTH)
    return in_lines(
        f"{BROKEN} {anchor(link)}",
        hashtags(link.tags),
        _note(link, ROOMS[0].note),
        f"{reason} {_next_try(words, snapshot)}".rstrip(),
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

"""What is answered: a message or a press goes in, replies come out. The same for every front end."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.addresses import AddressRule
from bot.conversation import cards, commands, parse, render, urls
from bot.conversation.languages import Languages
from bot.conversation.members import Members
from bot.conversation.message import Incoming
from bot.conversation.replies import Action, Message, Reaction, Reply, Toast, Verb
from bot.errors import RefusedAddress
from bot.wording import KEPT, SEEN, Words
from storage.database import Database
from storage.library import Library
from storage.models import ArtifactKind
from storage.saving import NewLink, Origin, Saved, SaveOutcome

JOIN_SECONDS = 30
WHY_REJECTED = {
    parse.Rejection.OTHER_SCHEME: "other-scheme",
    parse.Rejection.NO_ADDRESS: "no-address",
}
_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*:[/\\]*)?.*@", re.IGNORECASE | re.DOTALL)
KIND_OF = {
    Verb.PDF: ArtifactKind.PDF,
    Verb.FULL_PAGE: ArtifactKind.FULLPAGE,
    Verb.FILE: ArtifactKind.ORIGINAL,
    Verb.SEEN: ArtifactKind.SCREEN,
}


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed. ``message_id`` is the message that it hangs on."""

    chat_id: int
    message_id: int
    data: str
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """What came of saving a message: its links, and the addresses that were refused with the reason."""

    saved: Sequence[Saved]
    refusals: Sequence[tuple[str, str]]


class Conversation:
    """Answers messages and presses. ``wake`` is called when there is something new to capture."""

    def __init__(
        self,
        database: Database,
        members: Members,
        languages: Languages,
        rule: AddressRule,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._members = members
        self._languages = languages
        self._rule = rule
        self._wake = wake

    async def answer(self, incoming: Incoming, earlier: Incoming | None = None) -> Sequence[Reply]:
        """Answer a message. What it saves is committed when this returns; doing it twice saves once.

        ``earlier`` is the message before it in the chat: phones send a caption as a message of its own.
        """
        parsed = _parse(incoming)
        if parsed.links and earlier is not None and _belong_together(earlier, incoming):
            parsed = _with_caption(_parse(earlier), parsed)
        library = Library(self._database, incoming.chat_id)
        words = await self._languages.of(incoming.chat_id)
        given, has_links = parsed.command, bool(parsed.links or parsed.rejected)
        command = commands.command_named(given.name) if given else None
        if given and command and not (command.saves_links and has_links):
            return await self._obey(
                command, commands.Asked(incoming, given.argument, library, self._members, words)
            )
        if has_links:
            return await self._save(words, parsed, incoming, library)
        if given:
            return [Message(words("unknown-command", name=given.name))] if incoming.is_private else []
        if parsed.tags:
            return [await commands.by_tag(words, library, parsed.tags)]
        return [Message(words("hint"))] if incoming.is_private and not incoming.is_edit else []

    async def press(self, press: Press) -> Sequence[Reply]:
        """Answer a press. What the chat does not have, and what is no button of ours, is answered alike."""
        action = Action.read(press.data)
        library = Library(self._database, press.chat_id)
        words = await self._languages.of(press.chat_id)
        replies = await self._act(words, action, press, library) if action else None
        return replies or [Toast(words("toast-expired"))]

    async def _obey(self, command: commands.Command, asked: commands.Asked) -> Sequence[Reply]:
        if command.is_for_owner and not self._members.is_owner(asked.incoming.author_id):
            return [Message(asked.words("owner-only"))]
        return await command.run(asked)

    async def save(
        self, words: Words, parsed: parse.Parsed, library: Library, origin: Origin | None
    ) -> Saving:
        """Save what a message holds, to be told to ``origin``; without one nobody is told."""
        new_links, refusals = self._sorted(words, parsed)
        saved = await library.add(new_links, origin)
        if any(each.outcome == SaveOutcome.QUEUED for each in saved):
            self._wake()
        return Saving(saved, refusals)

    async def _save(
        self, words: Words, parsed: parse.Parsed, incoming: Incoming, library: Library
    ) -> list[Reply]:
        saving = await self.save(words, parsed, library, Origin(incoming.message_id, incoming.thread_id))
        return [
            *_told(words, saving.saved),
            *([render.refused(words, saving.refusals)] if saving.refusals else []),
        ]

    def _sorted(self, words: Words, parsed: parse.Parsed) -> tuple[list[NewLink], list[tuple[str, str]]]:
        """The links that may be fetched, and the others with the reason why not."""
        new_links, refusals = [], []
        for link in parsed.links:
            try:
                url = self._rule.check_url(urls.absolute(link.url))
            except RefusedAddress as error:
                refusals.append((_shown(link.url), str(error)))
            else:
                new_links.append(NewLink(url, urls.url_key(url), link.tags))
        refusals.extend(
            (_shown(rejected.url), words(WHY_REJECTED[rejected.reason])) for rejected in parsed.rejected
        )
        return new_links, refusals

    async def _act(
        self, words: Words, action: Action, press: Press, library: Library
    ) -> Sequence[Reply] | None:
        match action:
            case Action(verb=Verb.CARD, ids=(link_id,)):
                return await _card(words, library, link_id)
            case Action(verb=Verb.PDF | Verb.FULL_PAGE | Verb.FILE | Verb.SEEN, ids=(snapshot_id,)):
                return await _file(words, library, snapshot_id, KIND_OF[action.verb])
            case Action(verb=Verb.AGAIN, ids=(link_id,)):
                return await self._again(words, library, link_id, Origin(press.message_id, press.thread_id))
            case Action(verb=Verb.BY_TAG, ids=ids) if 0 < len(ids) <= commands.TAGS_IN_A_QUERY:
                return await _by_tags(words, library, action)
            case Action(verb=Verb.RECENT):
                return [render.in_place(await commands.recent(words, library, action))]
            case Action(verb=Verb.TAGS):
                return [render.in_place(await commands.all_tags(words, library, action.page))]
            case _:
                return None

    async def _again(
        self, words: Words, library: Library, link_id: int, origin: Origin
    ) -> Sequence[Reply] | None:
        saved = await library.again(link_id, origin)
        if saved is None:
            return None
        toast = Toast(words("toast-capturing"))
        if saved.announcement_id is None or saved.outcome == SaveOutcome.REPEATED:
            return [toast]
        self._wake()
        return [
            toast,
            Message(render.capturing_again(words, saved.link), announcement_ids=(saved.announcement_id,)),
        ]


def _parse(incoming: Incoming) -> parse.Parsed:
    return parse.parse(
        incoming.text, incoming.entities, is_forward=incoming.is_forward, spare_urls=incoming.spare_urls
    )


def _shown(url: str) -> str:
    """A refused address as it is repeated to the person: never with a password in it.

    Where nobody can tell which part may be one, all that stands before an @ is left out.
    """
    try:
        return urls.canonical(url)
    except ValueError:
        return _CREDENTIALS.sub(r"\1", url)


def _belong_together(earlier: Incoming, later: Incoming) -> bool:
    """Whether one person's phone sent these as one: iOS sends the caption first, then the link."""
    return (
        (earlier.author_id, earlier.thread_id) == (later.author_id, later.thread_id)
        and not later.is_edit
        and abs((later.sent_at - earlier.sent_at).total_seconds()) <= JOIN_SECONDS
    )


def _with_caption(earlier: parse.Parsed, later: parse.Parsed) -> parse.Parsed:
    """The message with the tags of the one before it, if that one was nothing but tags."""
    is_caption = earlier.tags and not (earlier.links or earlier.rejected or earlier.command or earlier.note)
    return parse.join(earlier, later) if is_caption else later


def _told(words: Words, saved: Sequence[Saved]) -> list[Reply]:
    """What is said of saved links: one that is queued gets a status that becomes its card, several a summary."""
    queued = [each for each in saved if each.outcome == SaveOutcome.QUEUED]
    kept = [each.link for each in saved if each.outcome == SaveOutcome.KEPT]
    replies: list[Reply] = []
    if queued or kept:
        replies.append(Reaction(SEEN if queued else KEPT))
    ids = tuple(each.announcement_id for each in queued if each.announcement_id is not None)
    if len(queued) == 1:
        replies.append(Message(render.saved(words, queued[0].link), announcement_ids=ids))
    elif queued:
        text = render.summary(words, [(each.link, "") for each in queued])
        replies.append(Message(text, announcement_ids=ids, is_summary=True))
    if kept:
        replies.append(render.kept(words, kept))
    return replies


async def _card(words: Words, library: Library, link_id: int) -> Sequence[Reply] | None:
    snapshot = await library.newest_snapshot(link_id)
    if snapshot is None:
        return None
    return [cards.card(words, snapshot, await library.failure_since(snapshot))]


async def _file(
    words: Words, library: Library, snapshot_id: int, kind: ArtifactKind
) -> Sequence[Reply] | None:
    snapshot = await library.snapshot(snapshot_id)
    if snapshot is None:
        return None
    return cards.attachments(words, snapshot, kind) or [Toast(words("toast-no-such-file"))]


async def _by_tags(words: Words, library: Library, action: Action) -> Sequence[Reply] | None:
    known = {count.id: count for count in await library.tags()}
    if not all(tag_id in known for tag_id in action.ids):
        return None
    counts = [known[tag_id] for tag_id in action.ids]
    return [render.in_place(await commands.page_by_tags(words, library, counts, action))]

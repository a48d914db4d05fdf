"""What is answered: a message or a press goes in, replies come out. The same for every front end.

What a button does is next door in ``presses``, a command in ``commands``, an answer to a message in ``replying``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.addresses import AddressRule
from bot.conversation import (
    commands,
    finding,
    forgetting,
    inline,
    joining,
    parse,
    presses,
    render,
    replying,
    saying,
)
from bot.conversation.admitting import admitted
from bot.conversation.asked import Asked, Shelf
from bot.conversation.giving import Giving
from bot.conversation.members import Members
from bot.conversation.message import Incoming
from bot.conversation.pressed import Pressed
from bot.conversation.replies import Action, Message, Reply, Toast, Verb, silenced
from bot.conversation.status import Gather
from bot.conversation.wishes import Wishes, is_quiet
from bot.wording import Words
from storage.database import Database
from storage.library import Library
from storage.models import Link
from storage.quota import NO_QUOTA, Quota
from storage.saving import Origin, Saved, SaveOutcome


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was pressed, by whom. ``message_id`` is the message that it hangs on."""

    chat_id: int
    message_id: int
    data: str
    thread_id: int | None = None
    language_code: str | None = None
    person_id: int | None = None


class Conversation:
    """Answers messages and presses. ``wake`` is called when there is something new to capture.

    ``giving`` keeps the files that persons send in place of a capture, and gives all files that are kept.
    """

    def __init__(
        self,
        database: Database,
        giving: Giving,
        members: Members,
        wishes: Wishes,
        rule: AddressRule,
        wake: Callable[[], None],
        status: Gather | None = None,
        *,
        quota: Quota = NO_QUOTA,
    ) -> None:
        self._database = database
        self._giving = giving
        self._members = members
        self._wishes = wishes
        self._rule = rule
        self._wake = wake
        self._status = status
        self._quota = quota

    @property
    def wishes(self) -> Wishes:
        """What the chats wish."""
        return self._wishes

    async def answer(
        self, incoming: Incoming, earlier: Incoming | None = None, later: Incoming | None = None
    ) -> Sequence[Reply]:
        """Answer a message. What it saves is committed when this returns; doing it twice saves once.

        ``earlier`` and ``later`` are the messages before and after it in the chat: phones send a caption as a
        message of its own.
        """
        return await self._quietly(incoming.chat_id, await self._heard(incoming, earlier, later))

    async def _heard(
        self, incoming: Incoming, earlier: Incoming | None, later: Incoming | None
    ) -> Sequence[Reply]:
        """Answer a message, with the one before it or after it where they belong together."""
        asked = await self._asked(incoming)
        replies = await replying.answered(asked, self._giving)
        if replies is not None or (incoming.continues_album and not incoming.text):
            return replies or []
        parsed = joining.meant(incoming)
        if parsed.links and earlier is not None and joining.belong_together(earlier, incoming):
            asked = replace(asked, caption=joining.caption_in(earlier))
        elif joining.is_caption(parsed) and joining.stands_alone(incoming) and not incoming.is_edit:
            if later is not None and _has_links(later) and joining.belong_together(incoming, later):
                return []
            if earlier is not None and _has_links(earlier) and joining.belong_together(earlier, incoming):
                return await replying.captioned(asked, earlier, parsed) or await self._answer(asked, parsed)
        return await self._answer(asked, parsed)

    def may_be_caption(self, incoming: Incoming) -> bool:
        """Whether a message is nothing but tags, so that a link may follow that they are meant for."""
        is_new = joining.stands_alone(incoming) and not incoming.is_edit
        return is_new and joining.is_caption(joining.understood(incoming))

    async def press(self, press: Press) -> Sequence[Reply]:
        """Answer a press. What the chat does not have, and what is no button of ours, is answered alike."""
        return await self._quietly(press.chat_id, await self._pressed(press))

    async def _quietly(self, chat_id: int, replies: Sequence[Reply]) -> Sequence[Reply]:
        """The replies, without a sound where the chat wants quiet now: they may be about one of its many people."""
        return silenced(replies) if replies and is_quiet(await self._wishes.of(chat_id)) else replies

    async def _pressed(self, press: Press) -> Sequence[Reply]:
        words = await self._wishes.languages.of(press.chat_id, press.language_code)
        action = Action.read(press.data)
        if action is None:
            return [Toast(words("toast-expired"))]
        if action.verb == Verb.SETTINGS:
            page = await self._wishes.press(words, press.chat_id, action)
            return [page] if page else [Toast(words("toast-expired"))]
        pressed = Pressed(
            action,
            words,
            self._shelf(press.chat_id),
            Origin(press.message_id, press.thread_id),
            press.message_id,
            wants_album=(await self._wishes.of(press.chat_id)).has_albums,
            wake=self._wake,
            may_forget=forgetting.may(self._members, press.chat_id, press.person_id),
        )
        replies = await presses.act(pressed) or [Toast(words("toast-expired"))]
        if action.verb == Verb.FORGET:
            self._wishes.languages.forget(press.chat_id)
        return replies

    async def inline(self, asked: inline.InlineAsked) -> inline.InlineAnswer:
        """What of their own library a person is offered in another chat."""
        words = await self._wishes.languages.of(asked.person_id, asked.language_code)
        return await inline.answer(words, Library(self._database, asked.person_id), asked)

    async def _answer(self, asked: Asked, parsed: parse.Parsed) -> Sequence[Reply]:
        """Answer a message that stands for itself."""
        incoming, words = asked.incoming, asked.words
        given, has_links = parsed.command, bool(parsed.links or parsed.rejected)
        command = commands.command_named(given.name) if given else None
        if given and command and not (command.saves_links and has_links):
            return await self._obey(command, replace(asked, argument=given.argument))
        if has_links:
            is_meant = incoming.is_private or given or incoming.is_mention
            if not is_meant and not (await self._wishes.of(incoming.chat_id)).saves_plain_links:
                return []
            return await (self._follow if incoming.is_edit else self._save)(asked, parsed)
        if given:
            unknown = Message(words("unknown-command", name=given.name))
            return [unknown] if incoming.is_private else []
        if parsed.tags:
            return [await finding.by_tag(words, asked.shelf, parsed.tags)]
        return [Message(words("hint"))] if incoming.is_private and not incoming.is_edit else []

    async def _asked(self, incoming: Incoming) -> Asked:
        words = await self._wishes.languages.of(incoming.chat_id, incoming.language_code)
        return Asked(
            incoming, "", self._shelf(incoming.chat_id), self._members, words, self._wishes, self._status
        )

    def _shelf(self, chat_id: int) -> Shelf:
        return Shelf.of(self._database, chat_id, self._giving.artifacts, self._quota)

    async def _obey(self, command: commands.Command, asked: Asked) -> Sequence[Reply]:
        if command.is_for_owner and not self._members.is_owner(asked.incoming.author_id):
            return [Message(asked.words("owner-only"))]
        return await command.run(asked)

    async def _save(self, asked: Asked, parsed: parse.Parsed) -> Sequence[Reply]:
        parsed = replace(parsed, note=joining.with_origin(parsed.note, asked.incoming.forwarded_from))
        new_links, refusals = admitted(asked.words, self._rule, parsed)
        saved = await asked.shelf.library.add(new_links, asked.origin)
        self._wake_for(saved)
        return [
            *saying.saved(asked.words, saved),
            *await saying.caught_up(asked.words, asked.shelf, saved),
            *_refused(asked.words, refusals),
        ]

    async def _follow(self, asked: Asked, parsed: parse.Parsed) -> Sequence[Reply]:
        """Do what an edited message says now."""
        parsed = replace(parsed, note=joining.with_origin(parsed.note, asked.incoming.forwarded_from))
        new_links, refusals = admitted(asked.words, self._rule, parsed)
        followed = await asked.shelf.editing.follow(new_links, asked.origin)
        self._wake_for(followed.saved)
        return [
            *saying.saved(asked.words, _newly(followed.saved, followed.changed)),
            *(await saying.changed(asked.words, asked.shelf, followed.changed) if followed.changed else []),
            *_refused(asked.words, refusals),
        ]

    def _wake_for(self, saved: Sequence[Saved]) -> None:
        if any(each.outcome == SaveOutcome.QUEUED for each in saved):
            self._wake()


def _has_links(incoming: Incoming) -> bool:
    return bool(joining.meant(incoming).links)


def _refused(words: Words, refusals: Sequence[tuple[str, str]]) -> list[Reply]:
    return [render.refused(words, refusals)] if refusals else []


def _newly(saved: Sequence[Saved], changed: Sequence[Link]) -> list[Saved]:
    """What an edit brought: not what was kept before and is only told anew because its tags have changed."""
    known = {each.id for each in changed}
    return [each for each in saved if each.link.id not in known or each.outcome == SaveOutcome.QUEUED]

"""The commands: one table, from which /help, the command menu and the answers all come."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.conversation import render
from bot.conversation.members import Members
from bot.conversation.message import Incoming
from bot.conversation.replies import Action, Message, Reply, Verb
from bot.wording import Words
from storage.fold import fold
from storage.library import Library, TagCount

NEAREST = 6
SIMILAR = 0.5
TAGS_IN_A_QUERY = 5
_BETWEEN_TAGS = re.compile(r"[\s#＃,，、;；]+")
_CHAT_ID = re.compile(r"-?[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was given, and what it may be answered from."""

    incoming: Incoming
    argument: str
    library: Library
    members: Members
    words: Words


@dataclass(frozen=True, slots=True)
class Command:
    """A command. With ``saves_links``, links behind it are saved as they are without it, and ``run`` is for none.

    What it does is described in the words ``command-`` with its name.
    """

    name: str
    run: Callable[[Asked], Awaitable[Sequence[Reply]]]
    is_for_owner: bool = False
    saves_links: bool = False

    def described(self, words: Words) -> str:
        """What it does, for the menu and /help."""
        return words(f"command-{self.name}")


async def by_tag(words: Words, library: Library, names: Iterable[str]) -> Message:
    """The links that have all of these tags, newest first; with an unknown tag, the nearest ones."""
    wanted = {key: name for name in names if (key := fold(name))}
    if not wanted:
        return await all_tags(words, library)
    known = {count.key: count for count in await library.tags()}
    keys = list(wanted)[:TAGS_IN_A_QUERY]
    unknown = next((key for key in keys if key not in known), None)
    if unknown is not None:
        return _unknown(words, wanted[unknown], known)
    counts = [known[key] for key in keys]
    return await page_by_tags(
        words, library, counts, Action(Verb.BY_TAG, tuple(count.id for count in counts))
    )


async def page_by_tags(words: Words, library: Library, counts: Sequence[TagCount], action: Action) -> Message:
    """One page of the links that have all of these tags."""
    title = " ".join(render.tag_text(count.name) for count in counts)
    page = await library.by_tags(action.ids, action.page, action.anchor)
    if not page.total:
        return Message(words("no-links-with", tags=title))
    return render.link_list(words, page, title, action)


async def recent(words: Words, library: Library, action: Action) -> Message:
    """One page of all links."""
    page = await library.recent(action.page, action.anchor)
    if not page.total:
        return Message(words("no-links"))
    return render.link_list(words, page, words("recent"), action)


async def all_tags(words: Words, library: Library, page: int = 0) -> Message:
    """One page of all tags."""
    counts = await library.tags()
    return render.tag_list(words, counts, page) if counts else Message(words("no-tags"))


def _unknown(words: Words, name: str, known: dict[str, TagCount]) -> Message:
    """The answer to a tag that nothing has: the nearest tags."""
    tag = render.tag_text(name)
    nearest = _nearest(fold(name), known)
    if not nearest:
        return Message(words("unknown-tag", tag=tag))
    buttons = [render.tag_button(known[each]) for each in nearest]
    return Message(words("nearest-tags", tag=tag), render.rows(buttons, 3))


def _nearest(key: str, known: Iterable[str]) -> list[str]:
    """First what begins with the key, then what contains it, what is written nearly so, and what it contains."""
    holding = sorted((each for each in known if key in each), key=lambda each: not each.startswith(key))
    similar = get_close_matches(key, known, n=NEAREST, cutoff=SIMILAR)
    held = [each for each in known if each in key]
    return list(dict.fromkeys([*holding, *similar, *held]))[:NEAREST]


async def _start(asked: Asked) -> Sequence[Reply]:
    return [Message(asked.words("welcome"))]


async def _help(asked: Asked) -> Sequence[Reply]:
    is_owner = asked.members.is_owner(asked.incoming.author_id)
    shown = [
        f"/{each.name} – {each.described(asked.words)}"
        for each in COMMANDS
        if is_owner or not each.is_for_owner
    ]
    return [Message("\n\n".join((asked.words("help", commands="\n".join(shown)), asked.words("help-group"))))]


async def _tag(asked: Asked) -> Sequence[Reply]:
    return [await by_tag(asked.words, asked.library, _BETWEEN_TAGS.split(asked.argument))]


async def _tags(asked: Asked) -> Sequence[Reply]:
    return [await all_tags(asked.words, asked.library)]


async def _recent(asked: Asked) -> Sequence[Reply]:
    return [await recent(asked.words, asked.library, Action(Verb.RECENT))]


async def _save(asked: Asked) -> Sequence[Reply]:
    return [Message(asked.words("hint"))]


async def _allow(asked: Asked) -> Sequence[Reply]:
    chat_id = _chat_id(asked.argument)
    if chat_id is None:
        return [Message(asked.words("needs-id", command="allow"))]
    await asked.members.allow(chat_id)
    return [Message(asked.words("allowed", id=str(chat_id)))]


async def _revoke(asked: Asked) -> Sequence[Reply]:
    chat_id = _chat_id(asked.argument)
    if chat_id is None:
        return [Message(asked.words("needs-id", command="revoke"))]
    revoked = await asked.members.revoke(chat_id)
    return [Message(asked.words("revoked" if revoked else "not-revoked", id=str(chat_id)))]


def _chat_id(argument: str) -> int | None:
    """The id of a person, or of a group, which is below zero."""
    return int(argument) if _CHAT_ID.fullmatch(argument) else None


def command_named(name: str) -> Command | None:
    """The command of that name, if there is one."""
    return next((each for each in COMMANDS if each.name == name), None)


COMMANDS = (
    Command("tag", _tag),
    Command("tags", _tags),
    Command("recent", _recent),
    Command("save", _save, saves_links=True),
    Command("help", _help),
    Command("start", _start),
    Command("allow", _allow, is_for_owner=True),
    Command("revoke", _revoke, is_for_owner=True),
)

"""The commands: one table, from which /help, the command menu and the answers all come."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.conversation import render, wording
from bot.conversation.members import Members
from bot.conversation.message import Incoming
from bot.conversation.replies import Action, Message, Reply, Verb
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


@dataclass(frozen=True, slots=True)
class Command:
    """A command. With ``saves_links``, links behind it are saved as they are without it, and ``run`` is for none."""

    name: str
    description: str
    run: Callable[[Asked], Awaitable[Sequence[Reply]]]
    is_for_owner: bool = False
    saves_links: bool = False


async def by_tag(library: Library, names: Iterable[str]) -> Message:
    """The links that have all of these tags, newest first; with an unknown tag, the nearest ones."""
    wanted = {key: name for name in names if (key := fold(name))}
    if not wanted:
        return await all_tags(library)
    known = {count.key: count for count in await library.tags()}
    keys = list(wanted)[:TAGS_IN_A_QUERY]
    unknown = next((key for key in keys if key not in known), None)
    if unknown is not None:
        return _unknown(wanted[unknown], known)
    counts = [known[key] for key in keys]
    return await page_by_tags(library, counts, Action(Verb.BY_TAG, tuple(count.id for count in counts)))


async def page_by_tags(library: Library, counts: Sequence[TagCount], action: Action) -> Message:
    """One page of the links that have all of these tags."""
    title = " ".join(render.tag_text(count.name) for count in counts)
    page = await library.by_tags(action.ids, action.page, action.anchor)
    if not page.total:
        return Message(wording.NO_LINKS_WITH.format(tags=title))
    return render.link_list(page, title, action)


async def recent(library: Library, action: Action) -> Message:
    """One page of all links."""
    page = await library.recent(action.page, action.anchor)
    if not page.total:
        return Message(wording.NO_LINKS)
    return render.link_list(page, wording.RECENT, action)


async def all_tags(library: Library, page: int = 0) -> Message:
    """One page of all tags."""
    counts = await library.tags()
    return render.tag_list(counts, page) if counts else Message(wording.NO_TAGS)


def _unknown(name: str, known: dict[str, TagCount]) -> Message:
    """The answer to a tag that nothing has: the nearest tags."""
    tag = render.tag_text(name)
    nearest = _nearest(fold(name), known)
    if not nearest:
        return Message(wording.UNKNOWN_TAG.format(tag=tag))
    buttons = [render.tag_button(known[each]) for each in nearest]
    return Message(wording.NEAREST_TAGS.format(tag=tag), render.rows(buttons, 3))


def _nearest(key: str, known: Iterable[str]) -> list[str]:
    """First what begins with the key, then what contains it, what is written nearly so, and what it contains."""
    holding = sorted((each for each in known if key in each), key=lambda each: not each.startswith(key))
    similar = get_close_matches(key, known, n=NEAREST, cutoff=SIMILAR)
    held = [each for each in known if each in key]
    return list(dict.fromkeys([*holding, *similar, *held]))[:NEAREST]


async def _start(asked: Asked) -> Sequence[Reply]:
    return [Message(wording.WELCOME)]


async def _help(asked: Asked) -> Sequence[Reply]:
    is_owner = asked.members.is_owner(asked.incoming.author_id)
    shown = [f"/{each.name} – {each.description}" for each in COMMANDS if is_owner or not each.is_for_owner]
    return [Message(wording.HELP.format(commands="\n".join(shown)))]


async def _tag(asked: Asked) -> Sequence[Reply]:
    return [await by_tag(asked.library, _BETWEEN_TAGS.split(asked.argument))]


async def _tags(asked: Asked) -> Sequence[Reply]:
    return [await all_tags(asked.library)]


async def _recent(asked: Asked) -> Sequence[Reply]:
    return [await recent(asked.library, Action(Verb.RECENT))]


async def _save(asked: Asked) -> Sequence[Reply]:
    return [Message(wording.HINT)]


async def _allow(asked: Asked) -> Sequence[Reply]:
    chat_id = _chat_id(asked.argument)
    if chat_id is None:
        return [Message(wording.NEEDS_ID.format(command="allow"))]
    await asked.members.allow(chat_id)
    return [Message(wording.ALLOWED.format(id=chat_id))]


async def _revoke(asked: Asked) -> Sequence[Reply]:
    chat_id = _chat_id(asked.argument)
    if chat_id is None:
        return [Message(wording.NEEDS_ID.format(command="revoke"))]
    revoked = await asked.members.revoke(chat_id)
    return [Message((wording.REVOKED if revoked else wording.NOT_REVOKED).format(id=chat_id))]


def _chat_id(argument: str) -> int | None:
    """The id of a person, or of a group, which is below zero."""
    return int(argument) if _CHAT_ID.fullmatch(argument) else None


def command_named(name: str) -> Command | None:
    """The command of that name, if there is one."""
    return next((each for each in COMMANDS if each.name == name), None)


COMMANDS = (
    Command("tag", wording.COMMAND_TAG, _tag),
    Command("tags", wording.COMMAND_TAGS, _tags),
    Command("recent", wording.COMMAND_RECENT, _recent),
    Command("save", wording.COMMAND_SAVE, _save, saves_links=True),
    Command("help", wording.COMMAND_HELP, _help),
    Command("start", wording.COMMAND_START, _start),
    Command("allow", wording.COMMAND_ALLOW, _allow, is_for_owner=True),
    Command("revoke", wording.COMMAND_REVOKE, _revoke, is_for_owner=True),
)

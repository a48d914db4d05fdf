"""The commands: one table, from which /help, the command menu and the answers all come."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation import finding, forgetting, render, saying, status
from bot.conversation.asked import Asked
from bot.conversation.query import Bare
from bot.conversation.replies import Action, Button, Message, Reply, Verb
from bot.wording import Words
from storage.fold import fold
from storage.models import Tag
from storage.undoing import WouldMerge

_BETWEEN_TAGS = re.compile(r"[\s#＃,，、;；]+")
_CHAT_ID = re.compile(r"-?[1-9][0-9]{0,17}")


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


async def _start(asked: Asked) -> Sequence[Reply]:
    return [Message(asked.words("welcome"))]


async def _help(asked: Asked) -> Sequence[Reply]:
    is_owner = asked.members.is_owner(asked.incoming.author_id)
    shown = [
        f"/{each.name} – {each.described(asked.words)}"
        for each in COMMANDS
        if is_owner or not each.is_for_owner
    ]
    parts = [asked.words("help", commands="\n".join(shown))]
    if asked.incoming.has_privacy_mode and not asked.incoming.is_private:
        parts.append(asked.words("help-group"))
    return [Message("\n\n".join(parts))]


async def _tag(asked: Asked) -> Sequence[Reply]:
    return [await finding.by_text(asked.words, asked.shelf, asked.argument, Bare.TAG)]


async def _search(asked: Asked) -> Sequence[Reply]:
    if not asked.argument:
        return [Message(asked.words("query-help"))]
    return [await finding.by_text(asked.words, asked.shelf, asked.argument, Bare.TEXT)]


async def _untagged(asked: Asked) -> Sequence[Reply]:
    return [await finding.by_text(asked.words, asked.shelf, "is:untagged", Bare.TEXT)]


async def _random(asked: Asked) -> Sequence[Reply]:
    return [await finding.random(asked.words, asked.shelf)]


async def _stats(asked: Asked) -> Sequence[Reply]:
    return [await finding.stats(asked.words, asked.shelf)]


async def _tags(asked: Asked) -> Sequence[Reply]:
    return [await finding.all_tags(asked.words, asked.shelf)]


async def _recent(asked: Asked) -> Sequence[Reply]:
    return [await finding.recent(asked.words, asked.shelf, Action(Verb.RECENT))]


async def _rename(asked: Asked) -> Sequence[Reply]:
    """Give a tag another name; before two tags become one, ask."""
    words, names = asked.words, [name for name in _BETWEEN_TAGS.split(asked.argument) if name]
    if len(names) != 2:
        return [Message(words("needs-names"))]
    old = await asked.shelf.undoing.tag_named(names[0])
    if old is None:
        return [await _unknown(asked, names[0])]
    return await _renamed(asked, old, names[1]) or [Message(words("needs-names"))]


async def name_given(asked: Asked, tag: Tag) -> Sequence[Reply]:
    """Give a tag the name that somebody wrote in answer to the question for it."""
    names = [name for name in _BETWEEN_TAGS.split(asked.incoming.text) if name]
    done = await _renamed(asked, tag, names[0]) if len(names) == 1 else None
    return done or [finding.name_wanted(asked.words, tag.id or 0, tag.name)]


async def _renamed(asked: Asked, tag: Tag, name: str) -> Sequence[Reply] | None:
    """The tag's new name and the cards with it, or the question whether it is to be merged. None: the name is none."""
    words = asked.words
    done = await asked.shelf.undoing.rename_tag(tag.id or 0, name)
    if isinstance(done, WouldMerge):
        ids = (done.tag.id or 0, done.other.id or 0)
        yes = Button(words("button-merge"), Action(Verb.MERGE, ids))
        no = Button(words("button-keep"), Action(Verb.KEEP))
        tags = {"old": render.tag_text(done.tag.name), "new": render.tag_text(done.other.name)}
        return [Message(words("would-merge", **tags), ((yes, no),))]
    if done is None:
        return None
    return [finding.renamed(words, tag.name, done), *await saying.new_cards(words, asked.shelf, done)]


async def _drop(asked: Asked) -> Sequence[Reply]:
    """Ask whether a tag is to be taken off all its links."""
    names = [name for name in _BETWEEN_TAGS.split(asked.argument) if name]
    if len(names) != 1:
        return [Message(asked.words("needs-name"))]
    known = {count.key: count for count in await asked.shelf.library.tags()}
    count = known.get(fold(names[0]))
    if count is None:
        return [finding.unknown_tag(asked.words, names[0], known)]
    return [finding.drop_wanted(asked.words, count)]


async def _unknown(asked: Asked, name: str) -> Message:
    known = {count.key: count for count in await asked.shelf.library.tags()}
    return finding.unknown_tag(asked.words, name, known)


async def _delete(asked: Asked) -> Sequence[Reply]:
    return [await forgetting.ask_to_delete(asked)]


async def _forget_me(asked: Asked) -> Sequence[Reply]:
    return [await forgetting.ask_about_all(asked)]


async def _save(asked: Asked) -> Sequence[Reply]:
    return [Message(asked.words("hint"))]


async def _settings(asked: Asked) -> Sequence[Reply]:
    chat_id = asked.incoming.chat_id
    if asked.argument:
        return [await asked.wishes.in_zone(asked.words, chat_id, asked.argument)]
    return [await asked.wishes.page(asked.words, chat_id)]


async def _status(asked: Asked) -> Sequence[Reply]:
    if asked.status is None:
        return [Message(asked.words("unknown-command", name="status"))]
    return [Message(status.told(asked.words, await asked.status()))]


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
    Command("search", _search),
    Command("untagged", _untagged),
    Command("random", _random),
    Command("stats", _stats),
    Command("rename", _rename),
    Command("droptag", _drop),
    Command("delete", _delete),
    Command("save", _save, saves_links=True),
    Command("settings", _settings),
    Command("forget_me", _forget_me),
    Command("help", _help),
    Command("start", _start),
    Command("status", _status, is_for_owner=True),
    Command("allow", _allow, is_for_owner=True),
    Command("revoke", _revoke, is_for_owner=True),
)

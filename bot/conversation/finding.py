"""Lists: the links with a tag, all tags, what was saved last; and what is said where there is nothing."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.conversation import render
from bot.conversation.asked import Shelf
from bot.conversation.replies import Action, Message, Verb
from bot.wording import Words
from storage.fold import fold
from storage.library import TagCount
from storage.undoing import Removed

NEAREST = 6
SIMILAR = 0.5
TAGS_IN_A_QUERY = 5


async def by_tag(words: Words, shelf: Shelf, names: Iterable[str]) -> Message:
    """The links that have all of these tags, newest first; with an unknown tag, the nearest ones."""
    wanted = {key: name for name in names if (key := fold(name))}
    if not wanted:
        return await all_tags(words, shelf)
    known = {count.key: count for count in await shelf.library.tags()}
    keys = list(wanted)[:TAGS_IN_A_QUERY]
    unknown = next((key for key in keys if key not in known), None)
    if unknown is not None:
        return unknown_tag(words, wanted[unknown], known)
    counts = [known[key] for key in keys]
    action = Action(Verb.BY_TAG, tuple(count.id for count in counts))
    return await page_by_tags(words, shelf, counts, action)


async def page_by_tags(words: Words, shelf: Shelf, counts: Sequence[TagCount], action: Action) -> Message:
    """One page of the links that have all of these tags."""
    title = " ".join(render.tag_text(count.name) for count in counts)
    page = await shelf.library.by_tags(action.ids, action.page, action.anchor)
    if not page.total:
        return Message(words("no-links-with", tags=title))
    return render.link_list(words, page, title, action)


async def recent(words: Words, shelf: Shelf, action: Action) -> Message:
    """One page of all links."""
    page = await shelf.library.recent(action.page, action.anchor)
    if not page.total:
        return Message(words("no-links"))
    return render.link_list(words, page, words("recent"), action)


async def all_tags(words: Words, shelf: Shelf, page: int = 0) -> Message:
    """One page of all tags."""
    counts = await shelf.library.tags()
    return render.tag_list(words, counts, page) if counts else Message(words("no-tags"))


async def suggested(shelf: Shelf, link_id: int, most: int) -> Sequence[TagCount]:
    """Tags that a link might get: those most used that it lacks."""
    snapshot = await shelf.library.newest_snapshot(link_id)
    present = {tag.id for tag in snapshot.link.tags} if snapshot else set()
    return [count for count in await shelf.library.tags() if count.id not in present][:most]


def renamed(words: Words, old: str, done: Removed) -> Message:
    """A tag has another name now."""
    tags = {"old": render.tag_text(old), "new": render.tag_text(done.name)}
    return render.undoable(words, words("tag-renamed", **tags, count=done.links), done.undo_id)


def unknown_tag(words: Words, name: str, known: dict[str, TagCount]) -> Message:
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

"""Lists: the links with a tag, all tags, what was saved last; and what is said where there is nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.conversation import cards, render
from bot.conversation.asked import Shelf
from bot.conversation.foreign import escaped
from bot.conversation.query import Bare, read, text_of
from bot.conversation.query_fields import Mistake
from bot.conversation.replies import Action, Button, Message, Reply, Verb
from bot.wording import Words
from storage.fold import fold
from storage.library import TagCount
from storage.query import (
    AllOf,
    Everything,
    HasTag,
    Is,
    Query,
    State,
    all_of,
    tag_names,
    with_names,
    words_of,
)
from storage.undoing import Removed

NEAREST = 6
SIMILAR = 0.5
TAGS_IN_A_QUERY = 5


async def by_tag(words: Words, shelf: Shelf, names: Iterable[str]) -> Message:
    """The links that have all of these tags, newest first."""
    keys = {key: name for name in names if (key := fold(name))}
    return await _found(words, shelf, all_of(HasTag(key, name) for key, name in keys.items()))


async def by_text(words: Words, shelf: Shelf, text: str, bare: Bare) -> Message:
    """What somebody looks for with the language of queries; a mistake in it is pointed at."""
    understood = read(text, bare, words.zone)
    if isinstance(understood, Mistake):
        return Message(mistake(words, understood))
    return await _found(words, shelf, understood)


async def by_saved_query(words: Words, shelf: Shelf, action: Action) -> Message | None:
    """A page of a list that was asked for before. None: this chat has not, or too long ago."""
    text = await shelf.kept_query(action.ids[0])
    understood = read(text, Bare.TEXT) if text is not None else None
    if understood is None or isinstance(understood, Mistake):
        return None
    return await _page(words, shelf, understood, action)


async def page_by_tags(words: Words, shelf: Shelf, counts: Sequence[TagCount], action: Action) -> Message:
    """One page of the links that have all of these tags; of a tag that was tapped also what can be done with it."""
    listed = await _page(words, shelf, all_of(HasTag(each.key, each.name) for each in counts), action)
    is_tapped = len(counts) == 1 and action.anchor is None
    return _with_tag_buttons(words, listed, counts[0].id) if is_tapped else listed


async def _found(words: Words, shelf: Shelf, query: Query) -> Message:
    """The first page of what a query finds; with a tag that there is not, the nearest ones."""
    if isinstance(query, Everything):
        return await all_tags(words, shelf)
    names = tag_names(query)
    known = await shelf.library.tags_with(names)
    if missing := next((name for key, name in names.items() if key not in known), None):
        return unknown_tag(words, missing, {count.key: count for count in await shelf.library.tags()})
    query = with_names(query, {key: tag.name for key, tag in known.items()})
    parts = query.parts if isinstance(query, AllOf) else (query,)
    if len(parts) <= TAGS_IN_A_QUERY and all(isinstance(part, HasTag) for part in parts):
        action = Action(Verb.BY_TAG, tuple(known[key].id or 0 for key in names))
    else:
        action = Action(Verb.QUERY, (await shelf.keep_query(text_of(query)),))
    return await _page(words, shelf, query, action)


async def _page(words: Words, shelf: Shelf, query: Query, action: Action) -> Message:
    page = await shelf.library.search(query, action.page, action.anchor)
    title = _title(words, query)
    looked_for = words_of(query)
    if not page.total:
        is_sure = not looked_for or await shelf.library.is_indexed()
        return Message(
            render.in_lines(words("no-links-with", query=title), "" if is_sure else words("not-all-indexed"))
        )
    texts = (
        await shelf.library.page_texts([render.link_id(link) for link in page.links]) if looked_for else {}
    )
    shown = {id_: render.snippet(text, looked_for) for id_, text in texts.items()}
    return render.link_list(words, page, title, action, shown)


def _with_tag_buttons(words: Words, listed: Message, tag_id: int) -> Message:
    """The links with a tag, and what can be done with the tag itself."""
    rename = Button(words("button-rename"), Action(Verb.NAME, (tag_id,)))
    drop = Button(words("button-drop-tag"), Action(Verb.ASK_DROP, (tag_id,)))
    return replace(listed, buttons=(*listed.buttons, (rename, drop)))


def _title(words: Words, query: Query) -> str:
    """A query as it is said above its list: tags as hashtags, and what has a command of its own in words."""
    if query == Is(State.UNTAGGED):
        return words("untagged")
    return escaped(text_of(query, words.zone), render.QUERY_LENGTH)


def mistake(words: Words, made: Mistake) -> str:
    """What is wrong with a query, and how queries are written."""
    offered = words.listed(f"<code>{escaped(each, render.QUERY_LENGTH)}</code>" for each in made.offered)
    word = f"<code>{escaped(made.word, render.QUERY_LENGTH)}</code>"
    return "\n\n".join((words(f"mistake-{made.kind}", word=word, offered=offered), words("query-help")))


async def random(words: Words, shelf: Shelf) -> Reply:
    """The card of any link."""
    link = await shelf.library.random_link()
    snapshot = await shelf.library.newest_snapshot(render.link_id(link)) if link else None
    if snapshot is None:
        return Message(words("no-links"))
    return cards.card(words, snapshot, await shelf.library.failure_since(snapshot))


async def stats(words: Words, shelf: Shelf) -> Message:
    """Figures about the library."""
    found = await shelf.stats()
    if found.began_at is None:
        return Message(words("no-links"))
    lines = (
        words("stats-links", count=found.links, lately=found.links_lately),
        words("stats-tags", count=found.tags),
        words("stats-snapshots", done=found.done, failed=found.failed),
        words("stats-size", size=words.size(found.stored_bytes)),
        words("stats-since", date=words.date(found.began_at)),
    )
    return Message("\n".join((f"<b>{words('stats')}</b>", *lines)))


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
    """Tags that a link might get: those that fit it, then those most used that it lacks."""
    snapshot = await shelf.library.newest_snapshot(link_id)
    present = {tag.id for tag in snapshot.link.tags} if snapshot else set()
    fitting = await shelf.suggest(link_id, most)
    others = [count for count in await shelf.library.tags() if count.id not in present]
    return list({count.id: count for count in (*fitting, *others)}.values())[:most]


def renamed(words: Words, old: str, done: Removed) -> Message:
    """A tag has another name now."""
    tags = {"old": render.tag_text(old), "new": render.tag_text(done.name)}
    return render.undoable(words, words("tag-renamed", **tags, count=done.links), done.undo_id)


def name_wanted(words: Words, tag_id: int, name: str) -> Message:
    """The question for a tag's new name."""
    tag = render.tag_text(name)
    return Message(words("new-name", tag=tag, name=tag.removeprefix("#")), asks_name_of=tag_id)


def drop_wanted(words: Words, count: TagCount) -> Message:
    """The question whether a tag is to be taken off all its links."""
    yes = Button(words("button-drop"), Action(Verb.DROP, (count.id,)))
    no = Button(words("button-keep"), Action(Verb.KEEP))
    return Message(words("drop-tag", tag=render.tag_text(count.name), count=count.links), ((yes, no),))


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

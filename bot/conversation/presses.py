"""What each button does; those about tags are next door in ``tag_presses``."""

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import cards, finding, forgetting, reading, render, saying, tag_presses
from bot.conversation.foreign import escaped
from bot.conversation.pressed import Act, Pressed, Replies
from bot.conversation.replies import (
    ALBUM_SIZE,
    Action,
    Album,
    Message,
    Toast,
    Verb,
)
from storage.kinds import ArtifactKind, Viewport
from storage.saving import SaveOutcome

KIND_OF = {
    Verb.PDF: ArtifactKind.PDF,
    Verb.PICTURE: ArtifactKind.FULLPAGE,
    Verb.FILE: ArtifactKind.ORIGINAL,
    Verb.SEEN: ArtifactKind.SCREEN,
    Verb.HTML: ArtifactKind.HTML,
}


async def act(pressed: Pressed) -> Replies:
    """Do what a button stands for."""
    expected, does = ACTS.get(pressed.action.verb, (None, None))
    if does is None or (expected is not None and len(pressed.action.ids) != expected):
        return None
    return await does(pressed)


async def _card(pressed: Pressed) -> Replies:
    snapshot = await pressed.shelf.library.newest_snapshot(pressed.id)
    if snapshot is None:
        return None
    await pressed.shelf.editing.mark_read(pressed.id)
    failed_since = await pressed.shelf.library.failure_since(snapshot)
    chips = () if snapshot.link.tags else await pressed.shelf.suggest(pressed.id, cards.CHIPS)
    return [cards.card(pressed.words, snapshot, failed_since, chips)]


async def _file(pressed: Pressed) -> Replies:
    snapshot = await pressed.shelf.library.snapshot(pressed.id)
    if snapshot is None:
        return None
    await pressed.shelf.editing.mark_read(snapshot.link_id)
    kind = KIND_OF[pressed.action.verb]
    return cards.attachments(pressed.words, snapshot, kind) or [Toast(pressed.words("toast-no-such-file"))]


async def _full_page(pressed: Pressed) -> Replies:
    """The page in pictures of a phone's shape, ten at a time; as one file where that is wished, or is all there is."""
    snapshot = await pressed.shelf.library.snapshot(pressed.id)
    if snapshot is None:
        return None
    slices = cards.attachments(pressed.words, snapshot, ArtifactKind.SLICES)
    if not slices or not pressed.wants_album:
        return await _file(_as(pressed, Verb.PICTURE))
    await pressed.shelf.editing.mark_read(snapshot.link_id)
    first = pressed.action.page * ALBUM_SIZE
    shown = slices[first : first + ALBUM_SIZE]
    if not shown:
        return None
    more = cards.more_pictures(pressed.words, snapshot, pressed.action, first + len(shown), len(slices))
    return [Album(tuple(shown)), more]


async def _text(pressed: Pressed) -> Replies:
    snapshot = await pressed.shelf.library.snapshot(pressed.id)
    if snapshot is None:
        return None
    await pressed.shelf.editing.mark_read(snapshot.link_id)
    return await reading.text(pressed.words, snapshot, pressed.shelf.read)


async def _again(pressed: Pressed) -> Replies:
    viewport = Viewport.PHONE if pressed.action.verb == Verb.PHONE else None
    saved = await pressed.shelf.library.again(pressed.id, pressed.origin, viewport)
    if saved is None:
        return None
    if saved.outcome == SaveOutcome.NO_ROOM:
        return saying.saved(pressed.words, [saved])[1:]
    toast = Toast(pressed.words("toast-capturing"))
    if saved.announcement_id is None or saved.outcome == SaveOutcome.REPEATED:
        return [toast]
    pressed.wake()
    status = render.capturing_again(pressed.words, saved.link)
    return [
        toast,
        Message(status, announcement_ids=(saved.announcement_id,), link_ids=(pressed.id,)),
    ]


async def _delete(pressed: Pressed) -> Replies:
    snapshot = await pressed.shelf.library.newest_snapshot(pressed.id)
    return [forgetting.ask_about(pressed.words, snapshot.link)] if snapshot else None


async def _keep(pressed: Pressed) -> Replies:
    return [Message(pressed.words("kept-after-all"), edits=True)]


async def _remove(pressed: Pressed) -> Replies:
    card_ids = await pressed.shelf.editing.card_messages(pressed.id)
    snapshot = await pressed.shelf.library.newest_snapshot(pressed.id)
    removed = await pressed.shelf.undoing.delete_link(pressed.id)
    if removed is None or snapshot is None:
        return None
    said = pressed.words("link-deleted", link=render.anchor(snapshot.link))
    return [
        render.undoable(pressed.words, said, removed.undo_id),
        *(render.without_buttons(message_id, said) for message_id in card_ids[:1]),
    ]


async def _undo(pressed: Pressed) -> Replies:
    done = await pressed.shelf.undoing.undo(pressed.id)
    if done is None:
        return None
    name = escaped(done.name, render.LABEL_LENGTH)
    pressed.wake()
    said = Message(pressed.words("undone", name=name) if name else pressed.words("note-undone"), edits=True)
    if done.link_id is None:
        return [said, *await saying.new_cards(pressed.words, pressed.shelf, done)]
    return [said, *await saying.new_card(pressed.words, pressed.shelf, done.link_id)]


async def _forget(pressed: Pressed) -> Replies:
    if not pressed.may_forget:
        return [Toast(pressed.words("owner-only"))]
    if not forgetting.is_fresh(pressed.id):
        return None
    await pressed.shelf.forget_all()
    said = pressed.words("forgotten", where=forgetting.where(pressed.shelf.library.chat_id))
    return [Message(said, edits=True)]


async def _recent(pressed: Pressed) -> Replies:
    return [render.in_place(await finding.recent(pressed.words, pressed.shelf, pressed.action))]


async def _all_tags(pressed: Pressed) -> Replies:
    return [render.in_place(await finding.all_tags(pressed.words, pressed.shelf, pressed.action.page))]


async def _query(pressed: Pressed) -> Replies:
    page = await finding.by_saved_query(pressed.words, pressed.shelf, pressed.action)
    return [render.in_place(page)] if page else None


async def _by_tags(pressed: Pressed) -> Replies:
    ids = pressed.action.ids
    if not 0 < len(ids) <= finding.TAGS_IN_A_QUERY:
        return None
    counts = await pressed.shelf.library.tags_numbered(ids)
    if len(counts) < len(ids):
        return None
    return [render.in_place(await finding.page_by_tags(pressed.words, pressed.shelf, counts, pressed.action))]


def _as(pressed: Pressed, verb: Verb) -> Pressed:
    return replace(pressed, action=Action(verb, pressed.action.ids))


ACTS: Mapping[Verb, tuple[int | None, Act]] = {
    Verb.CARD: (1, _card),
    Verb.PDF: (1, _file),
    Verb.FULL_PAGE: (1, _full_page),
    Verb.PICTURE: (1, _file),
    Verb.FILE: (1, _file),
    Verb.SEEN: (1, _file),
    Verb.HTML: (1, _file),
    Verb.TEXT: (1, _text),
    Verb.AGAIN: (1, _again),
    Verb.PHONE: (1, _again),
    Verb.RETAG: (1, tag_presses.retag),
    Verb.PUT: (2, tag_presses.put),
    Verb.TAKE: (2, tag_presses.put),
    Verb.CHIP: (2, tag_presses.put),
    Verb.DELETE: (1, _delete),
    Verb.REMOVE: (1, _remove),
    Verb.KEEP: (0, _keep),
    Verb.UNDO: (1, _undo),
    Verb.MERGE: (2, tag_presses.merge),
    Verb.NAME: (1, tag_presses.name),
    Verb.ASK_DROP: (1, tag_presses.ask_drop),
    Verb.DROP: (1, tag_presses.drop),
    Verb.FORGET: (1, _forget),
    Verb.BY_TAG: (None, _by_tags),
    Verb.QUERY: (1, _query),
    Verb.RECENT: (0, _recent),
    Verb.TAGS: (0, _all_tags),
}
"""What each button does, and how many ids it must name; None: any number."""

"""What the buttons do that are about tags: of one link, and of all that have a tag."""

from bot.conversation import finding, render, saying
from bot.conversation.pressed import Pressed, Replies
from bot.conversation.replies import Message, Toast, Verb
from storage.library import TagCount
from storage.undoing import Removed, WouldMerge


async def retag(pressed: Pressed) -> Replies:
    """Show the tags of a link, to change them."""
    page = await _tags_page(pressed, pressed.id)
    return [page] if page else None


async def put(pressed: Pressed) -> Replies:
    """Put a tag on a link, or take it off, and show the link's tags anew."""
    link_id, tag_id = pressed.action.ids
    tag = await _tag(pressed, tag_id)
    if tag is None:
        return None
    change = {"remove": [tag.name]} if pressed.action.verb == Verb.TAKE else {"add": [tag.name]}
    if not await pressed.shelf.editing.retag([link_id], **change):
        return None
    if pressed.action.verb == Verb.CHIP:
        return [
            Toast(pressed.words("toast-tagged", tag=f"#{tag.name}")),
            *await saying.new_card(pressed.words, pressed.shelf, link_id),
        ]
    page = await _tags_page(pressed, link_id)
    cards_ = await saying.new_card(pressed.words, pressed.shelf, link_id)
    return [render.in_place(page), *cards_] if page else None


async def _tags_page(pressed: Pressed, link_id: int) -> Message | None:
    """The tags of a link to take off, and others to put on."""
    snapshot = await pressed.shelf.library.newest_snapshot(link_id)
    if snapshot is None:
        return None
    others = await finding.suggested(pressed.shelf, link_id, render.SUGGESTIONS)
    return render.tags_of(pressed.words, snapshot.link, others)


async def merge(pressed: Pressed) -> Replies:
    """Make two tags one."""
    old, other = pressed.action.ids
    old_tag, other_tag = await _tag(pressed, old), await _tag(pressed, other)
    if old_tag is None or other_tag is None:
        return None
    done = await pressed.shelf.undoing.rename_tag(old, other_tag.name, merge=True)
    if done is None or isinstance(done, WouldMerge):
        return None
    said = render.in_place(finding.renamed(pressed.words, old_tag.name, done))
    return [said, *await saying.new_cards(pressed.words, pressed.shelf, done)]


async def name(pressed: Pressed) -> Replies:
    """Ask for the new name of a tag."""
    count = await _tag(pressed, pressed.id)
    return [finding.name_wanted(pressed.words, count.id, count.name)] if count else None


async def ask_drop(pressed: Pressed) -> Replies:
    """Ask whether a tag is to be taken off all its links."""
    count = await _tag(pressed, pressed.id)
    return [finding.drop_wanted(pressed.words, count)] if count else None


async def _tag(pressed: Pressed, tag_id: int) -> TagCount | None:
    return next(iter(await pressed.shelf.library.tags_numbered([tag_id])), None)


async def drop(pressed: Pressed) -> Replies:
    """Take a tag off all its links."""
    done: Removed | None = await pressed.shelf.undoing.delete_tag(pressed.id)
    if done is None:
        return None
    said = pressed.words("tag-deleted", tag=render.tag_text(done.name), count=done.links)
    undoable = render.undoable(pressed.words, said, done.undo_id)
    return [undoable, *await saying.new_cards(pressed.words, pressed.shelf, done)]

"""What is said of links that were saved or changed: a status that becomes the card, a summary, tags and note."""

from collections.abc import Sequence

from bot.conversation import cards, render
from bot.conversation.asked import Shelf
from bot.conversation.replies import Change, Message, Reaction, Reply
from bot.wording import BROKEN, KEPT, SEEN, WRITTEN, Words
from storage.models import Link
from storage.saving import Saved, SaveOutcome
from storage.undoing import Removed


def saved(words: Words, all_saved: Sequence[Saved]) -> list[Reply]:
    """Of a new link a status that becomes its card, of several a summary, of those kept since when.

    New is also a link for whose copy there is no room; the status says so, and the card too.
    """
    queued = [each for each in all_saved if each.outcome in {SaveOutcome.QUEUED, SaveOutcome.NO_ROOM}]
    kept = [each.link for each in all_saved if each.outcome == SaveOutcome.KEPT]
    replies: list[Reply] = []
    if queued or kept:
        replies.append(Reaction(SEEN if queued else KEPT))
    ids = tuple(each.announcement_id for each in queued if each.announcement_id is not None)
    link_ids = tuple(render.link_id(each.link) for each in queued)
    if len(queued) == 1:
        status = render.saved(words, queued[0].link, queued[0].why_not)
        replies.append(Message(status, announcement_ids=ids, link_ids=link_ids))
    elif queued:
        text = render.summary(words, [(each.link, BROKEN if each.why_not else "") for each in queued])
        replies.append(Message(text, announcement_ids=ids, is_summary=True, link_ids=link_ids))
    if kept:
        replies.append(render.kept(words, kept))
    return replies


async def caught_up(words: Words, shelf: Shelf, all_saved: Sequence[Saved]) -> list[Reply]:
    """The cards of links that were kept before, where saving them again has brought tags or a note."""
    links = [each.link for each in all_saved if each.is_changed][: render.SUMMARY_LINKS]
    return [reply for link in links for reply in await new_card(words, shelf, render.link_id(link))]


async def changed(words: Words, shelf: Shelf, links: Sequence[Link]) -> list[Reply]:
    """The newest card of each link as it is now, and a sign on the message that changed it."""
    replies: list[Reply] = [Reaction(WRITTEN)]
    for link in links:
        replies += await new_card(words, shelf, render.link_id(link))
    return replies


async def new_cards(words: Words, shelf: Shelf, done: Removed) -> list[Reply]:
    """The newest cards that show a tag, after it was renamed or dropped, or what was done to it was taken back."""
    return [reply for each in done.newest for reply in await new_card(words, shelf, each)]


async def new_card(words: Words, shelf: Shelf, link_id: int) -> list[Reply]:
    """What the newest card of a link, if there is one in the chat, is to become."""
    message_ids = await shelf.editing.card_messages(link_id)
    snapshot = await shelf.library.newest_snapshot(link_id) if message_ids else None
    if snapshot is None:
        return []
    return [Change(message_ids[0], cards.card(words, snapshot, await shelf.library.failure_since(snapshot)))]


async def retagged(words: Words, shelf: Shelf, links: Sequence[Link]) -> list[Reply]:
    """Which tags links have now, and their cards with them."""
    replies = await changed(words, shelf, links)
    return [*replies, *(_with_tags(words, each) for each in links[: render.SUMMARY_LINKS])]


async def corrected(words: Words, shelf: Shelf, links: Sequence[Link]) -> list[Reply]:
    """The cards as they are now; where there is none to be seen, which tags the links have."""
    replies = await changed(words, shelf, links)
    has_card = any(isinstance(each, Change) for each in replies)
    return replies if has_card else await retagged(words, shelf, links)


def _with_tags(words: Words, link: Link) -> Message:
    tags = render.hashtags(link.tags) or words("untagged-now")
    return Message(words("tags-now", link=render.anchor(link), tags=tags), link_ids=(render.link_id(link),))

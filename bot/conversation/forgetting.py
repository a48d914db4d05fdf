"""Before something is deleted: the question, whether about one link or about all that is kept of a chat."""

import time

from bot.conversation import parse, render, urls
from bot.conversation.asked import Asked
from bot.conversation.foreign import escaped
from bot.conversation.members import Members
from bot.conversation.replies import Action, Button, Message, Verb
from bot.wording import Words
from storage.models import Link

FRESH_SECONDS = 300


def ask_about(words: Words, link: Link) -> Message:
    """Whether a link is to be deleted."""
    yes = Button(words("button-delete-yes"), Action(Verb.REMOVE, (render.link_id(link),)))
    no = Button(words("button-keep"), Action(Verb.KEEP))
    return Message(words("delete-link", link=render.anchor(link)), ((yes, no),))


async def ask_to_delete(asked: Asked) -> Message:
    """Whether the link that is named behind the command, or that the answered message is about, is to be deleted."""
    if named := parse.parse(asked.argument).links:
        return await _ask_about_named(asked, named[0].url)
    replied = asked.incoming.reply_to
    links = await asked.shelf.editing.links_of(replied) if replied is not None else []
    if len(links) == 1:
        return ask_about(asked.words, links[0])
    return Message(asked.words("delete-one" if links else "needs-link"))


async def _ask_about_named(asked: Asked, url: str) -> Message:
    link = await asked.shelf.undoing.link_known_by(urls.url_key(urls.destination(url)))
    if link is None:
        return Message(asked.words("not-saved", address=escaped(url, render.ADDRESS_LENGTH)))
    return ask_about(asked.words, link)


async def ask_about_all(asked: Asked) -> Message:
    """Whether all that is kept of the chat is to be deleted, and how much that is."""
    words, incoming = asked.words, asked.incoming
    if not may(asked.members, incoming.chat_id, incoming.author_id):
        return Message(words("owner-only"))
    found = await asked.shelf.stats()
    question = words(
        "forget-question",
        count=found.links,
        size=words.size(found.stored_bytes),
        minutes=FRESH_SECONDS // 60,
        where=where(incoming.chat_id),
    )
    yes = Button(words("button-forget"), Action(Verb.FORGET, (int(time.time()),)))
    return Message(question, ((yes, Button(words("button-keep"), Action(Verb.KEEP))),))


def may(members: Members, chat_id: int, person_id: int | None) -> bool:
    """Whether a person may have all of a chat deleted: in a private chat who has it, in a group the bot's owner."""
    return chat_id >= 0 or members.is_owner(person_id)


def where(chat_id: int) -> str:
    """Where the chat is: what was sent to a person can be deleted in different ways."""
    return "telegram" if chat_id else "terminal"


def is_fresh(asked_at: int) -> bool:
    """Whether the question was asked so lately that its answer counts. A forged time deletes only what is one's own."""
    return 0 <= time.time() - asked_at <= FRESH_SECONDS

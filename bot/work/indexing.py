"""Bringing into the full-text index what it does not have: links from before there was one, or many changed at once."""

import logging

from bot.errors import StorageError
from storage import search
from storage.artifacts import Artifacts
from storage.database import Database
from storage.library import newest_texts

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""So many are found by one look for them."""


async def index_missing(database: Database, artifacts: Artifacts) -> int:
    """Index some of the links that are missing; how many those were. Each in a short transaction.

    If a capture of one ends meanwhile, what it has brought into the index is not replaced by what is older.
    """
    async with database.read() as session:
        link_ids = await search.missing(session, AT_ONCE)
    for link_id in link_ids:
        async with database.read() as session:
            sha256s = await newest_texts(session, link_id)
        text = "\n\n".join([await _text(artifacts, each) for each in sha256s])
        async with database.write() as session:
            if not await search.is_missing(session, link_id):
                continue
            if await newest_texts(session, link_id) == sha256s:
                await search.index_page(session, link_id, text)
            else:
                await search.refresh(session, [link_id])
    return len(link_ids)


async def _text(artifacts: Artifacts, sha256: str) -> str:
    """The text of a page; none where the file is lost, for the rest of the link is found all the same."""
    try:
        return (await artifacts.get(sha256)).decode("utf-8", "replace")
    except StorageError as error:
        log.warning("a page's text is not indexed: %s", error)
        return ""

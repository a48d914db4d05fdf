"""Bringing into the full-text index what it does not have: links from before there was one, or many changed at once."""

import logging

from bot.errors import StorageError
from storage import search
from storage.artifacts import Artifacts
from storage.database import Database
from storage.library import newest_text

log = logging.getLogger(__name__)

AT_ONCE = 1_000
"""To find those that are missing, the database looks at all links that are not."""


async def index_missing(database: Database, artifacts: Artifacts) -> int:
    """Index some of the links that are missing; how many those were. Each in a short transaction."""
    async with database.read() as session:
        link_ids = await search.missing(session, AT_ONCE)
    for link_id in link_ids:
        async with database.read() as session:
            sha256 = await newest_text(session, link_id)
        text = await _text(artifacts, sha256) if sha256 else ""
        async with database.write() as session:
            await search.refresh(session, [link_id])
            await search.index_page(session, link_id, text)
    return len(link_ids)


async def _text(artifacts: Artifacts, sha256: str) -> str:
    """The text of a page; none where the file is lost, for the rest of the link is found all the same."""
    try:
        return (await artifacts.get(sha256)).decode("utf-8", "replace")
    except StorageError as error:
        log.warning("a page's text is not indexed: %s", error)
        return ""

"""What the tests of undoing share: a library's links and tags, and what was removed from it."""

from storage.library import Library
from storage.saving import Origin
from storage.undoing import Removed, Undoing, WouldMerge
from tests.storing import link

HERE, THERE = 1, 2


async def saved(library: Library, name: str, *tags: str, message_id: int = 7) -> int:
    [one] = await library.add([link(name, *tags)], Origin(message_id))
    return one.link.id or 0


async def tags(library: Library) -> dict[str, int]:
    return {count.name: count.links for count in await library.tags()}


async def tag_id(undoing: Undoing, name: str) -> int:
    tag = await undoing.tag_named(name)
    assert tag is not None
    return tag.id or 0


async def removed(result: Removed | WouldMerge | None) -> Removed:
    assert isinstance(result, Removed)
    return result

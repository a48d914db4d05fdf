"""Which tags a link has: statement functions that take a session and never commit."""

from collections.abc import Collection, Iterable, Sequence

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import clean
from storage.fold import fold
from storage.models import Link, LinkTag, Tag


def keys_of(names: Iterable[str]) -> dict[str, str]:
    """The names by their keys, each as first written; what has no key is no tag."""
    keys: dict[str, str] = {}
    for name in names:
        keys.setdefault(clean(fold(name)), name)
    keys.pop("", None)
    return keys


async def tag(session: AsyncSession, link: Link, names: Sequence[str]) -> list[str]:
    """Give the link, loaded with its tags, those that it lacks, and tell their names.

    A tag keeps the name that it was first written with.
    """
    present = {each.key for each in link.tags}
    new = {key: name for key, name in keys_of(names).items() if key not in present}
    for key, name in new.items():
        link.tags.append(
            await named(session, link.chat_id, key) or Tag(chat_id=link.chat_id, key=key, name=name)
        )
    return list(new.values())


async def untag(session: AsyncSession, link: Link, keys: Collection[str]) -> list[str]:
    """Take these tags off the link, loaded with its tags; tell the names of those that it had."""
    gone = [each for each in link.tags if each.key in keys]
    for each in gone:
        link.tags.remove(each)
    await session.flush()
    await drop_unused(session, [each.id or 0 for each in gone])
    return [each.name for each in gone]


async def drop_unused(session: AsyncSession, tag_ids: Collection[int]) -> None:
    """Remove those of the tags that no link has any more."""
    used = select(LinkTag.tag_id).where(col(LinkTag.tag_id).in_(tag_ids))
    await session.exec(delete(Tag).where(col(Tag.id).in_(tag_ids), col(Tag.id).not_in(used)))


async def named(session: AsyncSession, chat_id: int, key: str) -> Tag | None:
    """The tag with that key."""
    return (await session.exec(select(Tag).where(Tag.chat_id == chat_id, Tag.key == key))).first()

"""Further keys of a link: of the address that it led to, and of what its page calls canonical."""

from collections.abc import Sequence

from sqlmodel import or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Link, LinkKey


async def add_keys(session: AsyncSession, link: Link, url_keys: Sequence[str]) -> None:
    """Let the link be found by these keys too. One that another link of the chat has is left to it."""
    for url_key in dict.fromkeys(url_keys):
        if url_key != link.url_key and not await _is_taken(session, link.chat_id, url_key):
            session.add(LinkKey(chat_id=link.chat_id, url_key=url_key, link_id=link.id or 0))
            await session.flush()


async def _is_taken(session: AsyncSession, chat_id: int, url_key: str) -> bool:
    own = select(Link.id).where(Link.chat_id == chat_id, Link.url_key == url_key).exists()
    further = select(LinkKey.link_id).where(LinkKey.chat_id == chat_id, LinkKey.url_key == url_key).exists()
    return bool((await session.exec(select(or_(own, further)))).one())

"""Announcing at a test's word, where the announcer itself would look now and then for ever."""

from bot.work.announcer import Announcer


async def announce_due(announcer: Announcer) -> None:
    """Announce what is due now, then return."""
    for chat_id, due in (await announcer._due()).items():
        await announcer._announce_all(chat_id, due)

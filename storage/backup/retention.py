"""Which backups are kept: all of the last two days, then the newest of each day and of each week."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta

from storage.backup.manifest import (
    DATABASES,
    FILES,
    Generation,
    file_name,
    generations,
    is_ours,
    manifest_of,
)
from storage.backup.vault import Vault

ALL_OF = timedelta(days=2)


def kept(made: Sequence[Generation], keep: int, at: datetime) -> set[Generation]:
    """Those to keep: all of the last two days, and the newest of each of the newest ``keep`` days and weeks.

    Days and weeks without a backup don't count, so a pause costs nothing; the newest is always kept.
    """
    lately = {each for each in made if each.at > at - ALL_OF}
    days = _newest_of_each(made, lambda each: each.at.date().toordinal())
    weeks = _newest_of_each(made, lambda each: each.at.date().isocalendar()[:2])
    return {*lately, *days[: max(1, keep)], *weeks[:keep]}


def _newest_of_each(made: Iterable[Generation], span: Callable[[Generation], object]) -> list[Generation]:
    newest: dict[object, Generation] = {}
    for each in sorted(made, key=lambda each: each.at, reverse=True):
        newest.setdefault(span(each), each)
    return list(newest.values())


async def thin_out(vault: Vault, keep: int, at: datetime) -> int:
    """Remove the backups that are not to be kept, and what only they need; how many. Raises ``StorageError``.

    A manifest goes before what it names, so that whenever this is cut off, what is called a backup is one. Where
    a manifest that is kept can't be read, nothing is removed: it may need any file.
    """
    async with vault.held():
        made = await generations(vault)
        staying = kept(made, keep, at)
        needed = {
            file_name(sha256) for each in staying for sha256 in (await manifest_of(vault, each)).artifacts
        }
        await vault.remove([each.manifest for each in made if each not in staying])
        await vault.settle()
        await _remove_all_but(vault, DATABASES, {each.database for each in staying})
        await _remove_all_but(vault, FILES, needed)
        return len(made) - len(staying)


async def _remove_all_but(vault: Vault, folder: str, needed: Collection[str]) -> None:
    """Remove what is not needed of what backups have made; what others have put there is not ours."""
    there = await vault.sizes(folder)
    await vault.remove([name for name in there if is_ours(name) and name not in needed])

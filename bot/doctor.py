"""Looking at everything that Tagshot needs, each thing by really using it, and saying what to do."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.backups import vault_of
from bot.capture.chromium.launch import Posture, Sandbox, what_keeps_it_from_nobody
from bot.capture.setup.fontcheck import CHINESE, EMOJI, Drawn, draw_probe
from bot.capture.setup.fonts import CJK_NAME, EMOJI_NAME
from bot.capture.setup.host import this_host
from bot.capture.setup.namespaces import sandbox_advice
from bot.capture.setup.packages import browser_advice, font_advice
from bot.capture.setup.provision import FoundBrowser, find_browser
from bot.errors import DamagedDatabase, DiskFull, NewerDatabase, TagshotError
from bot.findings import Finding, State
from bot.health.gathering import free_bytes
from bot.private import how_to_close, opened_to_others
from bot.reaching import telegram
from bot.settings import Settings
from bot.way_back import with_way_back
from storage.artifacts import open_artifacts
from storage.backup.manifest import generations
from storage.backup.vault import shown
from storage.database import Database
from storage.integrity import check

log = logging.getLogger(__name__)

CHECK_SECONDS = 60
LITTLE_SPACE_BYTES = 2_000_000_000
NO_SPACE_BYTES = 200_000_000
_PROBE = b"Tagshot's doctor wrote this file to see whether it can.\n"
_PROBE_NAME = "doctor.txt"


@dataclass(frozen=True, slots=True)
class Check:
    """How to look at a thing, and what to do when that ends in an error."""

    name: str
    look: Callable[[Settings], Awaitable[list[Finding]]]
    advice: str


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything at once; no check keeps another from its answer, and none takes over a minute."""
    found = await asyncio.gather(*(_bounded(check, settings) for check in CHECKS))
    return [finding for findings in found for finding in findings]


async def _bounded(check: Check, settings: Settings) -> list[Finding]:
    """The findings of a check, also when it fails or does not end."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check.look(settings)
    except TimeoutError:
        sentence = f"The check did not end within {CHECK_SECONDS} seconds."
    except (DamagedDatabase, DiskFull, NewerDatabase) as error:  # which say themselves what to do
        return [Finding(check.name, State.FAILED, str(error))]
    except TagshotError as error:
        sentence = str(error)
    except Exception as error:
        log.debug("the check of %s broke", check.name, exc_info=True)
        sentence = f"The check broke ({type(error).__name__}). With LOG_LEVEL=DEBUG you see where."
    return [Finding(check.name, State.FAILED, sentence, check.advice)]


async def _database(settings: Settings) -> list[Finding]:
    """The database: looked through, its turn for writing taken, and its schema compared."""
    database = Database(settings.database)
    try:
        if database.path:
            await asyncio.to_thread(check, database.path)
        is_current = await database.is_current()
        async with database.write() as session:
            await session.connection()  # only now the transaction begins
    except DamagedDatabase as error:
        raise await with_way_back(error, settings, database) from error
    finally:
        await database.close()
    if is_current:
        return [Finding("database", State.OK, "It can be written, and its schema is the newest.")]
    sentence = "It can be written, but its schema is not the newest."
    return [Finding("database", State.WARNING, sentence, "Type: tagshot migrate (tagshot run does it too)")]


async def _artifacts(settings: Settings) -> list[Finding]:
    """The place of the artifacts: a small file is written, read and, where that is a folder, removed."""
    place = settings.artifacts
    artifacts = open_artifacts(place)
    sha256 = await artifacts.put(_PROBE)
    is_whole = await artifacts.get(sha256) == _PROBE
    if path := artifacts.path(sha256):
        await asyncio.to_thread(_remove, path)
    if is_whole:
        return [Finding("artifacts", State.OK, f"{place} can be written and read.")]
    return [Finding("artifacts", State.FAILED, f"{place} gives back something else than what was written.")]


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
        path.parent.rmdir()


async def _backup(settings: Settings) -> list[Finding]:
    """The place of the nightly backups, if there is one: a small file is written, read and removed."""
    if settings.backup_url is None:
        return []
    vault, place = vault_of(settings, settings.backup_url), shown(settings.backup_url)
    await vault.write(_PROBE_NAME, _PROBE)
    is_whole = await vault.read(_PROBE_NAME, most_bytes=len(_PROBE)) == _PROBE
    await vault.remove([_PROBE_NAME])
    if not is_whole:
        return [Finding("backup", State.FAILED, f"{place} gives back something else than what was written.")]
    made = await generations(vault)
    newest = f"its newest backup is of {made[0].at:%Y-%m-%d %H:%M} UTC" if made else "it has no backup yet"
    return [Finding("backup", State.OK, f"{place} can be written and read; {newest}.")]


async def _browser(settings: Settings) -> list[Finding]:
    """The browser, and what it makes of Chinese and emoji."""
    found = await asyncio.to_thread(find_browser, settings.chromium_path)
    if found is None:
        return [Finding("browser", State.FAILED, await asyncio.to_thread(browser_advice, this_host()))]
    drawn = await draw_probe(found.path, settings.chromium_sandbox)
    return [_started(found, drawn.posture, settings.chromium_sandbox), _fonts(drawn)]


def _started(found: FoundBrowser, posture: Posture, sandbox: Sandbox) -> Finding:
    sentence = f"{found.version} ({found.source}: {found.path}) runs {posture}."
    if posture.has_sandbox:
        return Finding("browser", State.OK, sentence)
    if sandbox == "off":
        advice = "CHROMIUM_SANDBOX=off asks for that. With auto it is used where the host allows it."
    else:
        remedy = what_keeps_it_from_nobody(found.path) or sandbox_advice()
        advice = f"A page that breaks out of it would be held less well. {remedy}"
    return Finding("browser", State.WARNING, sentence, advice)


def _fonts(drawn: Drawn) -> Finding:
    drawable = ((CJK_NAME, drawn.has_chinese), (EMOJI_NAME, drawn.has_emoji))
    if missing := tuple(name for name, is_drawn in drawable if not is_drawn):
        return Finding("fonts", State.FAILED, font_advice(missing, this_host()))
    if not drawn.has_pdf_text:
        sentence = f"{CHINESE} is drawn, but its text is missing in PDFs."
        return Finding("fonts", State.FAILED, sentence, "Install fonts-noto-cjk or another font for Chinese.")
    return Finding("fonts", State.OK, f"{CHINESE} and {EMOJI} are drawn, and PDFs hold their text.")


async def _disk(settings: Settings) -> list[Finding]:
    """The space where the data folder is, or will be."""
    free = await asyncio.to_thread(free_bytes, settings.data_dir)
    sentence = f"{free / 1e9:.1f} GB are free at {settings.data_dir}."
    if free >= LITTLE_SPACE_BYTES:
        return [Finding("disk", State.OK, sentence)]
    state = State.WARNING if free >= NO_SPACE_BYTES else State.FAILED
    return [Finding("disk", state, sentence, "A page takes one to five MB. Make room, or move DATA_DIR.")]


async def _folder(settings: Settings) -> list[Finding]:
    """Whether others may look into the data folder."""
    folder = settings.data_dir
    if sentence := opened_to_others(folder):
        return [Finding("privacy", State.WARNING, sentence, how_to_close(folder))]
    return [Finding("privacy", State.OK, f"{folder} is for its owner alone.")]


CHECKS = (
    Check("API", telegram, "Look at the network, TELEGRAM_API_URL and TELEGRAM_PROXY."),
    Check("database", _database, "Look at DATABASE_URL, and whether DATA_DIR can be written."),
    Check("artifacts", _artifacts, "Look at ARTIFACTS_URL, and whether DATA_DIR can be written."),
    Check("backup", _backup, "Look at BACKUP_URL, and whether it can be written."),
    Check("browser", _browser, "Type: tagshot setup"),
    Check("disk", _disk, "Look at DATA_DIR."),
    Check("privacy", _folder, "Look at DATA_DIR."),
)

"""Kill, start again, look: a person sends one link after another, and no life of the bot ends by itself."""

import asyncio
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings
from tests.chaos.kept import Kept
from tests.chaos.kills import Figures, Kill, Sent
from tests.chaos.lives import Captures, Life, Nursery
from tests.chaos.stub import STUB_HOST
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

OWNER = 4711
SETTLING_SECONDS = 90
ENDING_SECONDS = 10
# The link before may have been what it happened for.
ONCE_A_LIFE = {"the browser is started"}
# A page that has seen this many of its captures cut off is let through, before it is given up.
MOST_KILLS_OF_ONE = 2
HOURS_SECONDS = 2 * 3600


class Lane:
    """One bot in many lives, one person, one data folder. ``address`` gives the page of a number, and its title."""

    def __init__(
        self,
        nursery: Nursery,
        telegram: BotApiDouble,
        settings: Settings,
        address: Callable[[int], tuple[str, str]],
        *,
        captures: Captures,
        temporary: Path,
    ) -> None:
        self.figures = Figures()
        self._nursery = nursery
        self._telegram = telegram
        self._settings = settings
        self._address = address
        self._captures: Captures = captures
        self._temporary = temporary
        self._person = telegram.user(settings.allowed_chats[0])
        self._kept = Kept(settings.data_dir)
        self._numbers = itertools.count(1)
        self._sent: list[Sent] = []
        self._usual_seconds = 0.5

    async def run(self, kills: Iterable[Kill]) -> Figures:
        """Live and be killed in each of these ways, then live once more, and look at everything."""
        begun = time.monotonic()
        for kill in kills:
            await self._live(kill)
        await self._last_lives()
        with self._kept.looked_at():
            self._look_at_all()
        self.figures.seconds = time.monotonic() - begun
        return self.figures

    async def _live(self, kill: Kill) -> None:
        """One life: make good what was left, take the next link, and be killed."""
        at_once = kill.at_once and self._kills_of_last() < MOST_KILLS_OF_ONE
        life = await self._start(kill.point, is_armed=at_once)
        timer = self._timer(life, kill) if at_once else None
        with self._kept.looked_at():
            await self._until_killed(life, kill, timer)
        await self._note_end(life, kill)

    async def _until_killed(self, life: Life, kill: Kill, timer: asyncio.TimerHandle | None) -> None:
        if await self._settled(life):
            self._look_at_last()
            life.arm()
            self._say()
            timer = timer or self._timer(life, kill)
            if await self._settled(life):
                await self._end_unhurt(life, kill)
        if timer:
            timer.cancel()

    async def _end_unhurt(self, life: Life, kill: Kill) -> None:
        """End a life that has done all its work before it was killed; a named point is reached all the same."""
        if kill.kind == "at a named point" and kill.point not in ONCE_A_LIFE:
            await asyncio.wait([asyncio.ensure_future(life.end())], timeout=ENDING_SECONDS)
            if not life.has_ended:
                self.figures.faults.append(f"{kill}: not reached")
        life.kill()

    async def _start(
        self, point: str | None = None, *, is_armed: bool = False, is_simulated: bool = False
    ) -> Life:
        return await self._nursery.start(
            self._settings,
            captures=self._captures,
            point=point,
            is_armed=is_armed,
            is_simulated=is_simulated,
            more={"TMPDIR": str(self._temporary)},
        )

    def _timer(self, life: Life, kill: Kill) -> asyncio.TimerHandle | None:
        if kill.after is None:
            return None
        return asyncio.get_running_loop().call_later(kill.after * self._usual_seconds, life.kill)

    async def _note_end(self, life: Life, kill: Kill) -> None:
        end = await life.end()
        self.figures.kills[kill.kind] += 1
        if self._sent:
            self._note_what_it_knew(self._sent[-1], kill)
        if not end.was_killed:
            self.figures.faults.append(f"{kill}: ended by itself with {end.status}")
        self.figures.faults += [f"{kill}: outlived by {each}" for each in end.left]

    def _note_what_it_knew(self, sent: Sent, kill: Kill) -> None:
        sent.kills.append(kill)
        for status_message_id, pdf_sent_at in self._kept.told(sent.message.id):
            sent.noted.add(status_message_id)
            sent.pdf_in_doubt |= pdf_sent_at is not None and not self._answers(sent, "document")

    def _answers(self, sent: Sent, kind: str) -> list[Message]:
        """What the bot has sent in answer to a link, which is all behind it in the chat."""
        since = takewhile(lambda each: each is not sent.message, reversed(self._person.chat.messages))
        answers = [each for each in since if each.reply_to is sent.message and each.kind == kind]
        return answers[::-1]

    def _kills_of_last(self) -> int:
        return len(self._sent[-1].kills) if self._sent else 0

    def _say(self) -> None:
        url, title = self._address(next(self._numbers))
        self._sent.append(Sent(url, title, self._person.say(f"{url} #kept")))

    async def _settled(self, life: Life) -> bool:
        """Wait until the last link is announced; False when the life has ended before."""
        begun = time.monotonic()
        while not life.has_ended:
            if not self._sent or self._is_announced(self._sent[-1].message):
                self._usual_seconds += (time.monotonic() - begun - self._usual_seconds) / 10
                return True
            if time.monotonic() > begun + SETTLING_SECONDS:
                raise AssertionError(f"{self._sent[-1]} is stuck.\n{self._telegram.report()}")
            await self._telegram.world.changes.wait(0.02)
        return False

    def _is_announced(self, message: Message) -> bool:
        """Whether the person sees that the link is kept, and then whether the bot knows it too."""
        is_kept = message.reactions.get(self._telegram.bot.id) == "👍"
        return is_kept and self._kept.is_announced(message.id)

    def _look_at_last(self) -> None:
        if self._sent:
            last = self._sent[-1]
            self.figures.faults += self._kept.faults_of(last.url, last.message)
            self.figures.faults += self._faults_in_chat(last)

    def _faults_in_chat(self, sent: Sent) -> Iterator[str]:
        """What a person would find wrong with the answers to one link.

        A status line may stand beside the card if the bot was killed between sending and noting it.
        """
        cards, pdfs, lines = (self._answers(sent, kind) for kind in ("photo", "document", "text"))
        self.figures.standing_lines += len(lines)
        self.figures.pdfs_in_doubt += not pdfs
        wrong = {
            "cards": len(cards) != 1 or sent.title not in cards[0].text or not cards[0].keyboard,
            "PDFs": len(pdfs) > 1 or not (pdfs or sent.pdf_in_doubt),
            "status lines": len(lines) > len(sent.kills) or any(each.id in sent.noted for each in lines),
            "marks": sent.message.reactions.get(self._telegram.bot.id) != "👍",
        }
        told = "\n".join(line for each in (*cards, *pdfs, *lines) for line in each.lines())
        return (f"{name} of {sent}:\n{told}" for name, is_wrong in wrong.items() if is_wrong)

    async def _last_lives(self) -> None:
        """Let it come to its end undisturbed; then start it once more hours later, when what was left over is swept."""
        life = await self._start()
        assert await self._settled(life)
        self._look_at_last()
        life.kill()
        await life.end()
        self.figures.strays = len(self._kept.strays())
        self.figures.unfinished = len(self._kept.unfinished())
        for path in self._kept.strays() + self._kept.unfinished():
            os.utime(path, (time.time() - HOURS_SECONDS,) * 2)
        await self._sweep()

    async def _sweep(self) -> None:
        """A life in which hours pass, until nothing is left over."""
        calls = len(self._telegram.calls_of("getUpdates"))
        life = await self._start(is_simulated=True)
        await self._telegram.until(
            lambda: len(self._telegram.calls_of("getUpdates")) > calls, SETTLING_SECONDS
        )
        life.skip(HOURS_SECONDS)
        await self._telegram.until(lambda: not self._kept.strays(), SETTLING_SECONDS)
        life.kill()
        await life.end()

    def _look_at_all(self) -> None:
        self.figures.links = len(self._sent)
        self.figures.faults += self._kept.faults_of_all([each.url for each in self._sent])
        for each in self._sent:
            self.figures.faults += self._kept.faults_of(each.url, each.message)
        left = self._kept.unfinished() + list(self._temporary.iterdir())
        self.figures.faults += [f"left over: {path}" for path in left]


@asynccontextmanager
async def temporary_folder() -> AsyncIterator[Path]:
    """A folder for temporary files that a browser of nobody's can get into."""
    folder = Path(tempfile.mkdtemp(prefix="tagshot-chaos-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where lanes run: a nursery of bots, a Telegram, a place for files."""

    nursery: Nursery
    telegram: BotApiDouble
    temporary: Path
    settings: Settings

    def lane(self, captures: Captures, address: Callable[[int], tuple[str, str]]) -> Lane:
        """A lane of its own person."""
        return Lane(
            self.nursery, self.telegram, self.settings, address, captures=captures, temporary=self.temporary
        )


@asynccontextmanager
async def ground(bots: Nursery, data_dir: Path, *egress_allow: str) -> AsyncIterator[Ground]:
    """All that a lane needs, until the end of the block."""
    async with BotApiDouble() as telegram, temporary_folder() as temporary:
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            allowed_chats=tuple(range(OWNER, OWNER + 10)),
            data_dir=data_dir,
            capture_timeout_seconds=60,
            egress_allow=egress_allow,
        )
        yield Ground(bots, telegram, temporary, settings)


def stub_page(number: int) -> tuple[str, str]:
    """A page that needs no browser, on a host of its own, so that it waits for no other."""
    return f"https://{number}.{STUB_HOST}/{number}", f"Page {number}"

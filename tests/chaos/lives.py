"""The lives of a bot: started by the nursery, killed at a point or from outside, and what each has left behind."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from types import MappingProxyType
from typing import Any, Literal

from pydantic import SecretStr

from bot.settings import Settings
from tests.chaos.shared import SKIPPED, Shared
from tests.chaos.stub import STUB_HOST
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message

ROOT = Path(__file__).parent.parent.parent
STARTING_SECONDS = 180
Captures = Literal["stub", "real", "either"]


def environment(settings: Settings) -> dict[str, str]:
    """All that a bot of its own process is told, with nothing of our environment."""
    assert settings.telegram_bot_token is not None
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "TELEGRAM_BOT_TOKEN": settings.telegram_bot_token.get_secret_value(),
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "ALLOWED_CHATS": ",".join(map(str, settings.allowed_chats)),
        "DATA_DIR": str(settings.data_dir),
        "EGRESS_ALLOW": ",".join(settings.egress_allow),
        "CAPTURE_TIMEOUT_SECONDS": str(settings.capture_timeout_seconds),
        "HOST_DELAY_SECONDS": "0",
    }


@dataclass(frozen=True, slots=True)
class End:
    """How a life ended: the exit status (negative: by that signal), and the processes that outlived it for long."""

    status: int
    left: tuple[str, ...]

    @property
    def was_killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.status == -signal.SIGKILL


class Life:
    """One bot, from its start to its end."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self._end = asyncio.create_task(self._ended())

    @property
    def has_ended(self) -> bool:
        """Whether it is over, with all that it had started."""
        return self._end.done()

    def arm(self) -> None:
        """Let the trap spring from now on."""
        self._nursery.shared.arm(is_armed=True)

    def skip(self, seconds: float) -> None:
        """Let so much time have passed for it."""
        self._nursery.shared.skip(seconds)
        self.kill(SKIPPED)

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """End it from outside."""
        if not self.has_ended:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sign)

    async def end(self) -> End:
        """Wait until it is over."""
        return await asyncio.shield(self._end)

    async def _ended(self) -> End:
        told = await self._nursery.told("ended")
        return End(told["status"], tuple(told["left"]))


class Nursery:
    """Starts one bot after another. See the program of that name."""

    def __init__(self, process: asyncio.subprocess.Process, shared: Shared) -> None:
        self._process = process
        self.shared = shared

    async def start(
        self,
        settings: Settings,
        *,
        captures: Captures,
        point: str | None = None,
        is_armed: bool = False,
        is_simulated: bool = False,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Life:
        """Start a bot that is killed at ``point``, if that is one, once it is armed; ``more`` is its environment's."""
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.shared.arm(is_armed=is_armed)
        await self.ask(
            environment={**environment(settings), **more},
            log=str(settings.data_dir / "log.txt"),
            capture=captures,
            point=point,
            simulated=is_simulated,
        )
        return Life(self, (await self.told("started"))["pid"])

    async def ask(self, **what: object) -> None:
        """Send a command."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()

    async def told(self, event: str) -> dict[str, Any]:
        """What the nursery tells next, which is of this kind."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the nursery has ended"
        told: dict[str, Any] = json.loads(line)
        assert told["event"] == event
        return told


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A nursery that has lived a life itself; it and its bot end with the block."""
    with NamedTemporaryFile() as told:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.chaos.nursery",
            told.name,
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        try:
            made = Nursery(process, Shared(Path(told.name)))
            await _practise(made)
            yield made
        finally:
            process.stdin.close()
            await process.wait()


async def _practise(made: Nursery) -> None:
    """Let the nursery live by itself, against a Telegram of its own: once to make all, once to find all there."""
    with TemporaryDirectory() as folder:
        async with BotApiDouble() as telegram:
            person = telegram.user(4711)
            settings = Settings(
                _env_file=None,
                telegram_bot_token=SecretStr(telegram.token),
                telegram_api_url=telegram.url,
                allowed_chats=(person.id,),
                data_dir=Path(folder),
            )
            for name in ("first", "second"):
                sent = person.say(f"https://{STUB_HOST}/{name} #practice")
                await made.ask(environment=environment(settings), capture=None)
                await telegram.until(partial(_is_kept, sent, telegram.bot.id), STARTING_SECONDS)
                await made.ask()
                await made.told("practised")


def _is_kept(sent: Message, bot_id: int) -> bool:
    return sent.reactions.get(bot_id) == "👍"

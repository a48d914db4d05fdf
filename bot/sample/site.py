"""The loopback server of the sample article; the article itself is in the folder ``pages``."""

import asyncio
import errno
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import as_file, files
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

ARTICLE = "optimizers.html"
PREFERRED_PORT = 8765
"""The same port each time, so that the article keeps its address and is the same link the next time."""

_POLL_SECONDS = 0.05


class SampleSite:
    """Serves the article while the context is open: ``async with SampleSite() as site: site.url``.

    Listens on 127.0.0.1 only; on any free port when the preferred one is taken.
    """

    def __init__(self, port: int = PREFERRED_PORT) -> None:
        self._port = port
        self._opened = ExitStack()

    async def __aenter__(self) -> Self:
        folder = self._opened.enter_context(as_file(files("bot.sample") / "pages"))
        self._server = _listen(folder, self._port)
        self._thread = Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="sample", daemon=True
        )
        self._thread.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._server.shutdown)
        self._thread.join()
        self._server.server_close()
        self._opened.close()

    @property
    def authority(self) -> str:
        """``host:port``, as EGRESS_ALLOW takes it."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The address of the article."""
        return f"http://{self.authority}/{ARTICLE}"


class _Pages(SimpleHTTPRequestHandler):
    """The files of one folder, told to nobody's log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


def _listen(folder: Path, port: int) -> ThreadingHTTPServer:
    handler = partial(_Pages, directory=str(folder))
    try:
        return ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        return ThreadingHTTPServer(("127.0.0.1", 0), handler)

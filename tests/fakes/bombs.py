"""Pages that fill the memory of whoever opens them, served on loopback."""

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

# The body of each grows until it is stopped or holds about 8 GiB.
_SCRIPTS = {
    "arrays": """
        const held = [];
        const grow = () => { held.push(new Uint8Array(64 << 20).fill(1)); if (held.length < 128) setTimeout(grow); };
        grow();
    """,
    "canvases": """
        const grow = (left) => {
          const canvas = document.body.appendChild(document.createElement("canvas"));
          canvas.width = canvas.height = 8192;
          canvas.getContext("2d", { willReadFrequently: true }).fillRect(0, 0, 8192, 8192);
          if (left) setTimeout(grow, 0, left - 1);
        };
        grow(32);
    """,
    "elements": """
        const grow = (left) => {
          const rows = document.createElement("div");
          rows.innerHTML = "<p><b>a</b><i>row</i></p>".repeat(100000);
          document.body.append(rows);
          if (left) setTimeout(grow, 0, left - 1);
        };
        grow(400);
    """,
}
_UNPACKED_BYTES = 2 * 1024**3
_BLOCK_BYTES = 32 * 1024**2


def _gzip_bomb() -> bytes:
    """About 2 MB that unpack to 2 GiB of text; a block that ends with a full flush may be repeated as it is."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head = packer.compress(b"<!doctype html><title>Packed</title><pre>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"no play\n" * (_BLOCK_BYTES // 8)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (_UNPACKED_BYTES // _BLOCK_BYTES)


@asynccontextmanager
async def bombs() -> AsyncIterator[int]:
    """The port at which ``/arrays``, ``/canvases``, ``/elements``, ``/packed`` and the harmless ``/calm`` are."""
    packed = _gzip_bomb()

    async def page(request: web.Request) -> web.Response:
        name = request.path.removeprefix("/")
        if name == "packed":
            headers = {"Content-Encoding": "gzip", "Content-Type": "text/html"}
            return web.Response(body=packed, headers=headers)
        script = _SCRIPTS.get(name, "")
        return web.Response(
            text=f"<!doctype html><title>{name}</title><body><p>A page.<script>{script}</script>",
            content_type="text/html",
        )

    app = web.Application()
    app.router.add_get("/{name}", page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()

"""Pages that use up the memory, the time or the network of whoever opens them, served on loopback."""

import asyncio
import gzip
import struct
import zlib
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from aiohttp import web

# Each grows until it is stopped or holds about 8 GiB.
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
    "strings": """
        const held = [];
        for (let i = 0; i < 1000; i++) held.push(("x" + i).repeat(4e6).split("").join("y"));
    """,
    "wasm": """
        const held = [];
        for (let i = 0; i < 64; i++) {
          const memory = new WebAssembly.Memory({ initial: 2048, maximum: 2048 });
          new Uint8Array(memory.buffer).fill(1);
          held.push(memory);
        }
    """,
    "shared": """
        const held = [];
        const grow = () => { held.push(new Uint8Array(new WebAssembly.Memory(
          { initial: 1024, maximum: 1024, shared: true }).buffer).fill(1)); if (held.length < 128) setTimeout(grow); };
        grow();
    """,
    "workers": """
        const code = "const held = []; setInterval(() => held.push(new Uint8Array(16 << 20).fill(1)), 5)";
        const address = URL.createObjectURL(new Blob([code]));
        for (let i = 0; i < 40; i++) new Worker(address);
    """,
    "blobs": """
        const held = [];
        const grow = async () => {
          const blob = new Blob([new Uint8Array(32 << 20).fill(held.length)]);
          await blob.slice(0, 1).arrayBuffer();
          held.push(blob);
          if (held.length < 256) setTimeout(grow);
        };
        grow();
    """,
    "stored": """
        caches.open("x").then(async (cache) => {
          for (let i = 0; i < 256; i++) await cache.put("/" + i, new Response(new Uint8Array(32 << 20).fill(i)));
        });
    """,
    "database": """
        const request = indexedDB.open("x", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("x");
        request.onsuccess = () => {
          const grow = (i) => {
            const change = request.result.transaction("x", "readwrite", { durability: "relaxed" });
            change.objectStore("x").put(new Uint8Array(32 << 20).fill(i), i);
            change.oncomplete = () => i < 256 && grow(i + 1);
          };
          grow(0);
        };
    """,
    "messages": """
        const worker = new Worker(URL.createObjectURL(new Blob(["for (;;) {}"])));
        const grow = (left) => {
          worker.postMessage(new Uint8Array(32 << 20).fill(1));
          if (left) setTimeout(grow, 0, left - 1);
        };
        grow(256);
    """,
    "frames": """
        for (let host = 2; host < 18; host++) {
          const frame = document.body.appendChild(document.createElement("iframe"));
          frame.src = `http://127.0.0.${host}:${location.port}/slowly`;
        }
    """,
    "slowly": """
        const held = [];
        const grow = () => { held.push(new Uint8Array(16 << 20).fill(1)); if (held.length < 32) setTimeout(grow, 20); };
        grow();
    """,
    "popups": "for (let i = 0; i < 500; i++) open(`/slowly?${i}`);",
    "written": "for (;;) document.write('<p>' + 'more '.repeat(10000));",
    "spinning": "for (;;) {}",
    "promises": "const again = () => Promise.resolve().then(again); again();",
    "dialogs": "for (;;) alert('Again');",
    "histories": "for (let i = 0; ; i++) history.pushState({}, '', `?${i}`);",
    "pattern": "/^(a+)+$/.test('a'.repeat(60) + 'b');",
    "resources": "for (let i = 0; i < 10000; i++) new Image().src = `/pixel?${i}`;",
    "requests": "const again = () => fetch(`/pixel?${Math.random()}`).then(again, again); Array(20).fill().map(again);",
    "streamed": "fetch('/endless').then(async (answer) => { for await (const _ of answer.body); });",
    "prose": """
        const rows = "<p>" + "All work and no play makes a dull page. ".repeat(1000) + "</p>";
        document.body.insertAdjacentHTML("beforeend", rows.repeat(2500));
    """,
    "tall": "document.body.style.cssText = 'height: 59990px; background: linear-gradient(red, blue)';",
    "wide": "document.body.style.cssText = 'width: 500000px; height: 500000px; background: red'",
}
# A script that never comes keeps the page loading, so that it can't be captured before it has filled the memory.
_STAYS = '<script src="/never"></script>'
_MARKUP = {
    "arrays": _STAYS,
    "blobs": _STAYS,
    "frames": _STAYS,
    "picture": '<img src="/picture.png">',
    "laughs": "<svg>" + "".join(
        f'<g id="l{level + 1}">' + f'<use href="#l{level}"/>' * 10 + "</g>" for level in range(9)
    ).replace('<use href="#l0"/>', "<circle r='1'/>") + "</svg>",
    "nested": "<div>" * 100_000,
}  # fmt: skip
_UNPACKED_BYTES = 2 * 1024**3
_BLOCK_BYTES = 32 * 1024**2
# 1 GiB of text in 876 bytes of brotli, which gzip makes short enough to be written here.
_BROTLI = (
    "H4sIAAAAAAAAAzv//3/9j7mcZW+sCrb6SjxfysQf09Qydap/3MaTUw3YpzFLvLB9//932AGQMlWGRxsYHL7/m/////8P3gxHEhkb"
    "3v21/////8PpDB2HmRju/q7/9///YX1GgXZWhl3f///5/789nkmBj5uh5P3/n///8+9ncZARY3hx7//n///l6zgbLHQYLuz9//z/"
    "f/s/QgyFEQwLqv+fH7Vo1KJhZVE/J8MfIQZDFwYFABRxWRVsAwAA"
)

MEMORY = (
    "arrays", "canvases", "elements", "strings", "wasm", "shared", "workers", "blobs", "stored", "database", "messages",
    "frames", "popups", "packed", "brotli", "picture", "laughs", "nested",
)  # fmt: skip
TIME = ("written", "spinning", "promises", "dialogs", "histories", "pattern", "prose", "tall", "wide")
NETWORK = ("resources", "requests", "streamed", "endless")


@cache
def _gzip_bomb() -> bytes:
    """About 2 MB that unpack to 2 GiB of text; a block that ends with a full flush may be repeated as it is."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    head = packer.compress(b"<!doctype html><title>Packed</title><pre>") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"no play\n" * (_BLOCK_BYTES // 8)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (_UNPACKED_BYTES // _BLOCK_BYTES)


@cache
def _huge_picture() -> bytes:
    """A PNG of 30,000 by 30,000 white pixels in some kilobytes: shown, it takes 3.4 GiB."""
    side = 30_000

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * (side // 8)) * side, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def _page(request: web.Request) -> web.Response:
    name = request.path.removeprefix("/")
    script, markup = _SCRIPTS.get(name, ""), _MARKUP.get(name, "")
    return web.Response(
        text=f"<!doctype html><title>{name}</title><body><p>A page.<script>{script}</script>{markup}",
        content_type="text/html",
        headers={"Cross-Origin-Opener-Policy": "same-origin"},
    )


async def _brotli(_: web.Request) -> web.Response:
    headers = {"Content-Encoding": "br", "Content-Type": "text/html"}
    return web.Response(body=gzip.decompress(b64decode(_BROTLI)), headers=headers)


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/html"})
    await answer.prepare(request)
    block = b"<p>" + b"more " * 20_000
    while True:
        try:
            await answer.write(block)
        except ConnectionError:
            return answer


async def _never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def bombs(*, hosts: int = 1) -> AsyncIterator[int]:
    """The port at which all of them, and the harmless ``/calm``, are; on so many hosts from 127.0.0.1 on."""
    packed, picture = _gzip_bomb(), _huge_picture()

    async def gzipped(_: web.Request) -> web.Response:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip", "Content-Type": "text/html"})

    async def pictured(_: web.Request) -> web.Response:
        return web.Response(body=picture, content_type="image/png")

    app = web.Application()
    app.router.add_get("/packed", gzipped)
    app.router.add_get("/brotli", _brotli)
    app.router.add_get("/endless", _endless)
    app.router.add_get("/never", _never)
    app.router.add_get("/picture.png", pictured)
    app.router.add_get("/{name}", _page)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = int(runner.addresses[0][1])
        for host in range(2, hosts + 1):
            await web.TCPSite(runner, f"127.0.0.{host}", port).start()
        yield port
    finally:
        await runner.cleanup()

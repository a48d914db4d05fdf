"""Pages whose content comes late, each in another way: whole, each says ``WHOLE``. Served on loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.fakes.site import picture

_FETCH = "const say = async (ms) => { a.textContent = await (await fetch(`/words?ms=${ms}`)).text(); };"
_SAY = "const whole = () => { a.textContent = 'WHOLE'; };"
_WORKER = "setTimeout(() => postMessage(1), 300)"

# Ends whole: all that the page does is done within half a second after its last request.
PAGES = {
    "timer": f"{_SAY} setTimeout(whole, 400)",
    "timers": f"{_SAY} setTimeout(() => setTimeout(whole, 150), 150)",
    "text timer": "setTimeout('a.textContent = `WHOLE`', 200)",
    "app": f"{_FETCH} setTimeout(() => say(20), 300)",
    "two stages": f"{_FETCH} setTimeout(async () => {{ await say(20); setTimeout(() => say(20), 300); }}, 300)",
    "slow answer": f"{_FETCH} say(800)",
    "frames": f"{_SAY} let n = 0; const draw = () => n++ < 12 ? requestAnimationFrame(draw) : whole(); draw()",
    "idle": f"{_SAY} requestIdleCallback(() => setTimeout(whole, 200))",
    "interval": f"{_SAY} let n = 0; setInterval(() => n++ === 15 && whole(), 20)",
    "worker": f"{_SAY} new Worker(URL.createObjectURL(new Blob([`{_WORKER}`]))).onmessage = whole",
    "socket": f"{_SAY} new WebSocket(`ws://${{location.host}}/chat`).onmessage = whole",
    "events": f"{_SAY} new EventSource('/news').onmessage = whole",
    "script": "document.body.append(Object.assign(document.createElement('script'), { src: '/script.js?ms=300' }))",
    "module": "import('/script.js?ms=300')",
    "database": f"{_SAY} indexedDB.open('shelf').onsuccess = whole",
    "leaving": "setTimeout(() => { location = '/timer'; }, 200)",
    "never": f"{_FETCH} fetch('/words?ms=60000'); say(50)",
    "clockwork": f"{_SAY} whole(); setInterval(() => {{ document.title += '.'; }}, 20)",
    "drawing": f"{_SAY} whole(); (function draw() {{ requestAnimationFrame(draw); }})()",
    "spoilt": f"{_SAY} Map.prototype.set = performance.now = Reflect.apply = undefined; setTimeout(whole, 300)",
    "busy": f"{_SAY} for (let n = 0; n < 2000; n++) setTimeout(() => undefined, n); setTimeout(whole, 300)",
    "hidden timers": f"""{_SAY} whole(); for (const name of Object.getOwnPropertyNames(globalThis))
        if (/^_[0-9a-f]{{16}}$/.test(name)) globalThis[name] = () => 1e9;""",
    "calculation": f"""{_SAY} crypto.subtle.importKey("raw", new Uint8Array(16), "PBKDF2", false, ["deriveBits"])
        .then((key) => crypto.subtle.deriveBits(
          {{ name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(8), iterations: 250000 }}, key, 256)).then(whole)""",
}

_SEEN_LATE = """<div style="height:4000px"></div><p id="b">..</p><script>
setTimeout(() => new IntersectionObserver(async ([{ isIntersecting }]) => {
  if (isIntersecting) b.textContent = await (await fetch("/words?ms=100")).text();
}).observe(b), 200);
</script>"""
_FRAME = """<iframe srcdoc="<p id=a>..</p><script>setTimeout(() => parent.a.textContent = 'WHOLE', 300)</script>">
</iframe>"""
_FADING = """<style>
  body { margin: 0; background: white; }
  div { height: 300px; background: rgb(200, 0, 0); animation: 0.7s 0.2s both fade; }
  p { height: 300px; margin: 0; background: rgb(0, 0, 200); opacity: 0; transition: opacity 1s; }
  p.on { opacity: 1; }
  @keyframes fade { from { opacity: 0; } }
  @keyframes turn { to { rotate: 1turn; } }
  span { display: inline-block; animation: 1s infinite turn; }
</style><div></div><p></p><span>WHOLE</span>
<script>setTimeout(() => document.querySelector("p").classList.add("on"), 50);</script>"""
_SLOW_PICTURES = "".join(f'<img src="/picture/{number}.png?ms=800" alt="">' for number in range(3))
_BLOCK = "<style>body { margin: 0 } img { display: block }</style>"

_BODIES = {
    **{name: f'<p id="a">..</p><script>{script}</script>' for name, script in PAGES.items()},
    "seen late": _SEEN_LATE,
    "frame": f'<p id="a">..</p>{_FRAME}',
    "fading": _FADING,
    "slow pictures": _BLOCK + _SLOW_PICTURES,
    "plain": "<p>WHOLE</p>",
}


async def _page(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    body = _BODIES[name]
    return web.Response(
        text=f"<!doctype html><title>{name}</title><body>{body}", content_type="text/html", charset="utf-8"
    )


async def _late(request: web.Request) -> None:
    await asyncio.sleep(int(request.query.get("ms", 0)) / 1000)


async def _words(request: web.Request) -> web.Response:
    await _late(request)
    return web.Response(text="WHOLE")


async def _script(request: web.Request) -> web.Response:
    await _late(request)
    return web.Response(text="a.textContent = 'WHOLE'", content_type="text/javascript")


async def _picture(request: web.Request) -> web.Response:
    await _late(request)
    return web.Response(body=picture(int(request.match_info["number"])), content_type="image/png")


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await asyncio.sleep(0.3)
    await socket.send_str("news")
    await socket.receive()
    return socket


async def _events(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    await asyncio.sleep(0.3)
    await response.write(b"data: news\n\n")
    await asyncio.sleep(60)
    return response


@asynccontextmanager
async def late_pages() -> AsyncIterator[int]:
    """The port at which ``/<name>`` is each of ``PAGES``, and the others."""
    app = web.Application()
    app.add_routes(
        [
            web.get("/words", _words),
            web.get("/script.js", _script),
            web.get("/picture/{number}.png", _picture),
            web.get("/chat", _socket),
            web.get("/news", _events),
            web.get("/{name}", _page),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()

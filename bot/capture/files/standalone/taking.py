"""Taking a page as it is shown out of the browser, for an HTML file that opens anywhere and asks nobody for anything.

``document.js`` writes down what a document shows and names the style sheets, pictures and fonts that belong between
its pieces; they are taken from what the browser has received. ``one_file`` puts all together.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from playwright.async_api import CDPSession
from playwright.async_api import Error as PlaywrightError

from bot.capture.failures import raise_if_gone
from bot.capture.files.received import Received
from bot.capture.files.standalone import stylesheets
from bot.capture.files.standalone.one_file import MAX_IMPORT_DEPTH, Copy, Document, Head, Piece, Place, Style
from bot.capture.files.standalone.stylesheets import Address, Import, Part
from bot.capture.isolated import World

MAX_FRAMES = 12
MAX_OWNERS = 40  # most frames can't be seen; which those are is known only by the elements that show them
MAX_FRAME_DEPTH = 2
BODIES_SECONDS = 8.0
SCRIPT_SECONDS = 8.0
FRAMES_SECONDS = 8.0
_LIMITS = {
    "elements": 200_000,
    "characters": 20_000_000,
    "milliseconds": 4000,
    "attribute": 20_000,
    "drawing": 500_000,
    "depth": 480,  # what is deeper than 512 elements a parser puts beside each other
    "canvases": 40,
    "pixels": 8_000_000,
}


def _script(name: str) -> str:
    return "(" + files(__package__).joinpath(f"{name}.js").read_text(encoding="utf-8") + ")"


_SCRIPT = f"""function (limits, sprites, ...frames) {{
  const dom = {_script("dom")}();
  const out = {_script("output")}(limits);
  const sheets = {_script("sheets")}(dom, out);
  const shown = {_script("shown")}(dom, out, limits);
  return {_script("document")}(dom, out, sheets, shown, limits, sprites, frames);
}}"""


async def take(session: CDPSession, received: Received) -> Copy:
    """Take the page as it is shown now. Raises ``BrowserGone`` and Playwright's errors."""
    tree = (await session.send("Page.getFrameTree"))["frameTree"]
    frames_until = asyncio.get_running_loop().time() + FRAMES_SECONDS
    document = await _Taking(session, received, frames_until).document(tree, depth=0)
    pieces = list(document.everything())
    css = [piece.parts for piece in pieces if isinstance(piece, Style)]
    sheets = await _sheets(_imports(css), received)
    named = [piece for piece in pieces if isinstance(piece, Address)]
    named += [part for parts in (*css, *sheets.values()) for part in parts if isinstance(part, Address)]
    wanted = {each.address for each in named if each.address in received}
    bodies = await received.bodies(wanted, within_seconds=BODIES_SECONDS)
    return Copy(document, sheets, bodies, frozenset(wanted - bodies.keys()))


async def _sheets(wanted: set[str], received: Received) -> dict[str, list[Part]]:
    """The style sheets at ``wanted`` and those that they import."""
    sheets: dict[str, list[Part]] = {}
    for _ in range(MAX_IMPORT_DEPTH):
        bodies = await received.bodies(wanted - sheets.keys(), within_seconds=BODIES_SECONDS)
        found = {
            address: await asyncio.to_thread(stylesheets.parts, body.text(), body.address)
            for address, body in bodies.items()
        }
        if not found:
            break
        sheets |= found
        wanted = _imports(found.values())
    return sheets


def _imports(css: Iterable[list[Part]]) -> set[str]:
    return {part.address for parts in css for part in parts if isinstance(part, Import)}


@dataclass(slots=True)
class _Taking:
    """Takes a document and, until ``frames_until``, the documents in its frames, of which so many are ``left``."""

    session: CDPSession
    received: Received
    frames_until: float
    left: int = MAX_FRAMES

    async def document(self, tree: dict[str, Any], *, depth: int) -> Document:
        """The document of a frame. Raises Playwright's errors."""
        world = await World.of(self.session, tree["frame"]["id"])
        owners = await self._owners(world, tree) if depth < MAX_FRAME_DEPTH else {}
        limits = {**_LIMITS, "isFrame": depth > 0}
        taken = await world.call(_SCRIPT, limits, {}, elements=owners, within_seconds=SCRIPT_SECONDS)
        if sprites := await self._sprites(taken["sprites"]):
            taken = await world.call(_SCRIPT, limits, sprites, elements=owners, within_seconds=SCRIPT_SECONDS)
        trees = list(owners.values())
        frames = {index: await self._frame(trees[index], depth + 1) for index in taken["frames"]}
        address = tree["frame"]["url"]
        pieces = await asyncio.to_thread(_pieces, taken["pieces"], frames)
        return Document(address, pieces, taken["isCut"])

    async def _owners(self, world: World, tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """The frames of a document by the ids of the elements that show them."""
        owners = {}
        for child in tree.get("childFrames", [])[:MAX_OWNERS]:
            try:
                owners[await world.owner(child["frame"]["id"])] = child
            except PlaywrightError as error:
                raise_if_gone(error)  # else the frame has been taken away meanwhile
        return owners

    async def _frame(self, tree: dict[str, Any], depth: int) -> Document | None:
        """The document in a frame, or None when it can't be had: then the frame stays empty."""
        self.left -= 1
        if self.left < 0 or asyncio.get_running_loop().time() > self.frames_until:
            return None
        try:
            return await self.document(tree, depth=depth)
        except TimeoutError:
            return None
        except PlaywrightError as error:
            raise_if_gone(error)
            return None

    async def _sprites(self, addresses: list[str]) -> dict[str, str]:
        """The text of the files whose shapes the page shows."""
        bodies = await self.received.bodies(addresses, within_seconds=BODIES_SECONDS)
        return {address: body.text() for address, body in bodies.items() if body.content}


def _pieces(taken: list[Any], frames: dict[int, Document | None]) -> list[Piece]:
    """Pieces as the script gives them: strings, and lists of a kind and what belongs to it."""
    pieces: list[Piece] = []
    for each in taken:
        match each:
            case str():
                pieces.append(each)
            case ["head"]:
                pieces.append(Head.OURS)
            case ["url", address]:
                pieces.append(stylesheets.address(address))
            case ["frame", index] if document := frames.get(index):
                pieces.append(document)
            case ["sheet", address]:
                pieces.append(Style([Import(address, "", "")], Place.ELEMENT))
            case [("css" | "svg-css" | "style") as place, css, base]:
                pieces.append(Style(stylesheets.parts(css, base), Place(place)))
    return pieces

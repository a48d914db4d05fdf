"""The process that opens one foreign PDF or picture, for ``reader``, and has nothing to lose by it.

It takes the PDF on its standard input and writes what it finds, as soon as it has it, as lines of JSON:
what the PDF says of itself, ``picture``, ``text`` and, where something can't be read, ``problem``. Of a picture there
is ``picture`` alone.
"""

import base64
import codecs
import ctypes
import io
import json
import os
import resource
import sys
from contextlib import suppress
from time import monotonic

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import (  # see lock_in
    GifImagePlugin,
    Image,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from bot.capture.files.paper import layout
from bot.capture.files.paper.glyphs import mended

MAX_MEMORY_BYTES = 768 * 1024 * 1024
MAX_CPU_SECONDS = 8
MAX_OPEN_FILES = 32
MAX_TEXT_PAGES = 200
MAX_TEXT_CHARACTERS = 500_000
MAX_PAGE_CHARACTERS = 100_000
MAX_FACT_CHARACTERS = 300
# No more pages are begun after that, so that what was read arrives.
TEXT_SECONDS = 5.0
# A very wide sheet gets a background, for Telegram takes no picture that is 20 times as wide as high.
MIN_HEIGHT_SHARE = 0.25
JPEG_QUALITY = 80
# No format but these is tried: whoever sends a picture of a page sends one of them.
_PICTURES = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    GifImagePlugin.GifImageFile.format,
)
_NOBODY = 65534
_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_CAPABILITY_VERSION = 0x20080522
_PR_SET_NO_NEW_PRIVS = 38
_NO_FACTS_ARE = frozenset({"untitled", "unknown", "anonymous", "user", "administrator", "admin"})


def main() -> None:
    """Read the PDF on the standard input; the arguments are the width and the height of the picture."""
    lock_in()
    width, height = (int(argument) for argument in sys.argv[-2:])
    content = sys.stdin.buffer.read()
    try:
        paper = pdfium.PdfDocument(content)
        if not len(paper):
            raise pdfium.PdfiumError("no pages")
    except pdfium.PdfiumError as error:
        _tell(problem=_reason(error))
        return
    lines = _first_lines(paper)
    _tell(**_facts(paper, lines))
    try:
        _tell(picture=base64.b64encode(_picture(paper, width, height)).decode())
    except (pdfium.PdfiumError, MemoryError, ValueError, ZeroDivisionError):
        _tell(problem="its first page can't be drawn")
    _tell(text=_text(paper))


def show() -> None:
    """Draw the picture on the standard input; the arguments are the width and the height that it has at most."""
    lock_in()
    width, height = (int(argument) for argument in sys.argv[-2:])
    with suppress(OSError, MemoryError, ValueError, SyntaxError, Image.DecompressionBombError):
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=_PICTURES) as picture:
            drawn = ImageOps.exif_transpose(picture).convert("RGB")
        scale = min(width / drawn.width, 1)
        drawn = drawn.crop((0, 0, drawn.width, min(drawn.height, int(height / scale))))
        size = (max(int(drawn.width * scale), 1), max(int(drawn.height * scale), 1))
        _tell(picture=base64.b64encode(_on_paper(drawn.resize(size), height)).decode())


def lock_in() -> None:
    """Give up what this process may do, as far as the system lets it: account, network, memory, files.

    Whatever is imported later may not be found: another account can't look into every home folder.
    """
    codecs.lookup("utf-16-le")
    is_offline = _is_done("unshare", _CLONE_NEWNET)
    if os.geteuid() == 0:
        with suppress(OSError):
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
    if not is_offline and _is_done("unshare", _CLONE_NEWUSER | _CLONE_NEWNET):
        # With a world of its own comes every right in it, which is more to attack the kernel with.
        _is_done("capset", (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)())
    _is_done("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (most, most))


def _is_done(call: str, *values: object) -> bool:
    """Make a system call, where there is such a one."""
    with suppress(OSError, AttributeError):
        return bool(getattr(ctypes.CDLL(None), call)(*values) == 0)
    return False


def _tell(**found: object) -> None:
    sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
    sys.stdout.buffer.flush()


def _reason(error: Exception) -> str:
    if "assword" in str(error):
        return "it can't be opened without its password"
    return "it has no pages" if "no pages" in str(error) else "it is broken"


def _facts(paper: pdfium.PdfDocument, first: list[layout.Line]) -> dict[str, object]:
    return {
        "title": _fact(paper, "Title") or layout.headline(first, layout.body_size([first])),
        "author": _fact(paper, "Author"),
        "language": _language(paper),
        "page_count": len(paper),
    }


def _fact(paper: pdfium.PdfDocument, key: str) -> str | None:
    """What the PDF says of itself, unless a program said it: a file's name, a path, nothing at all."""
    value = " ".join(paper.get_metadata_value(key).removeprefix("Microsoft Word - ").split())
    is_file = value.lower().endswith((".doc", ".docx", ".tex", ".dvi", ".pdf", ".indd", ".qxd"))
    return None if is_file or value.lower() in _NO_FACTS_ARE else mended(value)[:MAX_FACT_CHARACTERS] or None


def _language(paper: pdfium.PdfDocument) -> str | None:
    buffer = (ctypes.c_ushort * 64)()
    size = pdfium_c.FPDFCatalog_GetLanguage(paper, buffer, ctypes.sizeof(buffer))
    return bytes(buffer)[: size - 2].decode("utf-16-le", "ignore") or None if 2 < size <= 128 else None


def _picture(paper: pdfium.PdfDocument, width: int, height: int) -> bytes:
    """The first page, as wide as the screen and from its top as far as the screen goes, as JPEG."""
    paper.init_forms()
    page = paper[0]
    page_width, page_height = page.get_size()
    scale = width / page_width
    hidden = max(page_height - height / scale, 0)
    drawn = page.render(scale=scale, crop=(0, hidden, 0, 0), rev_byteorder=True).to_pil().convert("RGB")
    return _on_paper(drawn, height)


def _on_paper(drawn: Image.Image, height: int) -> bytes:
    """What was drawn as JPEG, in the middle of a background where it is too low for its width."""
    canvas_height = min(max(drawn.height, int(drawn.width * MIN_HEIGHT_SHARE)), height)
    canvas = Image.new("RGB", (drawn.width, canvas_height), "#d8d8d8")
    canvas.paste(drawn, (0, max(canvas_height - drawn.height, 0) // 2))
    buffer = io.BytesIO()
    canvas.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


def _first_lines(paper: pdfium.PdfDocument) -> list[layout.Line]:
    try:
        return lines_of(paper[0])
    except pdfium.PdfiumError:
        return []


def _text(paper: pdfium.PdfDocument) -> str:
    until = monotonic() + TEXT_SECONDS
    pages, characters = [], 0
    for number in range(min(len(paper), MAX_TEXT_PAGES)):
        if monotonic() > until or characters > MAX_TEXT_CHARACTERS:
            break
        try:
            pages.append(lines_of(paper[number]))
        except pdfium.PdfiumError:
            continue  # a broken page; the others may be whole
        characters += sum(len(line.text) for line in pages[-1])
    return layout.markdown(pages)[:MAX_TEXT_CHARACTERS]


def lines_of(page: pdfium.PdfPage) -> list[layout.Line]:
    """The lines of a page in the order in which it has them."""
    text_page = page.get_textpage()
    count = min(text_page.count_chars(), MAX_PAGE_CHARACTERS)
    text = text_page.get_text_range(0, count) if count > 0 else ""
    lines, start = [], 0
    for line in text.split("\r\n"):
        length = len(line.encode("utf-16-le", "surrogatepass")) // 2
        if line.strip():
            lines.append(_line(text_page, line, start, length))
        start += length + 2
    text_page.close()
    return lines


def _line(text_page: pdfium.PdfTextPage, text: str, start: int, length: int) -> layout.Line:
    index = pdfium_c.FPDFText_GetCharIndexFromTextIndex
    lead = len(text) - len(text.lstrip())
    first, last = index(text_page, start + lead), index(text_page, start + length - 1)
    # a line may begin with the small figure of a footnote
    size, is_level = max(_size(text_page, first), _size(text_page, index(text_page, start + length // 2)))
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(text_page, first, x, y)
    right = text_page.get_charbox(max(last, 0), loose=True)[2]
    return layout.Line(text.strip(" \t\r\n"), x.value, right, y.value, size, is_level)


def _size(text_page: pdfium.PdfTextPage, index: int) -> tuple[float, bool]:
    """The height of a character's font as it is shown, and whether it stands upright."""
    matrix = pdfium_c.FS_MATRIX()
    if not pdfium_c.FPDFText_GetMatrix(text_page, index, matrix):
        return 0.0, True
    size = pdfium_c.FPDFText_GetFontSize(text_page, index) * (matrix.c**2 + matrix.d**2) ** 0.5
    return size, abs(matrix.b) <= abs(matrix.a) / 10

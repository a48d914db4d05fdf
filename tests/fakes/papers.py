"""PDFs written by hand, so that a test says exactly what is in them: good ones, and bombs."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import pypdf

A4 = (595, 842)
_LATIN, _CHINESE, _CHARACTERS = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a page: where they begin, in points from the lower left, and how large they are."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 11
    is_turned: bool = False

    def drawn(self) -> bytes:
        matrix = "0 1 -1 0" if self.is_turned else "1 0 0 1"
        if self.text.isascii():
            escaped = self.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            return f"BT /F1 {self.size} Tf {matrix} {self.x} {self.y} Tm ({escaped}) Tj ET\n".encode()
        codes = self.text.encode("utf-16-be").hex()
        return f"BT /F2 {self.size} Tf {matrix} {self.x} {self.y} Tm <{codes}> Tj ET\n".encode()


def paragraph(text: str, *, x: float = 72, y: float = 700, size: float = 11, width: int = 60) -> list[Words]:
    """A text broken into lines of about ``width`` characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [Words(line, x, y - number * size * 1.2, size) for number, line in enumerate(lines)]


def paper(
    *pages: Sequence[Words],
    size: tuple[float, float] = A4,
    about: str = "",
    catalog: str = "",
    extra: bytes = b"",
) -> bytes:
    """A PDF. ``about`` is its information, ``catalog`` more of its catalog, ``extra`` is drawn on each page."""
    numbers = [10 + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _LATIN: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        _CHINESE: b"<< /Type /Font /Subtype /Type0 /BaseFont /Song /Encoding /Identity-H "
        b"/DescendantFonts [6 0 R] /ToUnicode 5 0 R >>",
        _CHARACTERS: _stream(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> "
            b"endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end"
        ),
        6: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Song /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        7: f"<< {about} >>".encode(),
    }
    for number, words in zip(numbers, pages, strict=True):
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>"
        ).encode()
        objects[number + 1] = _stream(b"".join(each.drawn() for each in words) + extra)
    return _file(objects)


def bomb(unpacked_bytes: int) -> bytes:
    """A page whose drawing is packed so well that it fills the memory."""
    return paper([Words("boom")], extra=b"0 0 m 9 9 l S\n" * (unpacked_bytes // 14))


def locked(user_password: str) -> bytes:
    """A page that only those can open who know the password."""
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(paper([Words("for few eyes")]))))
    writer.encrypt(user_password, "the owner's")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _stream(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode >> stream\n" % len(packed) + packed + b"\nendstream"


def _file(objects: dict[int, bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(written)
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(written)
    written += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        written += b"%d 1\n%010d 00000 n \n" % (number, place)
    written += b"trailer << /Root 1 0 R /Info 7 0 R /Size %d >>\n" % (max(objects) + 1)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table)

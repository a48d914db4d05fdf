"""The files that Telegram keeps: what was uploaded, under ids that can be sent again without an upload."""

import io
import itertools
import mimetypes
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image

from tests.fakes.telegram import limits
from tests.fakes.telegram.errors import WRONG_FILE, bad_request, too_large
from tests.fakes.telegram.wire import Upload

MediaKind = Literal["photo", "document"]

_THUMBNAIL_SIDES = (("s", 90), ("m", 320), ("x", 800), ("y", 1280))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as Telegram keeps it. ``content`` is what was uploaded: the double does not recompress photos."""

    file_id: str
    unique_id: str
    kind: MediaKind
    name: str
    mime_type: str
    content: bytes
    width: int = 0
    height: int = 0
    thumbnail: "StoredFile | None" = None

    def as_json(self) -> Any:
        """As in a message: a list of sizes for a photo, an object for a document."""
        return self._sizes_json() if self.kind == "photo" else self._document_json()

    @property
    def label(self) -> str:
        """What a person sees of it, in one word or two."""
        return f"{self.width}×{self.height}" if self.kind == "photo" else self.name

    @property
    def size_ids(self) -> dict[str, tuple[int, int]]:
        """The ids of a photo's sizes with width and height, the smallest first, the whole photo last."""
        longest = max(self.width, self.height)
        smaller = {
            f"{self.file_id}-{letter}": (
                max(1, self.width * side // longest),
                max(1, self.height * side // longest),
            )
            for letter, side in _THUMBNAIL_SIDES
            if side < longest
        }
        return smaller | {self.file_id: (self.width, self.height)}

    def _sizes_json(self) -> list[dict[str, Any]]:
        return [
            {
                "file_id": file_id,
                "file_unique_id": f"{self.unique_id}{file_id.removeprefix(self.file_id)}",
                "width": width,
                "height": height,
                "file_size": max(1, len(self.content) * width * height // (self.width * self.height)),
            }
            for file_id, (width, height) in self.size_ids.items()
        ]

    def _document_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime_type,
            "file_size": len(self.content),
        }
        if self.thumbnail is not None:
            body["thumbnail"] = self.thumbnail.as_json()[-1]
        return body


class Files:
    """All files, and how they came: ``uploads`` counts uploads, ``cached_sends`` sends by id."""

    def __init__(self) -> None:
        self.uploads = 0
        self.cached_sends = 0
        self._by_id: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file behind an id, whichever size the id stands for."""
        return self._by_id.get(file_id)

    def received(
        self, source: object, kind: MediaKind, uploads: Mapping[str, Upload], thumbnail: object = None
    ) -> StoredFile:
        """The file that a call names: an upload under ``attach://…`` or an id. Raises the 400s and 413 of it."""
        reference = str(source)
        if reference.startswith("attach://"):
            upload = uploads.get(reference.removeprefix("attach://"))
            if upload is None:
                raise bad_request("there is no file with the attached name in the request")
            return self.add(upload, kind, thumbnail=self._thumbnail(thumbnail, uploads))
        if reference.startswith(("http://", "https://")):
            raise bad_request("Failed to get HTTP URL content")
        return self._cached(reference, kind)

    def add(
        self,
        upload: Upload,
        kind: MediaKind,
        *,
        thumbnail: StoredFile | None = None,
        is_from_bot: bool = True,
    ) -> StoredFile:
        """Keep an upload and give it an id; only the bot's own are counted."""
        if len(upload.content) > limits.DOCUMENT_BYTES:
            raise too_large()
        if not upload.content:
            raise bad_request("file must be non-empty")
        width, height = _photo_size(upload.content) if kind == "photo" else (0, 0)
        number = next(self._numbers)
        prefix = "AgACAgIAAxkB" if kind == "photo" else "BQACAgIAAxkB"
        stored = StoredFile(
            file_id=f"{prefix}{number:08d}",
            unique_id=f"AQAD{number:08d}",
            kind=kind,
            name=upload.filename or "document",
            mime_type=_mime_type(upload),
            content=upload.content,
            width=width,
            height=height,
            thumbnail=thumbnail,
        )
        self.uploads += is_from_bot
        ids = stored.size_ids if kind == "photo" else {stored.file_id: (0, 0)}
        self._by_id.update(dict.fromkeys(ids, stored))
        return stored

    def _cached(self, file_id: str, kind: MediaKind) -> StoredFile:
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request(WRONG_FILE)
        if stored.kind != kind:
            raise bad_request(f"Can't use file of type {stored.kind.title()} as {kind.title()}")
        self.cached_sends += 1
        return stored

    def _thumbnail(self, source: object, uploads: Mapping[str, Upload]) -> StoredFile | None:
        """A document's own small picture; one that is too large or no JPEG is left out without a word."""
        upload = uploads.get(str(source).removeprefix("attach://")) if source else None
        if upload is None or len(upload.content) > 200_000 or not upload.content.startswith(b"\xff\xd8"):
            return None
        width, height = _measured(upload.content)
        if not 0 < max(width, height) <= 320:
            return None
        number = next(self._numbers)
        name, unique = f"AAMCAgADGQEA{number:08d}", f"AQAT{number:08d}"
        return StoredFile(name, unique, "photo", "thumb.jpg", "image/jpeg", upload.content, width, height)


def _mime_type(upload: Upload) -> str:
    guessed, _ = mimetypes.guess_type(upload.filename)
    return guessed or upload.content_type or "application/octet-stream"


def _photo_size(content: bytes) -> tuple[int, int]:
    """Width and height of a photo that Telegram would take. Raises the 400s of one that it would not."""
    limits.check_photo_bytes(len(content))
    width, height = _measured(content)
    limits.check_photo_sides(width, height)
    return width, height


def _measured(content: bytes) -> tuple[int, int]:
    """Width and height of a picture; zeros when it is none."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(content)) as image:
            return image.size
    except (OSError, Image.DecompressionBombError):
        return 0, 0

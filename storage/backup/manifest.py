"""What a backup consists of, as its manifest says it, and how the parts are named. Nothing in it is trusted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from storage.backup.vault import Vault
from storage.errors import StorageError

MANIFESTS, DATABASES, FILES = "manifests", "databases", "artifacts"
STAMP = "%Y%m%dT%H%M%SZ"
MOST_MANIFEST_BYTES = 1 << 28
MOST_DATABASE_BYTES = 1 << 36
MOST_FILE_BYTES = 1 << 30
_STAMPED = re.compile(rf"{MANIFESTS}/(\d{{8}}T\d{{6}}Z)\.json")
_PART = re.compile(rf"{FILES}/[0-9a-f]{{2}}/[0-9a-f]{{64}}|{DATABASES}/\d{{8}}T\d{{6}}Z\.db\.gz")
_SHA256 = r"^[0-9a-f]{64}$"

Sha256 = Annotated[str, StringConstraints(pattern=_SHA256, strict=True)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DatabaseCopy(_Strict):
    """The packed copy of the database. ``sha256`` and ``size_bytes`` are of the copy, the others of what is in it."""

    revision: Annotated[str, StringConstraints(pattern=r"^[0-9a-z_]{1,40}$")]
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0, le=MOST_DATABASE_BYTES)]
    unpacked_sha256: Sha256
    unpacked_bytes: Annotated[int, Field(ge=0, le=MOST_DATABASE_BYTES)]


class Manifest(_Strict):
    """A backup. ``artifacts`` has the size of each file by its hash; ``missing`` are those that could not be had."""

    format: Literal["tagshot-backup-1"] = "tagshot-backup-1"
    tagshot: Annotated[str, StringConstraints(max_length=40)]
    made_at: Annotated[str, StringConstraints(pattern=r"^\d{8}T\d{6}Z$")]
    database: DatabaseCopy
    artifacts: dict[Sha256, Annotated[int, Field(ge=0, le=MOST_FILE_BYTES)]]
    missing: list[Sha256]


@dataclass(frozen=True, slots=True)
class Generation:
    """One backup among those of a vault, by the moment it was made at."""

    at: datetime

    @property
    def stamp(self) -> str:
        """The moment as names have it."""
        return self.at.strftime(STAMP)

    @property
    def manifest(self) -> str:
        """The name of the manifest."""
        return f"{MANIFESTS}/{self.stamp}.json"

    @property
    def database(self) -> str:
        """The name of the packed copy of the database."""
        return f"{DATABASES}/{self.stamp}.db.gz"


def file_name(sha256: str) -> str:
    """The name of a stored file in a vault."""
    return f"{FILES}/{sha256[:2]}/{sha256}"


def is_ours(name: str) -> bool:
    """Whether something in a vault is called as the parts of backups are."""
    return _PART.fullmatch(name) is not None


async def generations(vault: Vault) -> Sequence[Generation]:
    """The backups of a vault, the newest first. Raises ``StorageError``."""
    found = (_STAMPED.fullmatch(name) for name in await vault.sizes(MANIFESTS))
    times = (_moment(each[1]) for each in found if each)
    return sorted((Generation(at) for at in times if at), key=lambda each: each.at, reverse=True)


async def manifest_of(vault: Vault, generation: Generation) -> Manifest:
    """What a backup consists of. Raises ``StorageError`` when its manifest is damaged or makes no sense."""
    content = await vault.read(generation.manifest, most_bytes=MOST_MANIFEST_BYTES)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(part)[:70] for part in error.errors()[0]["loc"]) or "its form"
        raise StorageError(
            f"The manifest {generation.manifest} is damaged or not of this Tagshot: see {where}."
        ) from None
    if manifest.made_at != generation.stamp:
        raise StorageError(f"The manifest {generation.manifest} is of another backup: {manifest.made_at}.")
    return manifest


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None

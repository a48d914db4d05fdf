"""The tables; the words in their columns are next door, in ``kinds``. So are the statements: library, queue, inbox."""

from dataclasses import fields
from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, Relationship, SQLModel

from storage.columns import Text, UtcDateTime, index_of, words
from storage.kinds import ArtifactKind, Sheet, SnapshotStatus, Verdict, Viewport
from storage.metadata import Metadata


def now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


class Chat(SQLModel, table=True):
    """A chat that may use the bot besides those in the settings. A private chat's id is the person's."""

    id: int = Field(primary_key=True, sa_type=BigInteger)
    is_owner: bool = False
    allowed_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)


class LinkTag(SQLModel, table=True):
    """Which link has which tag."""

    __tablename__ = "link_tag"
    __table_args__ = (Index("ix_link_tag_links", "tag_id", "link_id"),)

    link_id: int = Field(primary_key=True, foreign_key="link.id", ondelete="CASCADE")
    tag_id: int = Field(primary_key=True, foreign_key="tag.id", ondelete="CASCADE")


class Tag(SQLModel, table=True):
    """A hashtag of one library: ``name`` as first written, ``key`` folded.

    The columns from ``links`` on, how many have it, follow by themselves (``derived``); ``first_token`` is
    what a text has that names it (``tokens``).
    """

    __table_args__ = (
        UniqueConstraint("chat_id", "key"),
        Index("ix_tag_first_token", "chat_id", "first_token"),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    key: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    links: int = 0
    first_token: str = Field(default="", sa_type=Text)


class LinkKey(SQLModel, table=True):
    """A further key of a link: of the address that it led to, or that its page calls canonical."""

    __tablename__ = "link_key"

    chat_id: int = Field(primary_key=True, sa_type=BigInteger)
    url_key: str = Field(primary_key=True, sa_type=Text)
    link_id: int = Field(foreign_key="link.id", ondelete="CASCADE", index=True)


class Link(SQLModel, table=True):
    """A saved address in one chat's library.

    ``host`` is that of ``url`` in lower case without ``www.``; ``read_at`` is when its copy was opened first. The
    columns from ``site_key`` on, the host backwards, follow from others and from other tables by themselves
    (``derived``), so that links are found by an index. ``saved_on`` is the day in UTC.
    """

    __table_args__ = (
        UniqueConstraint("chat_id", "url_key"),
        Index("ix_link_newest", "chat_id", "id"),
        Index("ix_link_site", "chat_id", "site_key", "id"),
        Index("ix_link_day", "chat_id", "saved_on", "id"),
        Index("ix_link_language", "chat_id", "language", "id"),
        index_of("ix_link_untagged", "chat_id", "id", "tag_count", where="tag_count = 0"),
        index_of("ix_link_failed", "chat_id", "id", "is_failed", where="is_failed IS 1"),
        index_of("ix_link_dead", "chat_id", "id", "is_dead", where="is_dead IS 1"),
        index_of("ix_link_pdf", "chat_id", "id", "is_pdf", where="is_pdf IS 1"),
        index_of(
            "ix_link_unread", "chat_id", "id", "is_kept", "read_at", where="is_kept IS 1 AND read_at IS NULL"
        ),
        index_of("ix_link_absent", "id", where="is_indexed IS 0"),
    )

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    url: str = Field(sa_type=Text)
    url_key: str = Field(sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    created_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    host: str = Field(default="", sa_type=Text)
    read_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    site_key: str = Field(default="", sa_type=Text)
    saved_on: str = Field(default="", sa_type=Text)
    language: str = Field(default="", sa_type=Text)
    tag_count: int = 0
    is_kept: bool = False
    is_failed: bool = False
    is_dead: bool = False
    is_pdf: bool = False
    is_indexed: bool = False

    tags: list[Tag] = Relationship(
        link_model=LinkTag, sa_relationship_kwargs={"lazy": "raise", "order_by": "Tag.id"}
    )
    snapshots: list["Snapshot"] = Relationship(
        back_populates="link", sa_relationship_kwargs={"lazy": "raise", "order_by": "Snapshot.id"}
    )


class IndexedText(SQLModel, table=True):
    """What of a link is in the full-text index, to the letter; ``page`` is UTF-8, compressed with zlib.

    ``is_stale`` when the link has changed and the index is still to follow.
    """

    __tablename__ = "indexed_text"

    link_id: int = Field(primary_key=True, foreign_key="link.id", ondelete="CASCADE")
    title: str = Field(default="", sa_type=Text)
    tags: str = Field(default="", sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    address: str = Field(default="", sa_type=Text)
    page: bytes = b""
    is_stale: bool = Field(default=False, index=True)


class Snapshot(SQLModel, table=True):
    """One attempt to preserve a link. ``attempts`` counts claims, so a page that kills its worker stops too.

    ``error`` is the sentence for the person about the last attempt that failed; ``problems`` has a line for each
    thing that is missing or cut in what was kept. From ``title`` to ``medium`` the columns are the page's ``Metadata``;
    ``viewport`` and ``sheet`` are how it is to be taken.
    ``chat_id`` is its link's, and ``host`` too once it was queued: so that the next in turn is found in an index, as
    is how much a chat keeps, by the ``size_bytes`` of all its files. ``deaths`` counts the tries that ended with the
    browser or the process that made them; from the first on it is a suspect.
    """

    __table_args__ = (
        index_of("ix_snapshot_one_open", "link_id", where="status IN ('queued', 'running')", unique=True),
        Index("ix_snapshot_due", "status", "run_after"),
        Index("ix_snapshot_turn", "status", "chat_id", "run_after", "id", "host"),
        Index("ix_snapshot_captured", "captured_at", "host"),
        Index("ix_snapshot_size", "chat_id", "size_bytes"),
    )

    id: int | None = Field(default=None, primary_key=True)
    link_id: int = Field(foreign_key="link.id", ondelete="CASCADE", index=True)
    status: SnapshotStatus = Field(default=SnapshotStatus.QUEUED, sa_type=words(SnapshotStatus))
    attempts: int = 0
    run_after: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    claimed_by: str | None = Field(default=None, sa_type=Text)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    captured_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    final_url: str | None = Field(default=None, sa_type=Text)
    http_status: int | None = None
    verdict: Verdict | None = Field(default=None, sa_type=words(Verdict))
    error: str | None = Field(default=None, sa_type=Text)
    problems: str = Field(default="", sa_type=Text)
    title: str | None = Field(default=None, sa_type=Text)
    author: str | None = Field(default=None, sa_type=Text)
    site: str | None = Field(default=None, sa_type=Text)
    published_on: date | None = None
    language: str | None = Field(default=None, sa_type=Text)
    description: str | None = Field(default=None, sa_type=Text)
    image_url: str | None = Field(default=None, sa_type=Text)
    canonical_url: str | None = Field(default=None, sa_type=Text)
    medium: str | None = Field(default=None, sa_type=Text)
    viewport: Viewport = Field(default=Viewport.DESKTOP, sa_type=words(Viewport))
    sheet: Sheet = Field(default=Sheet.A4, sa_type=words(Sheet))
    chat_id: int = Field(default=0, sa_type=BigInteger)
    host: str = Field(default="", sa_type=Text)
    deaths: int = 0
    size_bytes: int = Field(default=0, sa_type=BigInteger)

    link: Link = Relationship(back_populates="snapshots", sa_relationship_kwargs={"lazy": "raise"})
    artifacts: list["Artifact"] = Relationship(
        sa_relationship_kwargs={"lazy": "raise", "order_by": "Artifact.id"}
    )

    def described(self) -> Metadata:
        """What the page said of itself."""
        return Metadata(**{each.name: getattr(self, each.name) for each in fields(Metadata)})

    def artifact(self, kind: ArtifactKind) -> "Artifact | None":
        """The stored file of that kind, or the first of them, if there is one."""
        return next(iter(self.artifacts_of(kind)), None)

    def artifacts_of(self, kind: ArtifactKind) -> "list[Artifact]":
        """The stored files of that kind, from the top of the page to its bottom."""
        return [each for each in self.artifacts if each.kind == kind]


class Artifact(SQLModel, table=True):
    """One stored file of a snapshot. ``telegram_file_id`` is set once it was uploaded, for sending it again.

    ``position`` counts the files of one kind from 0, for a page in several pictures. ``name`` is what the host
    called a file that was kept as it is: foreign text, never a path. ``pages`` is counted for a PDF alone.
    """

    __table_args__ = (UniqueConstraint("snapshot_id", "kind", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id", ondelete="CASCADE")
    kind: ArtifactKind = Field(sa_type=words(ArtifactKind))
    sha256: str = Field(sa_type=Text, index=True)
    size_bytes: int
    content_type: str = Field(sa_type=Text)
    telegram_file_id: str | None = Field(default=None, sa_type=Text)
    position: int = 0
    name: str | None = Field(default=None, sa_type=Text)
    pages: int | None = None


class Announcement(SQLModel, table=True):
    """A message of a chat that is to be told how a snapshot went.

    ``status_message_id`` is the message of ours that becomes the card; ``summary_message_id`` the one message
    about all links of a message with several. ``told_attempts`` is how many failed attempts the chat knows of;
    ``pdf_sent_at`` is set *before* the PDF is sent, so that a crash never sends it twice.
    """

    __table_args__ = (
        UniqueConstraint("snapshot_id", "chat_id", "reply_to_message_id"),
        Index("ix_announcement_message", "chat_id", "reply_to_message_id"),
        Index("ix_announcement_open", "announced_at", "chat_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id", ondelete="CASCADE")
    chat_id: int = Field(sa_type=BigInteger)
    thread_id: int | None = Field(default=None, sa_type=BigInteger)
    reply_to_message_id: int = Field(sa_type=BigInteger)
    status_message_id: int | None = Field(default=None, sa_type=BigInteger)
    summary_message_id: int | None = Field(default=None, sa_type=BigInteger, index=True)
    told_attempts: int = 0
    pdf_sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    announced_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    snapshot: Snapshot = Relationship(sa_relationship_kwargs={"lazy": "raise"})


class Inbox(SQLModel, table=True):
    """An update of the front end, committed before the front end is told that it was received."""

    __table_args__ = (Index("ix_inbox_open", "handled_at", "chat_id", "update_id"),)

    update_id: int = Field(primary_key=True, sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    payload: str = Field(sa_type=Text)
    received_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    handled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str | None = Field(default=None, sa_type=Text)

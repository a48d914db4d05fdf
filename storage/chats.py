"""The tables about chats: what each one wishes, which of its messages speak of which links, what it can undo,
what it has asked for and was asked, when it had its turn; and what may be left over of what was removed.

What a chat has saved is next door, in ``models``.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import Text, UtcDateTime, words
from storage.kinds import Sheet
from storage.models import now


class Preferences(SQLModel, table=True):
    """What a chat wishes. What is None was never chosen: ``told_language`` is then what the app of the person says.

    ``quiet_from`` and ``quiet_until`` are minutes after midnight in ``time_zone``, a name of the IANA database.
    """

    chat_id: int = Field(primary_key=True, sa_type=BigInteger)
    language: str | None = Field(default=None, sa_type=Text)
    told_language: str | None = Field(default=None, sa_type=Text)
    sends_pdf: bool = True
    sheet: Sheet = Field(default=Sheet.A4, sa_type=words(Sheet))
    has_albums: bool = True
    saves_plain_links: bool = True
    quiet_from: int | None = None
    quiet_until: int | None = None
    time_zone: str | None = Field(default=None, sa_type=Text)


class Mention(SQLModel, table=True):
    """A message that speaks of a link: a person's that saved it or says something of it, or one of ours that
    shows it (``is_ours``).

    ``tags`` are the names that a person's message gave this link, separated by blanks, and ``note`` is its note: so
    that an edit of the message can take back what is no longer in it. An answer may also have ``taken_off`` tags, and
    ``note_before`` is what its note took the place of.
    """

    __table_args__ = (Index("ix_mention_link", "link_id"),)

    chat_id: int = Field(primary_key=True, sa_type=BigInteger)
    message_id: int = Field(primary_key=True, sa_type=BigInteger)
    link_id: int = Field(primary_key=True, foreign_key="link.id", ondelete="CASCADE")
    is_ours: bool = False
    tags: str = Field(default="", sa_type=Text)
    note: str = Field(default="", sa_type=Text)
    taken_off: str = Field(default="", sa_type=Text)
    note_before: str = Field(default="", sa_type=Text)


class Question(SQLModel, table=True):
    """A message of ours that asks for the new name of a tag: an answer to it gives the name."""

    chat_id: int = Field(primary_key=True, sa_type=BigInteger)
    message_id: int = Field(primary_key=True, sa_type=BigInteger)
    tag_id: int = Field(foreign_key="tag.id", ondelete="CASCADE", index=True)


class Undo(SQLModel, table=True):
    """What was removed or renamed, as JSON, for taking it back until ``expires_at``."""

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, index=True)
    removed: str = Field(sa_type=Text)
    made_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class SavedQuery(SQLModel, table=True):
    """A query behind the pages of a list, as text, because a button has no room for it."""

    __tablename__ = "saved_query"
    __table_args__ = (UniqueConstraint("chat_id", "text"),)

    id: int | None = Field(default=None, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger)
    text: str = Field(sa_type=Text)
    asked_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)


class LastClaim(SQLModel, table=True):
    """Which of all claims was the last one of a chat; ``number`` counts them, for clocks are put back."""

    __tablename__ = "last_claim"

    chat_id: int = Field(primary_key=True, sa_type=BigInteger)
    number: int = Field(sa_type=BigInteger, index=True)


class LooseFile(SQLModel, table=True):
    """A stored file that perhaps no artifact speaks of: it was noted before it was stored, or lost an artifact.

    Only such files are ever removed, so that a database that was lost or mistaken for another costs no file.
    """

    __tablename__ = "loose_file"

    sha256: str = Field(primary_key=True, sa_type=Text)
    noted_at: datetime = Field(default_factory=now, sa_type=UtcDateTime, index=True)

"""Files that persons give in place of a capture: statement functions that take a session and never commit."""

from dataclasses import asdict

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import search
from storage.kinds import ArtifactKind, SnapshotStatus
from storage.models import Artifact, Link, Snapshot, now
from storage.queue import Outcome


async def keep_given(session: AsyncSession, link: Link, given: Outcome) -> None:
    """Keep what was given as a finished snapshot of the link. Title and language that it has from its page stay.

    What was given last already is not kept twice: its message may be handled again after a crash.
    """
    before = await _given_last(session, link)
    if before is not None and await _has(session, before, given):
        return
    snapshot = Snapshot(
        link_id=link.id or 0,
        chat_id=link.chat_id,
        status=SnapshotStatus.DONE,
        verdict=given.verdict,
        captured_at=now(),
        problems="\n".join(given.problems),
        **asdict(given.metadata),
    )
    snapshot.language = snapshot.language or link.language or None
    session.add(snapshot)
    await session.flush()
    link.title = link.title or given.metadata.title
    await _add(session, snapshot, given, given.text or await search.page_text(session, link.id or 0))


async def add_given(session: AsyncSession, link: Link, given: Outcome) -> bool:
    """Put what was given to what was given just before, once. False: the link's newest snapshot is of another kind."""
    snapshot = await _given_last(session, link)
    if snapshot is None:
        return False
    if not await _has(session, snapshot, given):
        snapshot.problems = "\n".join(filter(None, (snapshot.problems, *given.problems)))
        text = await search.page_text(session, link.id or 0)
        await _add(session, snapshot, given, "\n\n".join(filter(None, (text, given.text))))
    return True


async def _given_last(session: AsyncSession, link: Link) -> Snapshot | None:
    """The newest snapshot of a link, if it was given: what was tried was captured."""
    newest = select(Snapshot).where(Snapshot.link_id == link.id).order_by(col(Snapshot.id).desc()).limit(1)
    snapshot = (await session.exec(newest)).first()
    is_given = snapshot is not None and snapshot.status == SnapshotStatus.DONE and not snapshot.attempts
    return snapshot if is_given else None


async def _has(session: AsyncSession, snapshot: Snapshot, given: Outcome) -> bool:
    """Whether a snapshot has the file that was given; the first, for what is shown and read of it is made from that."""
    file = given.artifacts[0]
    return any(
        each.kind == file.kind and each.sha256 == file.sha256 for each in await _files(session, snapshot)
    )


async def _add(session: AsyncSession, snapshot: Snapshot, given: Outcome, text: str) -> None:
    """Add the files behind those of their kind; the card has one picture, which is the first one's."""
    has_screen = any(each.kind == ArtifactKind.SCREEN for each in await _files(session, snapshot))
    new = [each for each in given.artifacts if not (has_screen and each.kind == ArtifactKind.SCREEN)]
    for artifact in new:
        same = [each for each in await _files(session, snapshot) if each.kind == artifact.kind]
        artifact.snapshot_id, artifact.position = snapshot.id or 0, len(same)
        session.add(artifact)
        await session.flush()
    snapshot.size_bytes += sum(each.size_bytes for each in new)
    await search.index_page(session, snapshot.link_id, text)


async def _files(session: AsyncSession, snapshot: Snapshot) -> list[Artifact]:
    return list((await session.exec(select(Artifact).where(Artifact.snapshot_id == snapshot.id))).all())

"""What the tests of finding by words share: links with pages, and which of them words find."""

from datetime import timedelta

from bot.conversation.query import Bare, read
from storage.database import Database
from storage.kinds import Verdict
from storage.library import Library
from storage.metadata import Metadata
from storage.query import Query
from storage.queue import Outcome, Queue
from storage.saving import NewLink, Origin

HERE, THERE = 1, 2
PAGE = "深度學習中的優化器：Adam 與 SGD 的學習率比較。We compare learning rates of optimizers, café included."


async def saved(library: Library, name: str, *tags: str, note: str = "", message_id: int = 7) -> int:
    new = NewLink(f"https://example.org/{name}", f"example.org/{name}", tags, note)
    [one] = await library.add([new], Origin(message_id))
    return one.link.id or 0


async def captured(database: Database, title: str, text: str) -> None:
    queue = Queue(database)
    while (claim := await queue.claim("test", lease=timedelta(minutes=1))) is not None:
        await queue.finish(claim, Outcome(Verdict.OK, metadata=Metadata(title=title), text=text))


def query(text: str) -> Query:
    understood = read(text, Bare.TEXT)
    assert not hasattr(understood, "kind"), understood
    return understood


async def found(library: Library, text: str) -> list[str]:
    return [link.url_key.rpartition("/")[2] for link in (await library.search(query(text))).links]

"""Where a process is killed: between an update and its announcement, before or after a call that has a name.

The program knows nothing of this: the functions are wrapped in the process that is to be killed.
"""

import functools
import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

Armed = Callable[[], bool]
Matters = Callable[[tuple[Any, ...], Any], bool]


def _anything(_arguments: tuple[Any, ...], _result: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Point:
    """The ``count``-th call of ``attribute`` of ``owner`` (``module:Class``, or a module), before or after it.

    ``matters`` says of a call's arguments and its result (None before it) whether it counts.
    """

    name: str
    owner: str
    attribute: str
    side: Literal["before", "after"]
    count: int = 1
    matters: Matters = _anything


def before(name: str, target: str, count: int = 1, matters: Matters = _anything) -> Point:
    """Before a call of ``target``: ``module:Class.method`` or ``module:function``."""
    return Point(name, *_parts(target), "before", count, matters)


def after(name: str, target: str, count: int = 1, matters: Matters = _anything) -> Point:
    """After such a call."""
    return Point(name, *_parts(target), "after", count, matters)


def _parts(target: str) -> tuple[str, str]:
    module, _, path = target.partition(":")
    class_name, _, attribute = path.rpartition(".")
    return (f"{module}:{class_name}" if class_name else module), attribute


def _puts_any(arguments: tuple[Any, ...], _: Any) -> bool:
    """An idle poll puts nothing."""
    return bool(arguments[1])


def _has_claimed(_: tuple[Any, ...], claim: Any) -> bool:
    """An idle worker claims nothing."""
    return claim is not None


TALK = (
    before("an update is fetched, not committed", "storage.inbox:Inbox.put", matters=_puts_any),
    after("committed to the inbox, not confirmed", "storage.inbox:Inbox.put", matters=_puts_any),
    before("before the answer", "bot.telegram.handler:Handler.handle"),
    after("inside the transaction that saves", "storage.saving:queue_snapshot"),
    after("saved, before 👀", "storage.library:Library.add"),
    after("after 👀", "bot.telegram.sender:Sender.react"),
    before("before the status line", "bot.telegram.sender:Sender.say"),
    after("the status line is sent, not noted", "bot.telegram.sender:Sender.say"),
    after("the status line is noted", "storage.announcements:Announcements.set_status_message"),
    before("answered, not noted as handled", "storage.inbox:Inbox.set_handled"),
    after("noted as handled", "storage.inbox:Inbox.set_handled"),
)
WORK = (
    before("before a claim", "storage.queue:Queue.claim"),
    after("claimed", "storage.queue:Queue.claim", matters=_has_claimed),
    before("captured, nothing stored", "storage.artifacts:Artifacts.put"),
    before("a file is written, not in its place", "pathlib:Path.rename"),
    after("a file is in its place, its folder not synced", "pathlib:Path.rename"),
    before("between two files", "storage.artifacts:Artifacts.put", 2),
    before("all files stored, not finished", "storage.queue:Queue.finish"),
    after("inside the transaction that finishes", "storage.queue:_keep_files"),
    after("finished, before the card", "storage.queue:Queue.finish"),
)
SHOW = (
    before("before the card", "bot.work.announcer:Announcer._show_card"),
    after("the card's picture is read, not sent", "bot.telegram.uploads:Uploads._content"),
    before("the card is shown, its file's id not kept", "storage.library:Library.remember_upload"),
    after("the card is shown", "bot.work.announcer:Announcer._show_card"),
    before("before the PDF is noted", "storage.announcements:Announcements.set_pdf_sent"),
    after("the PDF is noted, not sent", "storage.announcements:Announcements.set_pdf_sent"),
    after("the PDF is sent", "bot.telegram.sender:Sender.attach"),
    before("before 👍", "bot.work.announcer:Announcer._react"),
    after("after 👍", "bot.work.announcer:Announcer._react"),
    after("the tries are noted", "storage.announcements:Announcements.set_told_attempts"),
    before("before it is noted as announced", "storage.announcements:Announcements.set_announced"),
    after("noted as announced", "storage.announcements:Announcements.set_announced"),
)
STUB_CAPTURE = (before("in mid-capture", "tests.chaos.stub:look"),)
REAL_CAPTURE = (
    after("the browser is started", "bot.capture.chromium.engine:launch"),
    before("before the page is asked for", "bot.capture.page:arrive"),
    after("the page is there", "bot.capture.page:arrive"),
    after("the page is judged", "bot.capture.page:judge"),
    before("before the page is closed", "bot.capture.browser:Browser._close"),
)
COMMIT = "sqlalchemy.dialects.sqlite.aiosqlite:SQLiteDialect_aiosqlite.do_commit"
CALL = "telegram.request:HTTPXRequest.do_request"


def _every(target: str, name: str, counts: range) -> tuple[Point, ...]:
    """Before and after each of the calls of ``target`` from the first that something new causes."""
    return tuple(
        make(f"{side} {name} no. {count}", target, count)
        for count in counts
        for side, make in (("before", before), ("after", after))
    )


COMMITS = _every(COMMIT, "commit", range(1, 14))
CALLS = _every(CALL, "call", range(1, 13))


def named(name: str) -> Point:
    """The point of that name."""
    everywhere = (*TALK, *STUB_CAPTURE, *REAL_CAPTURE, *WORK, *SHOW, *COMMITS, *CALLS)
    return next(point for point in everywhere if point.name == name)


def set_trap(point: Point, is_armed: Armed) -> None:
    """Let this process end by SIGKILL, as if from outside, at the point, once it is armed."""
    module, _, class_name = point.owner.partition(":")
    owner: Any = import_module(module)
    owner = getattr(owner, class_name) if class_name else owner
    trap = _Trap(point, is_armed)
    setattr(owner, point.attribute, trap.around(getattr(owner, point.attribute)))


class _Trap:
    """Counts the calls that matter."""

    def __init__(self, point: Point, is_armed: Armed) -> None:
        self._point = point
        self._is_armed = is_armed
        self._seen = 0

    def around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        async def trapped_async(*arguments: Any, **named: Any) -> Any:
            self._passes("before", arguments)
            result = await original(*arguments, **named)
            self._passes("after", arguments, result)
            return result

        @functools.wraps(original)
        def trapped(*arguments: Any, **named: Any) -> Any:
            self._passes("before", arguments)
            result = original(*arguments, **named)
            self._passes("after", arguments, result)
            return result

        return trapped_async if inspect.iscoroutinefunction(original) else trapped

    def _passes(self, side: str, arguments: tuple[Any, ...], result: Any = None) -> None:
        if side != self._point.side or not self._is_armed() or not self._point.matters(arguments, result):
            return
        self._seen += 1
        if self._seen == self._point.count:
            os.kill(os.getpid(), signal.SIGKILL)

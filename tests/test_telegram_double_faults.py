"""The Bot API double as a network: polls, lost answers, outages, and what python-telegram-bot makes of them."""

import asyncio
import time
from collections import Counter

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from tests.fakes.telegram import (
    BotApiDouble,
    Fault,
    User,
    bad_gateway,
    drop,
    error,
    hang,
    migrated,
    too_large_page,
)
from tests.fakes.telegram.clients import Ptb, ptb_client, raw

pytest_plugins = ["tests.fakes.telegram.fixtures"]


async def test_a_long_poll_ends_with_the_first_update(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    poll = asyncio.create_task(ptb.get_updates(timeout=20))
    await double.until(lambda: double.calls_of("getUpdates"))
    started = time.monotonic()
    ada.say("wake up")
    assert [update.message.text for update in await poll if update.message] == ["wake up"]
    assert time.monotonic() - started < 2


async def test_the_older_of_two_polls_loses(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    older = asyncio.create_task(ptb.get_updates(timeout=20))
    await double.until(lambda: double.calls_of("getUpdates"))
    async with ptb_client(double) as second:
        newer = asyncio.create_task(second.get_updates(timeout=20))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await older
        ada.say("for the newer one")
        assert len(await newer) == 1


async def test_a_killed_client_loses_nothing(double: BotApiDouble, ada: User) -> None:
    client = ptb_client(double)
    await client.initialize()
    poll = asyncio.create_task(client.get_updates(timeout=20))
    await double.until(lambda: double.calls_of("getUpdates"))
    poll.cancel()
    await client.shutdown()
    ada.say("while nobody listened")
    async with ptb_client(double) as successor:
        assert len(await successor.get_updates()) == 1
        assert len(await successor.get_updates()) == 1
    assert not [call for call in double.calls if call.error]


async def test_updates_are_forgotten_after_a_day(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    ada.say("yesterday")
    double.skip(seconds=24 * 3600 + 1)
    ada.say("today")
    assert [u.message.text for u in await ptb.get_updates() if u.message] == ["today"]


async def test_an_update_that_no_client_understands_comes_as_it_is(double: BotApiDouble) -> None:
    update_id = double.push({"message": {"message_id": "?"}})
    assert (await raw(double, "getUpdates"))["result"] == [
        {"update_id": update_id, "message": {"message_id": "?"}}
    ]


@pytest.mark.parametrize(
    ("fault", "seen", "words"),
    [
        (error(429, retry_after=7), RetryAfter, "Retry in 0:00:07"),
        (error(400), BadRequest, "A fault of the test"),
        (migrated(-1_000_000_000_003), ChatMigrated, "Group migrated to supergroup"),
        (error(500), NetworkError, "Internal Server Error"),
        (bad_gateway(), NetworkError, "Bad Gateway"),
        (too_large_page(), NetworkError, "Request Entity Too Large"),
        (drop(), NetworkError, "RemoteProtocolError"),
        (hang(30), TimedOut, "Timed out"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
@pytest.mark.parametrize("after", [False, True])
async def test_faults_as_the_client_sees_them(
    double: BotApiDouble,
    ptb: Ptb,
    ada: User,
    fault: Fault,
    seen: type[TelegramError],
    words: str,
    after: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it PTB warns of its own future at every 429
    double.fail("sendMessage", fault, after=after)
    with pytest.raises(seen, match=words):
        await ptb.send_message(1, "once", read_timeout=0.2)
    assert [message.text for message in ada.chat.messages] == (["once"] if after else [])
    assert double.calls[-1].fault == fault.name

    await ptb.send_message(1, "twice")
    assert ada.chat.last.text == "twice"


async def test_a_short_hang_only_takes_longer(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    double.fail("*", hang(0.1), times=2)
    for text in ("one", "two", "three"):
        await ptb.send_message(1, text)
    assert len(ada.chat.messages) == 3
    first, second, third = double.calls_of("sendMessage")
    assert (first.fault, second.fault, third.fault) == ("hang 0.1 s", "hang 0.1 s", None)
    assert second.at - first.at > 0.1


async def outcome(ptb: Ptb) -> str:
    try:
        await ptb.send_chat_action(1, "typing")
    except TelegramError as failure:
        return type(failure).__name__
    return "done"


async def test_a_storm_is_the_same_every_time_and_ends(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    async def outcomes() -> list[str]:
        double.storm([error(500), bad_gateway()], probability=0.5, seed=3)
        return [await outcome(ptb) for _ in range(20)]

    first = await outcomes()
    assert first == await outcomes()
    assert 2 < Counter(first)["NetworkError"] < 18
    assert ada.chat.actions
    double.calm()
    for _ in range(10):
        await ptb.send_chat_action(1, "typing")


async def test_an_outage_refuses_connections_and_forgets_nothing(
    double: BotApiDouble, ptb: Ptb, ada: User
) -> None:
    url = double.url
    poll = asyncio.create_task(ptb.get_updates(timeout=20))
    await double.until(lambda: double.calls_of("getUpdates"))
    await double.go_down()
    with pytest.raises(NetworkError):
        await poll
    with pytest.raises(NetworkError):
        await ptb.send_message(1, "x")
    ada.say("are you there?")
    await double.come_up()
    assert double.url == url
    assert len(await ptb.get_updates()) == 1


async def test_waiting_fails_with_the_conversation(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    ada.say("hello")
    await ptb.send_message(1, "Hello, Ada")
    with pytest.raises(AssertionError, match=r"1 Ada: hello\n   2 Tagshot: Hello, Ada\n(?s:.)*sendMessage"):
        await double.until(lambda: ada.chat.messages[7], timeout_seconds=0.05)
    assert (await ada.sees("Hello")).id == 2


async def test_malformed_forms_are_refused(double: BotApiDouble) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = await raw(double, "sendMessage", data=b"--B\r\nno end", headers=headers)
    assert (answer["ok"], answer["error_code"]) == (False, 400)
    answer = await raw(double, "sendMessage", json={"chat_id": 1, "text": "x", "reply_markup": "{"})
    assert answer["description"] == "Bad Request: can't parse reply markup JSON object"

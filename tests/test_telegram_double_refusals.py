"""The Bot API double refuses what Telegram refuses, in Telegram's words."""

import re

import pytest
from aiogram import Bot as AiogramBot
from aiogram import types as aio
from aiogram.exceptions import TelegramBadRequest
from telegram import InlineQueryResultArticle as Article
from telegram import (
    InputMediaDocument,
    InputMediaPhoto,
    InputTextMessageContent,
)
from telegram.error import BadRequest, Forbidden, NetworkError

from tests.fakes.telegram import BotApiDouble, User
from tests.fakes.telegram.clients import BUTTONS, Ptb, picture, raw

pytest_plugins = ["tests.fakes.telegram.fixtures"]


def refused(words: str) -> pytest.RaisesExc[BadRequest]:
    """A refusal with these words; python-telegram-bot turns all letters but the first into small ones."""
    return pytest.raises(BadRequest, match=f"(?i)^{re.escape(words)}")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("<x>a</x>", 'Can\'t parse entities: unsupported start tag "x" at byte offset 0'),
        ("<b>a", "Can't parse entities: can't find end tag corresponding to start tag \"b\""),
        ("", "Message text is empty"),
        ("<b> </b>", "Text must be non-empty"),
        ("😀" * 2049, "Message is too long"),
    ],
)
async def test_wrong_texts_are_refused(ptb: Ptb, ada: User, text: str, refusal: str) -> None:
    with refused(refusal):
        await ptb.send_message(1, text, "HTML")
    assert ada.chat.messages == []


async def test_broken_markup_reads_as_on_the_real_server(double: BotApiDouble, ada: User) -> None:
    answer = await raw(double, "sendMessage", json={"chat_id": 1, "text": "a < b", "parse_mode": "HTML"})
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2',
    }


async def test_the_length_limit_counts_after_markup(ptb: Ptb, ada: User) -> None:
    sent = await ptb.send_message(1, f"<b>{'a' * 4096}</b>", "HTML")
    assert len(sent.text or "") == 4096


@pytest.mark.parametrize(
    ("size", "refusal"),
    [
        ((9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        ((2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (None, "IMAGE_PROCESS_FAILED"),
    ],
)
async def test_photos_out_of_shape_are_refused(
    ptb: Ptb, ada: User, size: tuple[int, int] | None, refusal: str
) -> None:
    with refused(refusal):
        await ptb.send_photo(1, picture(*size) if size else b"no picture")


async def test_photos_and_documents_that_are_too_large_are_refused(ptb: Ptb, ada: User) -> None:
    with refused("file of size 10485761 bytes is too big for a photo"):
        await ptb.send_photo(1, picture().ljust(10 * 1024 * 1024 + 1, b"\0"))
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await ptb.send_document(1, bytes(50 * 1024 * 1024 + 1), filename="a.bin")
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await ptb.send_document(1, bytes(52 * 1024 * 1024), filename="a.bin")


async def test_albums_hold_two_to_ten_of_a_kind(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    photos = [InputMediaPhoto(picture(10 + n, 10), caption=f"{n}") for n in range(3)]
    sent = await ptb.send_media_group(1, photos)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.text for message in ada.chat.messages] == ["0", "1", "2"]
    with refused("Too few"):
        await ptb.send_media_group(1, photos[:1])
    with refused("Can't use the media of the specified type in the album"):
        await ptb.send_media_group(1, [photos[0], InputMediaDocument(b"x", filename="x.txt")])
    assert len(ada.chat.messages) == 3


async def test_edits_are_refused_as_telegram_refuses_them(ptb: Ptb, ada: User) -> None:
    own = await ptb.send_message(1, "text", reply_markup=BUTTONS)
    photo = await ptb.send_photo(1, picture(), caption="caption")
    foreign = ada.say("mine")
    refusals = {
        "Message to edit not found": ptb.edit_message_text("new", 1, 99),
        "Message can't be edited": ptb.edit_message_text("new", 1, foreign.id),
        "There is no text in the message to edit": ptb.edit_message_text("new", 1, photo.id),
        "There is no caption in the message to edit": ptb.edit_message_caption(1, own.id, caption="new"),
        "Message is not modified: specified new message content and reply markup are exactly the same as a "
        "current content and reply markup of the message": ptb.edit_message_text(
            "text", 1, own.id, reply_markup=BUTTONS
        ),
        "Message to delete not found": ptb.delete_message(1, 99),
        "Message to be replied not found": ptb.send_message(1, "x", reply_to_message_id=99),
        "Message to react not found": ptb.set_message_reaction(1, 99, "👀"),
        "Chat not found": ptb.send_message(77, "x"),
        "Message thread not found": ptb.send_message(1, "x", message_thread_id=5),
        "Wrong file identifier/HTTP URL specified": ptb.send_photo(1, "AgACAgIAAxkBAAAA"),
        "Can't use file of type Photo as Document": ptb.send_document(1, photo.photo[-1].file_id),
    }
    for refusal, call in refusals.items():
        with refused(refusal):
            await call


async def test_buttons_are_checked(aiogram: AiogramBot, ada: User) -> None:
    async def send(*, callback_data: str | None = None, url: str | None = None) -> None:
        keyboard = [[aio.InlineKeyboardButton(text="x", callback_data=callback_data, url=url)]]
        await aiogram.send_message(1, "x", reply_markup=aio.InlineKeyboardMarkup(inline_keyboard=keyboard))

    await send(callback_data="好" * 21)
    with pytest.raises(TelegramBadRequest, match="Bad Request: BUTTON_DATA_INVALID"):
        await send(callback_data="好" * 22)
    with pytest.raises(TelegramBadRequest, match="button URL 'http://localhost:1/' is invalid"):
        await send(url="http://localhost:1/")


async def test_a_press_is_answered_once_and_soon(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    await ptb.send_message(1, "card", reply_markup=BUTTONS)
    card = ada.chat.last
    with pytest.raises(AssertionError, match="There is no button 'Gone'"):
        ada.press(card, "Gone")
    press, long, late = (ada.press(card, name) for name in ("PDF", "pdf:1", "PDF"))
    forged = ada.press(card, "pdf:999999", forge=True)
    queries = [u.callback_query for u in await ptb.get_updates() if u.callback_query]
    assert [q.data for q in queries] == ["pdf:1"] * 3 + [forged.data]

    await queries[0].answer("On its way", show_alert=True)
    answer = await press.answered()
    assert (answer.text, answer.is_alert) == ("On its way", True)
    with refused("Query is too old and response timeout expired"):
        await queries[0].answer()
    with refused("MESSAGE_TOO_LONG"):
        await queries[1].answer("x" * 201)
    double.skip(seconds=151)
    with refused("Query is too old"):
        await queries[2].answer()
    assert long.answer is late.answer is None


async def test_only_some_emoji_are_reactions(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    message = ada.say("x")
    await ptb.set_message_reaction(1, message.id, "👀")
    await ptb.set_message_reaction(1, message.id, "👍")
    assert message.emoji == ["👍"]
    for emoji in "✅❌📌":
        with refused("REACTION_INVALID"):
            await ptb.set_message_reaction(1, message.id, emoji)
    await ptb.set_message_reaction(1, message.id, [])
    assert message.emoji == []


async def test_blocks_wrong_tokens_and_unknown_methods_are_told_apart(
    double: BotApiDouble, ptb: Ptb, ada: User
) -> None:
    ada.block_bot()
    with pytest.raises(Forbidden) as caught:
        await ptb.send_message(1, "x")
    assert caught.value.message == "Forbidden: bot was blocked by the user"
    ada.unblock_bot()
    await ptb.send_message(1, "x")
    changes = [u.my_chat_member.new_chat_member.status for u in await ptb.get_updates() if u.my_chat_member]
    assert changes == ["kicked", "member"]
    group = double.group(-1_000_000_000_001)
    group.bot_is_blocked = True
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await ptb.send_message(group.id, "x")
    answer = await raw(double, "getMe", token="110201543:wrong")
    assert (answer["error_code"], answer["description"]) == (401, "Unauthorized")
    answer = await raw(double, "sendVideo", json={"chat_id": 1})
    assert answer["description"] == "Not Found: method not found"


async def test_commands_are_kept_per_scope_and_language(
    double: BotApiDouble, aiogram: AiogramBot, ptb: Ptb
) -> None:
    await aiogram.set_my_commands([aio.BotCommand(command="tag", description="Find by tag")])
    await ptb.set_my_commands([("tag", "按标签找")], language_code="zh")
    assert [c.description for c in await ptb.get_my_commands()] == ["Find by tag"]
    assert [c.description for c in await aiogram.get_my_commands(language_code="zh")] == ["按标签找"]
    with refused("BOT_COMMAND_INVALID"):
        await ptb.set_my_commands([("Tag", "no capitals")])
    with refused("BOT_COMMANDS_TOO_MUCH"):
        await ptb.set_my_commands([(f"c{n}", "x") for n in range(101)])
    await ptb.delete_my_commands(language_code="zh")
    assert await ptb.get_my_commands(language_code="zh") == ()


async def test_inline_results_reach_the_person_within_the_limits(
    double: BotApiDouble, ptb: Ptb, ada: User
) -> None:
    query, late = ada.inline("optim"), ada.inline("late")
    asked = [update.inline_query for update in await ptb.get_updates() if update.inline_query]
    articles = [Article(str(n), f"Title {n}", InputTextMessageContent(f"#{n}a")) for n in range(51)]
    with refused("RESULTS_TOO_MUCH"):
        await ptb.answer_inline_query(asked[0].id, articles)
    await asked[0].answer(articles[:50])
    assert len(await query.answered()) == 50
    assert ada.choose(query, 3).text == "#3a"
    double.skip(seconds=31)
    with refused("Query is too old"):
        await asked[1].answer([])
    assert late.results is None

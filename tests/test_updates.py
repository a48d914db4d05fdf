"""What Telegram sends is reduced to what the conversation needs, or to nothing."""

import json
from typing import Any

import pytest
from telegram import Bot, Update

from bot.conversation.answer import Press
from bot.conversation.message import Entity, Incoming
from bot.telegram.updates import UnreadableUpdate, continues_album, incoming, press, read_update
from tests.conftest import OWNER
from tests.fakes.site import picture
from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import JsonObject
from tests.fakes.telegram.people import User

NAME = "tagshot_bot"
GROUP = -1001234567890
FILE = {"file_id": "f", "file_unique_id": "u"}
SIZED = {**FILE, "width": 1, "height": 1}


@pytest.fixture
def world() -> BotApiDouble:
    """Telegram without its server: what people do in it becomes updates."""
    return BotApiDouble()


@pytest.fixture
def ada(world: BotApiDouble) -> User:
    return world.user(OWNER)


def _read(payload: object) -> Update:
    return read_update(json.dumps(payload), Bot("42:token"))


def _newest(world: BotApiDouble) -> Incoming | None:
    return incoming(_read(world.waiting_updates[-1]), NAME)


def _raw(kind: str = "message", *, chat_type: str = "private", **message: Any) -> JsonObject:
    chat = {"id": OWNER if chat_type == "private" else GROUP, "type": chat_type}
    return {"update_id": 1, kind: {"message_id": 5, "date": 1_700_000_000, "chat": chat, **message}}


def _incoming(kind: str = "message", *, chat_type: str = "private", **message: Any) -> Incoming | None:
    return incoming(_read(_raw(kind, chat_type=chat_type, **message)), NAME)


def test_a_text_comes_with_its_entities_in_utf_16_units(world: BotApiDouble, ada: User) -> None:
    ada.say('😀 <a href="https://example.org/x">hier</a> https://example.com #优化器', html=True)
    message = _newest(world)
    assert message is not None
    assert message.text == "😀 hier https://example.com #优化器"
    assert message.entities == (
        Entity("text_link", 3, 4, "https://example.org/x"),
        Entity("url", 8, 19, None),
        Entity("hashtag", 28, 4, None),
    )
    assert (message.chat_id, message.author_id, message.is_private) == (OWNER, OWNER, True)
    assert (message.is_edit, message.is_forward, message.thread_id) == (False, False, None)
    assert message.sent_at.utcoffset() is not None


@pytest.mark.parametrize("kind", ["photo", "document"])
def test_a_caption_is_a_text(world: BotApiDouble, ada: User, kind: str) -> None:
    if kind == "photo":
        ada.say("https://example.com #optimizer", caption_photo=picture(1))
    else:
        ada.say("https://example.com #optimizer", document=("a.pdf", b"%PDF"))
    message = _newest(world)
    assert message is not None
    assert message.text == "https://example.com #optimizer"
    assert [entity.type for entity in message.entities or ()] == ["url", "hashtag"]


def test_a_file_without_a_name_is_told_from_a_photo(world: BotApiDouble, ada: User) -> None:
    ada.say(caption_photo=picture(1))
    photo, file = _newest(world), _incoming(document={"file_id": "a", "file_unique_id": "b"})
    assert photo is not None
    assert file is not None
    assert [each.attached and each.attached.name for each in (photo, file)] == [None, ""]


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "sender_user": {"id": 8, "is_bot": False, "first_name": "Bob"}},
        {"type": "hidden_user", "sender_user_name": "Bob"},
        {"type": "chat", "sender_chat": {"id": GROUP, "type": "supergroup"}},
        {"type": "channel", "chat": {"id": GROUP, "type": "channel"}, "message_id": 3},
    ],
    ids=lambda origin: origin["type"],
)
def test_a_forward_is_known_as_one_wherever_it_comes_from(origin: JsonObject) -> None:
    message = _incoming(text="https://example.com", forward_origin={"date": 1_600_000_000, **origin})
    assert message is not None
    assert message.is_forward


def test_a_post_has_no_author_and_an_edit_is_known_as_one(world: BotApiDouble, ada: User) -> None:
    channel = world.channel(-1002222222222)
    channel.edit(channel.post("https://example.com"), "https://example.com #edited")
    post, edited = (incoming(_read(update), NAME) for update in world.waiting_updates)
    assert post is not None
    assert edited is not None
    assert (post.author_id, post.is_private, post.is_edit) == (None, False, False)
    assert (edited.message_id, edited.is_edit) == (post.message_id, True)
    ada.edit(ada.say("https://example.com"), "https://example.com #edited")
    message = _newest(world)
    assert message is not None
    assert message.is_edit


def test_a_topic_is_a_thread_and_a_mere_chain_of_answers_is_none(world: BotApiDouble, ada: User) -> None:
    forum = world.group(GROUP, is_forum=True)
    ada.say("https://example.com", chat=forum, thread_id=5)
    message = _newest(world)
    assert message is not None
    assert (message.chat_id, message.thread_id, message.is_private) == (GROUP, 5, False)
    chain = _incoming(text="https://example.com", chat_type="supergroup", message_thread_id=5)
    assert chain is not None
    assert chain.thread_id is None


def test_addresses_of_the_preview_and_of_buttons_are_spare(world: BotApiDouble, ada: User) -> None:
    ada.say(
        "看看", link_preview_url="https://example.com/preview", buttons=[[("Read", "https://example.com/b")]]
    )
    message = _newest(world)
    assert message is not None
    assert message.spare_urls == ("https://example.com/preview", "https://example.com/b")


@pytest.mark.parametrize("text", ["/tag optimizer", "/tag@tagshot_bot optimizer", "/TAG@TagShot_Bot"])
def test_a_command_to_this_bot_is_taken(text: str) -> None:
    message = _incoming(text=text, entities=[{"type": "bot_command", "offset": 0, "length": 4}])
    assert message is not None
    assert message.text == text


def test_a_command_to_another_bot_is_left_to_it() -> None:
    for text in ("/tag@other_bot optimizer", "/start@other_bot", "/tag@tagshot_bot2\nx"):
        assert _incoming(text=text) is None
        assert _incoming(caption=text, photo=[SIZED]) is None
    for text in ("ask /tag@other_bot", "@other_bot look", "https://example.com/@ada"):
        assert _incoming(text=text) is not None


@pytest.mark.parametrize(
    "attached",
    [
        {"photo": [SIZED]},
        {"sticker": {**SIZED, "is_animated": False, "is_video": False, "type": "regular"}},
        {"voice": {**FILE, "duration": 3}},
        {"location": {"longitude": 1.0, "latitude": 2.0}},
        {"contact": {"phone_number": "1", "first_name": "Bob"}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"document": FILE},
    ],
    ids=lambda attached: next(iter(attached)),
)
def test_a_message_without_words_is_a_message(attached: JsonObject) -> None:
    message = _incoming(**attached)
    assert message is not None
    assert (message.text, message.entities) == ("", ())


@pytest.mark.parametrize(
    "notice",
    [
        {"new_chat_members": [{"id": 8, "is_bot": False, "first_name": "Bob"}]},
        {"left_chat_member": {"id": 8, "is_bot": False, "first_name": "Bob"}},
        {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": GROUP, "type": "supergroup"}}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"forum_topic_created": {"name": "Papers", "icon_color": 1}},
        {"migrate_to_chat_id": GROUP},
        {"new_chat_title": "Papers"},
        {"new_chat_photo": [SIZED]},
        {"write_access_allowed": {}},
        {"something_that_is_newer_than_the_library": {"a": 1}},
    ],
    ids=lambda notice: next(iter(notice)),
)
def test_a_notice_is_no_message(notice: JsonObject) -> None:
    assert _incoming(**notice) is None
    assert _incoming(**notice, chat_type="supergroup") is None


def test_what_follows_in_an_album_is_known_with_words_and_without() -> None:
    first = _read(_raw(photo=[SIZED], media_group_id="a"))
    silent = _read(_raw(photo=[SIZED], media_group_id="a"))
    with_words = _read(_raw(photo=[SIZED], media_group_id="a", caption="https://example.com"))
    assert continues_album(silent, first)
    assert continues_album(silent, with_words)
    assert continues_album(with_words, first)
    assert not continues_album(silent, None)
    assert not continues_album(silent, _read(_raw(photo=[SIZED], media_group_id="b")))
    assert not continues_album(_read(_raw(photo=[SIZED])), _read(_raw(photo=[SIZED])))


def _query(**query: Any) -> JsonObject:
    person = {"id": OWNER, "is_bot": False, "first_name": "Ada"}
    return {"update_id": 1, "callback_query": {"id": "9", "from": person, "chat_instance": "1", **query}}


def _pressed(payload: JsonObject) -> Press | None:
    update = _read(payload)
    assert incoming(update, NAME) is None
    assert update.callback_query is not None
    return press(update.callback_query)


def test_a_press_names_its_message_also_when_that_is_out_of_reach(world: BotApiDouble, ada: User) -> None:
    forum = world.group(GROUP, is_forum=True)
    message = ada.say("a list", chat=forum, thread_id=5)
    ada.press(message, "tag:1:0:", forge=True)
    assert _pressed(world.waiting_updates[-1]) == Press(GROUP, message.id, "tag:1:0:", 5, "en", ada.id)
    ada.delete(message)
    ada.press(message, "tag:1:0:", forge=True)
    assert _pressed(world.waiting_updates[-1]) == Press(GROUP, message.id, "tag:1:0:", None, "en", ada.id)


def test_a_press_that_names_nothing_is_none() -> None:
    assert _pressed(_query(data="tag:1:0:", inline_message_id="x")) is None
    message = {"message_id": 5, "date": 0, "chat": {"id": OWNER, "type": "private"}}
    assert _pressed(_query(message=message, game_short_name="x")) is None


@pytest.mark.parametrize(
    "payload", ["", "not json", "null", "[]", "{}", '{"update_id": 1, "message": {"message_id": 5}}']
)
def test_what_the_library_does_not_understand_is_said_in_one_way(payload: str) -> None:
    with pytest.raises(UnreadableUpdate):
        read_update(payload, Bot("42:token"))

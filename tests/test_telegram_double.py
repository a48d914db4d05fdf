"""The Bot API double is honest: two unlike clients and a person see the same truth."""

import json
from pathlib import Path

from aiogram import Bot as AiogramBot
from aiogram import types as aio
from telegram import (
    InputMediaPhoto,
    Message,
)

from tests.fakes.telegram import BotApiDouble, User
from tests.fakes.telegram.clients import BUTTONS, Ptb, picture, raw

pytest_plugins = ["tests.fakes.telegram.fixtures"]


async def test_both_clients_send_and_the_person_sees_the_same(
    double: BotApiDouble, ptb: Ptb, aiogram: AiogramBot, ada: User
) -> None:
    question = ada.say("看 https://example.org/a #优化器")
    html = 'Saved <b>a &amp; b</b> <a href="http://127.0.0.1:80/x">x</a> #优化器'
    keyboard = aio.InlineKeyboardMarkup(
        inline_keyboard=[[aio.InlineKeyboardButton(text="PDF", callback_data="pdf:1")]]
    )

    first = await ptb.send_message(1, html, "HTML", reply_to_message_id=question.id, reply_markup=BUTTONS)
    second = await aiogram.send_message(
        1,
        html,
        parse_mode="HTML",
        reply_parameters=aio.ReplyParameters(message_id=question.id),
        reply_markup=keyboard,
    )

    theirs, ours = json.loads(second.model_dump_json(exclude_none=True)), first.to_dict()
    for name in ("text", "entities", "chat", "reply_markup"):
        assert theirs[name] == ours[name]
    assert second.message_id == first.message_id + 1
    seen = ada.chat.messages[1:]
    assert [message.html for message in seen] == [html, html]
    assert [message.labels for message in seen] == [["PDF"], ["PDF"]]
    assert all(message.reply_to is question for message in seen)
    assert seen[0].links == ["http://127.0.0.1:80/x"]
    assert seen[0].hashtags == ["#优化器"]


async def test_both_clients_read_the_same_updates_until_acknowledged(
    double: BotApiDouble, ptb: Ptb, aiogram: AiogramBot, ada: User
) -> None:
    message = ada.say("one")
    ada.edit(message, "one, better")
    double.channel(-1_000_000_000_009).post("news https://example.org/n")

    (first, second, third) = await ptb.get_updates()
    same = await aiogram.get_updates()

    assert [u.update_id for u in same] == [first.update_id, second.update_id, third.update_id]
    assert second.update_id == first.update_id + 1
    assert first.message
    assert second.edited_message
    assert third.channel_post
    assert third.channel_post.from_user is None
    assert same[1].edited_message
    assert same[1].edited_message.text == second.edited_message.text == "one, better"
    assert await ptb.get_updates(offset=third.update_id, limit=1) == (third,)
    assert len(double.waiting_updates) == 1
    assert await aiogram.get_updates(offset=third.update_id + 1) == []


async def test_entities_are_telegrams_own(ada: User) -> None:
    glued = ada.say("#优化器https://example.org/a")
    kept = ada.say("`x` 😀 https://e.org", entities=[{"type": "code", "offset": 7, "length": 13}])
    linked = ada.say('😀 <a href="https://e.org/t">#not-a-tag</a> <b>#tag</b>', html=True)

    assert (glued.hashtags, glued.links) == (["#优化器https"], [])
    assert kept.links == []
    assert linked.links == ["https://e.org/t"]
    assert linked.hashtags == ["#tag"]
    assert linked.html == '😀 <a href="https://e.org/t">#not-a-tag</a> <b>#tag</b>'


async def test_share_sheet_corpus_has_the_entities_that_the_double_finds(ada: User) -> None:
    corpus = Path(__file__).parent / "corpora" / "share_sheet.jsonl"
    for line in corpus.read_text("utf-8").splitlines():
        row = json.loads(line)
        given = [entity for entity in row["entities"] if entity["type"] in {"text_link", "spoiler"}]
        assert ada.say(row["text"], entities=given).body.entities_json() == row["entities"], row["id"]


async def test_text_becomes_photo_and_its_file_is_sent_again_without_upload(
    double: BotApiDouble, ptb: Ptb, aiogram: AiogramBot, ada: User
) -> None:
    status = await ptb.send_message(1, "Saving …")
    card = await ptb.edit_message_media(
        InputMediaPhoto(picture(), caption="<b>Card</b>", parse_mode="HTML"),
        1,
        status.id,
        reply_markup=BUTTONS,
    )
    assert isinstance(card, Message)
    assert card.edit_date
    assert card.caption == "Card"
    largest = card.photo[-1]
    assert (largest.width, largest.height) == (640, 400)
    again = await aiogram.send_photo(1, largest.file_id, caption="again")

    assert again.photo
    assert again.photo[-1].file_id == largest.file_id
    assert double.file(largest.file_id) == picture()
    assert (double.uploads, double.cached_sends) == (1, 1)
    downloaded = await (await ptb.get_file(largest.file_id)).download_as_bytearray()
    assert bytes(downloaded) == picture()
    assert [(m.id, m.kind, m.html) for m in ada.chat.messages] == [
        (status.id, "photo", "<b>Card</b>"),
        (again.message_id, "photo", "again"),
    ]


async def test_chinese_file_names_arrive_however_a_form_spells_them(
    double: BotApiDouble, ptb: Ptb, aiogram: AiogramBot, ada: User
) -> None:
    name, content = "论文 «一».pdf", b"%PDF-1.7\r\n--x\r\n\x00"
    await ptb.send_document(1, content, filename=name, disable_notification=True)
    await aiogram.send_document(1, aio.BufferedInputFile(content, name))
    for spelling in ("filename=论文.pdf", "filename*=UTF-8''%E8%AE%BA%E6%96%87.pdf"):
        body = (
            f'--B\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n1\r\n'
            f'--B\r\nContent-Disposition: form-data; name="document"; {spelling}\r\n\r\n'
        ).encode() + content
        headers = {"Content-Type": "multipart/form-data; boundary=B"}
        answer = await raw(double, "sendDocument", data=body + b"\r\n--B--\r\n", headers=headers)
        assert answer["result"]["document"]["file_name"] == "论文.pdf"

    documents = [message.media for message in ada.chat.messages if message.media]
    assert [d.name for d in documents] == [name, name, "论文.pdf", "论文.pdf"]
    assert {(d.mime_type, d.content) for d in documents} == {("application/pdf", content)}
    assert ada.chat.messages[0].is_silent


async def test_edits_that_are_allowed_change_what_the_person_sees(ptb: Ptb, ada: User) -> None:
    text = await ptb.send_message(1, "text", reply_markup=BUTTONS)
    photo = await ptb.send_photo(1, picture(), caption="caption")
    await ptb.edit_message_text("<i>new</i>", 1, text.id, parse_mode="HTML")
    await ptb.edit_message_caption(1, photo.id, caption="new caption", reply_markup=BUTTONS)
    assert [(m.html, m.labels) for m in ada.chat.messages] == [("<i>new</i>", []), ("new caption", ["PDF"])]
    await ptb.edit_message_reply_markup(1, photo.id)
    await ptb.delete_message(1, text.id)
    assert [(m.id, m.labels) for m in ada.chat.messages] == [(photo.id, [])]


async def test_a_person_reacts_and_the_bot_hears_it_only_when_it_asked(ptb: Ptb, ada: User) -> None:
    message = ada.say("x")
    ada.react(message, "🔥")
    assert [bool(u.message_reaction) for u in await ptb.get_updates()] == [False]
    await ptb.get_updates(allowed_updates=["message_reaction"])
    ada.react(message, "👍")
    ada.say("not asked for")
    assert (await ptb.get_updates())[-1].message_reaction
    assert len(await ptb.get_updates()) == 2


async def test_privacy_mode_hides_plain_links_in_groups(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    group = double.group(-100, bot_is_admin=False)
    ada.say("https://e.org", chat=group)
    ada.say("/tag optimizer", chat=group)
    ada.say("/tag@other_bot optimizer", chat=group)
    ada.say("@tagshot_bot https://e.org", chat=group)
    heard = [update.message.text for update in await ptb.get_updates() if update.message]
    assert heard == ["/tag optimizer", "@tagshot_bot https://e.org"]


async def test_topics_forwards_previews_and_buttons_arrive(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    forum = double.group(-1_000_000_000_001, is_forum=True)
    ada.say("in a topic", chat=forum, thread_id=7)
    news = double.channel(-1_000_000_000_002, "News", username="news").chat
    ada.say(
        "read", forward_from=news, link_preview_url="https://e.org/p", buttons=[[("Open", "https://e.org/b")]]
    )
    ada.say("caption #tag", caption_photo=picture(), forward_from="Hidden")
    topic, forward, photo = [update.message for update in await ptb.get_updates() if update.message]
    assert topic.message_thread_id == 7
    assert topic.is_topic_message
    assert forward.forward_origin.type == "channel" if forward.forward_origin else False
    assert forward.link_preview_options.url == "https://e.org/p" if forward.link_preview_options else False
    assert (
        forward.reply_markup.inline_keyboard[0][0].url == "https://e.org/b" if forward.reply_markup else False
    )
    assert photo.parse_caption_entities(["hashtag"]).popitem()[1] == "#tag"
    await ptb.send_message(forum.id, "answer", message_thread_id=7)
    assert forum.last.thread_id == 7
    await ptb.send_message(forum.id, "reply", reply_to_message_id=topic.id)
    assert forum.last.thread_id == 7


async def test_raw_calls_by_query_form_and_json_mean_the_same(
    double: BotApiDouble, ptb: Ptb, ada: User
) -> None:
    values = {"chat_id": "1", "text": "[1]"}
    by_query = await raw(double, "SENDMESSAGE", params=values)
    by_form = await raw(double, "SENDMESSAGE", data=values)
    by_json = await raw(double, "SENDMESSAGE", json=values)
    by_ptb = await ptb.do_api_request("sendmessage", values)
    texts = [answer["result"]["text"] for answer in (by_query, by_form, by_json)]
    assert [*texts, by_ptb["text"]] == [message.text for message in ada.chat.messages] == ["[1]"] * 4
    assert len(double.calls_of("sendMessage")) == 4


async def test_chat_actions_and_descriptions_are_kept(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    await ptb.send_chat_action(1, "upload_document")
    assert ada.chat.actions == ["upload_document"]
    await ptb.set_my_short_description("Keeps pages")
    assert (await ptb.get_my_short_description(language_code="zh")).short_description == "Keeps pages"
    assert (await ptb.get_chat(1)).first_name == "Ada"
    assert (await ptb.get_webhook_info()).url == ""


async def test_documents_show_the_small_picture_that_comes_with_them(ptb: Ptb, ada: User) -> None:
    jpeg = picture(200, 320, "JPEG")
    small = await ptb.send_document(1, b"%PDF-", filename="a.pdf", thumbnail=jpeg)
    none = await ptb.send_document(1, b"%PDF-", filename="a.pdf", thumbnail=picture(321, 10, "JPEG"))
    assert small.document
    assert none.document
    assert small.document.thumbnail
    assert (small.document.thumbnail.width, small.document.thumbnail.height) == (200, 320)
    assert none.document.thumbnail is None


async def test_the_transcript_shows_what_a_person_sees(double: BotApiDouble, ptb: Ptb, ada: User) -> None:
    question = ada.say("https://e.org #a")
    await ptb.send_photo(
        1, picture(), "A <b>b</b>", parse_mode="HTML", reply_markup=BUTTONS, reply_to_message_id=1
    )
    await ptb.set_message_reaction(1, question.id, "👍")
    assert ada.chat.transcript() == (
        "── Ada (private 1) ──\n"
        "   1 Ada: https://e.org #a  👍\n"
        "   2 Tagshot ↩ 1: [photo 640×400] A <b>b</b>\n"
        "     [PDF]"
    )

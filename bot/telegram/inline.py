"""Inline queries: answered at once and beside the inbox, for half a minute later nobody waits for an answer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from telegram import (
    InlineQuery,
    InlineQueryResult,
    InlineQueryResultArticle,
    InlineQueryResultCachedDocument,
    InlineQueryResultCachedPhoto,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.conversation.inline import InlineAnswer, InlineAsked, InlineResult
from bot.conversation.members import Members
from bot.errors import StorageError
from bot.telegram.client import BotClient, understood
from bot.wording import DEFAULT, Words, known_language

log = logging.getLogger(__name__)

AT_ONCE = 8
PATIENCE_SECONDS = 20
CACHE_SECONDS = 3
START = "inline"

Answer = Callable[[InlineAsked], Awaitable[InlineAnswer]]


class InlineMode:
    """Answers inline queries of members from their own libraries; to anybody else it says that it is private."""

    def __init__(self, bot: BotClient, members: Members, answer: Answer) -> None:
        self._bot = bot
        self._members = members
        self._answer = answer
        self._places = asyncio.Semaphore(AT_ONCE)

    async def handle(self, payload: Mapping[str, Any]) -> None:
        """Answer one query. What fails is dropped: with the next letter comes the next query."""
        try:
            async with self._places, asyncio.timeout(PATIENCE_SECONDS):
                query = Update.de_json(dict(payload), self._bot).inline_query
                if query is not None:
                    await self._reply(query)
        except TelegramError as error:
            log.info("an inline query was not answered: %s", understood(error))
        except (StorageError, TimeoutError, KeyError, TypeError, ValueError) as error:
            log.warning("an inline query was not answered: %s", type(error).__name__)

    async def _reply(self, query: InlineQuery) -> None:
        person = query.from_user
        if not self._members.is_member(person.id):
            words = Words(known_language(person.language_code) or DEFAULT)
            button = InlineQueryResultsButton(words("inline-private"), start_parameter=START)
            await self._bot.answer_inline_query(
                query.id, [], cache_time=CACHE_SECONDS, is_personal=True, button=button
            )
            return
        asked = InlineAsked(person.id, query.query, query.offset, person.language_code)
        found = await self._answer(asked)
        await self._bot.answer_inline_query(
            query.id,
            [_result(each) for each in found.results],
            cache_time=CACHE_SECONDS,
            is_personal=True,
            next_offset=found.next_offset,
        )


def _result(result: InlineResult) -> InlineQueryResult:
    if result.photo_id is not None:
        return InlineQueryResultCachedPhoto(
            result.id,
            result.photo_id,
            title=result.title,
            description=result.description,
            caption=result.html,
            parse_mode=ParseMode.HTML,
        )
    if result.document_id is not None:
        return InlineQueryResultCachedDocument(
            result.id,
            result.title,
            result.document_id,
            description=result.description,
            caption=result.html,
            parse_mode=ParseMode.HTML,
        )
    content = InputTextMessageContent(result.html, parse_mode=ParseMode.HTML)
    return InlineQueryResultArticle(result.id, result.title, content, description=result.description)

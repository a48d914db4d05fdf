"""The Telegram front end as a whole: connects, says who may use it, then receives and announces until cancelled."""

import asyncio
import logging
from asyncio import TaskGroup
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import BotCommand, BotCommandScopeAllPrivateChats

from bot.conversation.answer import Conversation
from bot.conversation.commands import COMMANDS
from bot.conversation.delivery import Turns
from bot.conversation.members import Members
from bot.conversation.replies import Message
from bot.conversation.wishes import Wishes, is_quiet
from bot.errors import FrontEndError, StorageError
from bot.health.metrics import Metrics
from bot.settings import Settings
from bot.telegram.client import BotClient, Called, ask, open_bot, poll_request
from bot.telegram.gate import Gate
from bot.telegram.handler import Handler
from bot.telegram.inline import InlineMode
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.poller import Poller
from bot.telegram.sender import LOCAL_API_UPLOAD_BYTES, PUBLIC_API_UPLOAD_BYTES, Sender
from bot.telegram.webhook import Webhook
from bot.wording import DEFAULT, Words
from bot.wording import languages as all_languages
from bot.work.announcer import Announcer
from bot.work.bell import Bell
from bot.work.held_up import HeldUp
from bot.work.news import News, said
from bot.work.vital import vital
from storage.announcements import Announcements
from storage.artifacts import Artifacts
from storage.database import Database
from storage.inbox import Inbox
from storage.library import Library

log = logging.getLogger(__name__)

PUBLIC_API_HOST = "api.telegram.org"
TELL_AGAIN_SECONDS = 30.0


async def run_telegram(
    settings: Settings,
    *,
    database: Database,
    artifacts: Artifacts,
    members: Members,
    conversation: Conversation,
    captured: Bell,
    news: News,
    metrics: Metrics,
) -> None:
    """Run until cancelled; ``captured`` rings when a snapshot has ended, and the owner hears the ``news``.

    ``metrics`` count what goes to and fro.

    Raises ``SettingsError``, perhaps in an exception group, when the token is wrong.
    """

    async def remember(chat_id: int, artifact_id: int, file_id: str) -> None:
        await Library(database, chat_id).remember_upload(artifact_id, file_id)

    async with _connected(settings, members, metrics.called) as bot:
        inbox, announcements, turns = Inbox(database), Announcements(database), Turns()
        wishes = conversation.wishes
        sender = Sender(
            bot,
            artifacts,
            remember,
            moved=members.move,
            largest_upload_bytes=_largest_upload_bytes(settings),
        )
        handler = Handler(bot, conversation, sender, announcements, inbox, turns)
        gate = Gate(members, sender, bot.username)
        lanes = Lanes(inbox, handler.handle)
        inline = InlineMode(bot, members, conversation.inline)
        receiving = receiver(settings, bot, Intake(gate, inbox, lanes, inline, metrics.heard))
        announcer = Announcer(announcements, sender, turns, captured, wishes, local=False)
        held_up = HeldUp(announcements, sender, turns, wishes, artifacts.has_room, local=False)
        async with TaskGroup() as tasks:
            tasks.create_task(vital("receiver", receiving.run()))
            tasks.create_task(vital("announcer", announcer.run()))
            tasks.create_task(vital("notice of a full disk", held_up.run()))
            tasks.create_task(_tell(sender, members, wishes, news))


async def _tell(sender: Sender, members: Members, wishes: Wishes, news: News) -> None:
    """Tell the owner what there is to tell, as long as there is one."""
    while True:
        item = await news.next()
        if members.owner is None:
            continue
        try:
            words, is_silent = (
                await wishes.languages.of(members.owner),
                is_quiet(await wishes.of(members.owner)),
            )
            await sender.tell(members.owner, Message(said(words, item), is_silent=is_silent))
        except FrontEndError as error:
            log.info("the owner could not be told of %s: %s", item.name, error)
        except StorageError as error:
            log.info("the owner is told of %s later: %s", item.name, error)
            await asyncio.sleep(TELL_AGAIN_SECONDS)
            news.tell(item.name, **item.values)


def receiver(settings: Settings, bot: BotClient, intake: Intake) -> Poller | Webhook:
    """How updates come: Telegram delivers them, if the settings say where to; else they are fetched."""
    if settings.telegram_webhook_url is not None:
        return Webhook(bot, intake, settings.telegram_webhook_url, settings.telegram_webhook_address)
    return Poller(poll_request(settings), bot, intake)


@asynccontextmanager
async def _connected(settings: Settings, members: Members, called: Called) -> AsyncIterator[BotClient]:
    """Wait until Telegram answers, set the menu, and say in the log how the bot is reached."""
    bot = open_bot(settings, called)
    try:
        await ask(bot.initialize)
        for language in all_languages():
            await _set_menu(bot, Words(language))
        log.info("receiving messages for https://t.me/%s", bot.username)
        if members.claim_code is not None:
            log.warning(
                "Nobody may use this bot yet. Open this link in Telegram to own it: https://t.me/%s?start=%s",
                bot.username,
                members.claim_code,
            )
        yield bot
    finally:
        await bot.shutdown()


async def _set_menu(bot: BotClient, words: Words) -> None:
    """Show the commands in the menu, in the app's language, or in the default where there are no words of its own."""
    menu = [BotCommand(each.name, each.described(words)) for each in COMMANDS if not each.is_for_owner]
    language = None if words.language == DEFAULT else words.language
    scope = BotCommandScopeAllPrivateChats()
    await ask(lambda: bot.set_my_commands(menu, scope=scope, language_code=language))


def _largest_upload_bytes(settings: Settings) -> int:
    is_public = PUBLIC_API_HOST in settings.telegram_api_url
    return PUBLIC_API_UPLOAD_BYTES if is_public else LOCAL_API_UPLOAD_BYTES

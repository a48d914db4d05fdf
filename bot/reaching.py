"""Whether Telegram can be reached with the token, and can reach us where it is to deliver: the doctor's part of it."""

import asyncio
import errno
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.alone import bot_on
from bot.errors import FrontEndError
from bot.findings import Finding, State
from bot.settings import Settings, looks_like_token

ANSWER_SECONDS = 15
PUBLIC_API_HOST = "api.telegram.org"
DELIVERY_PORTS = frozenset({443, 80, 88, 8443})
"""Where Telegram's own servers deliver to; those of one's own deliver anywhere."""


async def telegram(settings: Settings) -> list[Finding]:
    """The token, the API that it is for, and the webhook, if there is one. Raises ``FrontEndError``."""
    if settings.telegram_bot_token is None:
        advice = "For a bot, get a token from @BotFather and put it into .env as TELEGRAM_BOT_TOKEN."
        missing = Finding("token", State.WARNING, "Not set, so there is only the local chat.", advice)
        return [missing, await _api(settings)]
    token = settings.telegram_bot_token.get_secret_value()
    if not looks_like_token(token):
        return [_bad_token("TELEGRAM_BOT_TOKEN does not look like a token: 123456:ABC…")]
    answer = await _asked(settings, token, "getMe")
    reached = Finding("API", State.OK, f"{_base(settings)} answers.")
    if not answer.get("ok"):
        return [
            _bad_token(f"Telegram refuses the token: {answer.get('description', 'no reason given')}."),
            reached,
        ]
    named = Finding("token", State.OK, f"The bot is @{answer['result']['username']}.")
    return [named, reached, *await _webhook(settings, token)]


async def _api(settings: Settings) -> Finding:
    """Whether anything answers where the Bot API should be; without a token nothing more can be asked."""
    url = _base(settings)
    try:
        async with _client(settings.telegram_proxy) as client:
            await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        sentence = f"{url} can't be reached: {str(error) or type(error).__name__}."
        return Finding(
            "API", State.WARNING, sentence, "A bot needs it: see TELEGRAM_API_URL and TELEGRAM_PROXY."
        )
    return Finding("API", State.OK, f"{url} answers.")


async def _asked(settings: Settings, token: str, method: str) -> dict[str, Any]:
    """Telegram's answer, good or bad. Raises ``FrontEndError`` where none comes, which never shows the token."""
    url = _base(settings)
    try:
        async with _client(settings.telegram_proxy) as client:
            answer = (await client.get(f"{url}/bot{token}/{method}")).json()
        if not isinstance(answer, dict) or "ok" not in answer:
            raise ValueError("what answers there is not the Bot API")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = str(error).replace(token, "<token>") or type(error).__name__
        raise FrontEndError(f"{url} can't be reached: {reason}.") from None
    return answer


def _base(settings: Settings) -> str:
    return settings.telegram_api_url.rstrip("/")


def _client(proxy: str | None) -> httpx.AsyncClient:
    return httpx.AsyncClient(proxy=proxy, trust_env=False, timeout=ANSWER_SECONDS)


def _bad_token(sentence: str) -> Finding:
    return Finding("token", State.FAILED, sentence, "Copy the token from @BotFather again, the whole of it.")


async def _webhook(settings: Settings, token: str) -> list[Finding]:
    """Where Telegram delivers to, and what comes of it, if it is to deliver at all."""
    url = settings.telegram_webhook_url
    if url is None:
        return []
    is_running = bot_on(settings.data_dir) is not None
    listening = await _listening(settings.telegram_webhook_address, is_running=is_running)
    if PUBLIC_API_HOST in settings.telegram_api_url and not _is_deliverable(url):
        sentence = "Telegram delivers to https addresses with port 443, 80, 88 or 8443 only."
        return [Finding("webhook", State.FAILED, sentence, "Change TELEGRAM_WEBHOOK_URL."), listening]
    there = (await _asked(settings, token, "getWebhookInfo")).get("result", {})
    return [_delivering(url, there, is_running=is_running), listening]


def _is_deliverable(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" and (parts.port or 443) in DELIVERY_PORTS


def _delivering(url: str, there: dict[str, Any], *, is_running: bool) -> Finding:
    waiting, trouble = _waiting(there.get("pending_update_count", 0)), _trouble(there)
    if not there.get("url"):
        advice = "Start the bot anew." if is_running else "Start the bot: tagshot run sets it."
        return Finding("webhook", State.WARNING, f"Telegram has no address to deliver to; {waiting}.", advice)
    if there["url"] != url:
        sentence = f"Telegram delivers to another address, at {urlsplit(there['url']).netloc}; {waiting}."
        advice = "If another program has the same token, stop one of the two. tagshot run sets the address."
        return Finding("webhook", State.FAILED, sentence, advice)
    if trouble and there.get("pending_update_count"):
        state = State.FAILED if is_running else State.WARNING
        advice = "Look at the web server with TLS: it has to pass on what comes to TELEGRAM_WEBHOOK_ADDRESS."
        sentence = f"Telegram can't deliver; {waiting}. {trouble}"
        return Finding("webhook", state, sentence, advice if is_running else "Start the bot: tagshot run")
    return Finding(
        "webhook", State.OK, f"Telegram delivers to TELEGRAM_WEBHOOK_URL; {waiting}. {trouble}".rstrip()
    )


def _waiting(updates: int) -> str:
    return f"{updates} {'update waits' if updates == 1 else 'updates wait'}"


def _trouble(there: dict[str, Any]) -> str:
    if not there.get("last_error_message"):
        return ""
    at = datetime.fromtimestamp(there.get("last_error_date", 0), UTC)
    return f"It last failed on {at:%Y-%m-%d %H:%M} UTC: {there['last_error_message']}."


async def _listening(address: str, *, is_running: bool) -> Finding:
    """Whether the bot listens for deliveries, or could; where it runs, only somebody listening can be told."""
    host, _, port = address.rpartition(":")
    try:
        server = await asyncio.get_running_loop().create_server(
            asyncio.Protocol, host.strip("[]"), int(port), reuse_address=True
        )
        server.close()
        await server.wait_closed()
    except (OSError, OverflowError) as error:
        if is_running and isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            return Finding("listening", State.OK, f"The bot is running, and {address} is taken.")
        advice = "Give TELEGRAM_WEBHOOK_ADDRESS another host:port, and tell it to the web server with TLS."
        return Finding("listening", State.FAILED, f"The bot can't listen at {address}: {error}.", advice)
    if is_running:
        return Finding("listening", State.FAILED, f"Nobody listens at {address}.", "Start the bot anew.")
    return Finding("listening", State.OK, f"{address} is free for the bot to listen at.")

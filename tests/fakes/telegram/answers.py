"""answerCallbackQuery and answerInlineQuery."""

from typing import Any, Literal

from tests.fakes.telegram import limits
from tests.fakes.telegram.entities import formatted
from tests.fakes.telegram.errors import QUERY_TOO_OLD, bad_request
from tests.fakes.telegram.queries import CallbackAnswer
from tests.fakes.telegram.registry import method
from tests.fakes.telegram.wire import Params
from tests.fakes.telegram.world import World

_RESULT_TYPES = {"article", "photo", "document"}


@method("answerCallbackQuery")
def answer_callback_query(world: World, params: Params) -> Literal[True]:
    """Answer a pressed button: once, soon, and in two hundred characters."""
    press = world.presses.get(params.text("callback_query_id"))
    if press is None or press.answer is not None:
        raise bad_request(QUERY_TOO_OLD)
    if world.clock.now() - press.pressed_at > limits.CALLBACK_LIFE_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    text = params.text("text")
    if len(text) > limits.CALLBACK_ANSWER_CHARACTERS:
        raise bad_request("MESSAGE_TOO_LONG")
    press.answer = CallbackAnswer(text, params.flag("show_alert"), params.get("url"))
    world.changes.notify()
    return True


@method("answerInlineQuery")
def answer_inline_query(world: World, params: Params) -> Literal[True]:
    """Show results for what a person types after the bot's name."""
    query = world.inline_queries.get(params.text("inline_query_id"))
    if query is None or query.results is not None:
        raise bad_request(QUERY_TOO_OLD)
    if world.clock.now() - query.asked_at > limits.INLINE_LIFE_SECONDS:
        raise bad_request(QUERY_TOO_OLD)
    results = params.json_array("results") or []
    if len(results) > limits.INLINE_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    for result in results:
        _check_result(world, result)
    query.answer = dict(params)
    query.results = results
    world.changes.notify()
    return True


def _check_result(world: World, result: dict[str, Any]) -> None:
    kind = result.get("type")
    if kind not in _RESULT_TYPES:
        raise bad_request(f"Can't parse inline query result: the double knows no result of type {kind}")
    if not 1 <= len(str(result.get("id", "")).encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    if kind == "article" and not result.get("title"):
        raise bad_request("Can't parse inline query result: Can't find field \"title\"")
    if kind == "article":
        _check_content(result.get("input_message_content"))
    if kind != "article":
        file = world.files.by_id(str(result.get(f"{kind}_file_id")))
        if file is None or file.kind != kind:
            raise bad_request("Can't parse inline query result: Wrong file identifier specified")
    if "reply_markup" in result:
        limits.check_keyboard(result["reply_markup"].get("inline_keyboard"))


def _check_content(content: Any) -> None:
    if not isinstance(content, dict) or not content.get("message_text"):
        raise bad_request("Can't parse inline query result: Input message content is not specified")
    limits.check_text(formatted(content["message_text"], content.get("parse_mode"), content.get("entities")))

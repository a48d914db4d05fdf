"""Parts of a message as Telegram has them."""

from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from bot.conversation.delivery import Place
from bot.conversation.replies import Buttons, Message


def keyboard(buttons: Buttons) -> InlineKeyboardMarkup | None:
    """The buttons below a message."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(each.label, callback_data=each.action.data()) for each in row]
            for row in buttons
        ]
    )


def below(reply: Message) -> InlineKeyboardMarkup | ForceReply | None:
    """What is below a new text: its buttons; below a question the app opens the field for its answer."""
    return ForceReply(selective=True) if reply.asks_name_of is not None else keyboard(reply.buttons)


def answering(place: Place) -> ReplyParameters | None:
    """That a message answers another, if that is still there. The numbers of messages of before a move are negative."""
    if place.reply_to <= 0:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)

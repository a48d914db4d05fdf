"""What the end-to-end tests share: what is seen in a chat once a link of it is captured."""

from tests.fakes.telegram.double import BotApiDouble
from tests.fakes.telegram.messages import Message
from tests.fakes.telegram.people import User

CAPTURE_SECONDS = 90


async def reaction(telegram: BotApiDouble, message: Message, emoji: str) -> None:
    """Wait until the bot has put this emoji on a message."""
    await telegram.until(lambda: message.reactions.get(telegram.bot.id) == emoji, CAPTURE_SECONDS)


def photos(person: User) -> list[Message]:
    """The cards in a person's chat."""
    return [message for message in person.chat.messages if message.media and message.media.kind == "photo"]


def file_of(telegram: BotApiDouble, message: Message) -> bytes:
    """The content of a message's file."""
    assert message.media is not None
    return telegram.file(message.media.file_id)

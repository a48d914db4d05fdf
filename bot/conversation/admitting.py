"""Which links of a message may be fetched and saved, and why the others may not."""

import re

from bot.addresses import AddressRule
from bot.conversation import parse, urls
from bot.errors import RefusedAddress
from bot.wording import Words
from bot.wording.stored import retold
from storage.saving import NewLink

WHY_REJECTED = {
    parse.Rejection.OTHER_SCHEME: "other-scheme",
    parse.Rejection.NO_ADDRESS: "no-address",
}
_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*:[/\\]*)?.*@", re.IGNORECASE | re.DOTALL)


def admitted(
    words: Words, rule: AddressRule, parsed: parse.Parsed
) -> tuple[list[NewLink], list[tuple[str, str]]]:
    """The links that may be fetched, and the addresses of the others with the reason why not."""
    new_links, refusals = [], []
    for link in parsed.links:
        try:
            url = rule.check_url(urls.destination(link.url))
        except RefusedAddress as error:
            refusals.append((_shown(link.url), retold(words, str(error))))
        else:
            new_links.append(NewLink(url, urls.url_key(url), link.tags, parsed.note))
    refusals.extend((_shown(each.url), words(WHY_REJECTED[each.reason])) for each in parsed.rejected)
    return new_links, refusals


def _shown(url: str) -> str:
    """A refused address as it is repeated to the person: never with a password in it.

    Where nobody can tell which part may be one, all that stands before an @ is left out.
    """
    try:
        return urls.canonical(url)
    except ValueError:
        return _CREDENTIALS.sub(r"\1", url)

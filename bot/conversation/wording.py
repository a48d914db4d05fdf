"""What the bot says, in one place; placeholders take text that is escaped already.

Why an address is refused is said in ``bot.addresses``, why a page was not kept in ``bot.capture``.
"""

SEEN = "👀"
KEPT = "👍"
BROKEN = "💔"

WELCOME = (
    "Send me a link, with #tags if you like, and I keep the page for you: a picture, a PDF and its text, "
    "there even when the page itself is gone.\n\n"
    "On your phone, share the page to this chat. Later <code>/tag optimizer</code>, or just #optimizer, "
    "gives it back. /help shows the rest."
)
HINT = "Send me a link to keep, like <code>https://example.org #optimizer</code>. /help shows what else I can do."
HELP = (
    "I keep web pages. Send me a link, with #tags if you like.\n\n{commands}\n\n"
    "A message that is only #optimizer is the same as <code>/tag optimizer</code>. "
    "A link written as <code>code</code> is left alone.\n\n"
    "In a group, Telegram shows me plain links only if I am an admin, or if my privacy mode is off "
    "(@BotFather, /setprivacy). /save always works."
)

SAVED_ONE = "Saved {link}"
SAVED_MANY = "Saved {count} links"
CAPTURING = "Capturing the page…"
CAPTURING_AGAIN = "Taking a new snapshot of {link}"
KEPT_SINCE = "You have had {link} since {date}."
KEPT_MANY = "You have {count} of these already:"
OTHER_SCHEME = "I keep web pages only: addresses that begin with http:// or https://."
NO_ADDRESS = "That is not an address that a browser can open. Is it complete?"
AND_MORE = "… and {count} more"
TRIES_AGAIN = "I'll try again in {wait}."
NOT_WHOLE = "⚠️ Not all of it: {missing}"
FILE = "{content_type} · {size}"
MEDIA = {
    "video": "A page with a video: the page is kept, the video is not.",
    "audio": "A page with sound: the page is kept, the sound is not.",
}
FAILED_SINCE = "A newer try on {date} failed, so this copy stays: {reason}"
TRYING_AGAIN = "I'm trying again now."
GAVE_UP = "I have tried {tries} times and give up now; Again starts over."
MISTAKE = "Something went wrong on my side while capturing {site}. The log says what."
REFUSED = "Not saved: {address}\n{reason}"

LIST_TITLE = "{title} · {count}"
RECENT = "Recent"
NO_LINKS = "Nothing saved yet. Send me a link."
NO_LINKS_WITH = "No link has all of these tags: {tags}"
NO_TAGS = "No tags yet. Put some behind a link: <code>https://example.org #optimizer</code>"
TAGS = "Tags · {count}"
UNKNOWN_TAG = "There is no tag {tag} yet."
NEAREST_TAGS = "There is no tag {tag}. Did you mean:"

BUTTON_PDF = "PDF"
BUTTON_FULL_PAGE = "Full page"
BUTTON_FILE = "File"
FULL_PAGE_FILE = "{name} (full page)"
BUTTON_AGAIN = "Again"
BUTTON_SEEN = "What was there"
BUTTON_OPEN_COPY = "Open copy"
BUTTON_NEW_SNAPSHOT = "New snapshot"
BUTTON_NEWER = "‹ {page}"
BUTTON_OLDER = "{page} ›"

TOAST_EXPIRED = "This button no longer works. /recent shows what you have."
TOAST_CAPTURING = "Taking a new snapshot…"
TOO_LARGE_TO_SEND = "The file is kept, but with {megabytes} MB too large to send here."
NO_SUCH_FILE = "This snapshot has no such file."

SENT_STRANGER = "This bot is private. Its owner can let you in with /allow {id}"
CLAIMED = (
    "This bot is yours now. Only you can use it; let others in with <code>/allow &lt;id&gt;</code>.\n\n"
    + WELCOME
)
NO_SANDBOX = (
    "My browser runs without its sandbox, because this machine does not allow it one. Pages still reach nothing "
    "but the public web, but one that breaks out of the browser would be held less well. "
    "<code>tagshot doctor</code> says what to do."
)
OWNER_ONLY = "Only the owner of this bot can do that."
ALLOWED = "{id} may use this bot now."
REVOKED = "{id} can't use this bot any more. What was saved there is kept."
NOT_REVOKED = (
    "I can take back only what /allow gave. {id} owns this bot, or is in ALLOWED_CHATS in the settings, "
    "or was never let in."
)
NEEDS_ID = (
    "Say whom, by id: <code>/{command} 123456789</code>. I tell people and groups their id "
    "when they write to me and are not let in."
)
UNKNOWN_COMMAND = "I don't know /{name}. /help shows what I can do."

COMMAND_TAG = "links with a tag: /tag optimizer"
COMMAND_TAGS = "all tags"
COMMAND_RECENT = "what was saved last"
COMMAND_HELP = "what I can do"
COMMAND_START = "what this bot is for"
COMMAND_SAVE = "save a link, in groups where I see only commands"
COMMAND_ALLOW = "let a person or group in"
COMMAND_REVOKE = "shut a person or group out again"


def links(count: int) -> str:
    """How many links, in words."""
    return f"{count} link" if count == 1 else f"{count} links"


def file(content_type: str, size_bytes: int) -> str:
    """What a kept file is, and how large."""
    return FILE.format(content_type=content_type, size=_size(size_bytes))


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1000))} kB"
    return f"{size_bytes / 1_000_000:.1f} MB"


def wait(seconds: float) -> str:
    """A span of time up to some hours, roughly, as one says it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"

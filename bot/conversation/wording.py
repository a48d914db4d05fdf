"""Every sentence that a person reads, in one place. Placeholders take text that is escaped already."""

SEEN = "👀"
KEPT = "👍"
BROKEN = "💔"

WELCOME = (
    "Send me a link, with #tags if you like, and I keep the page: a picture, a PDF and its text, "
    "also when the page itself is gone.\n\n"
    "From your phone, share a page to this chat. Later <code>/tag optimizer</code>, or just #optimizer, "
    "gives it back. /help shows the rest."
)
HINT = "Send me a link to keep, like <code>https://example.org #optimizer</code>. /help shows what else I can do."
HELP = (
    "I keep web pages. Send me a link, with #tags if you like.\n\n{commands}\n\n"
    "#optimizer alone is the same as <code>/tag optimizer</code>. A link in <code>code</code> is left alone.\n"
    "In a group I see plain links only as an admin, or with my privacy mode off (@BotFather, /setprivacy)."
)

SAVED_ONE = "Saved {link}"
SAVED_MANY = "Saved {count} links"
CAPTURING = "Capturing the page…"
CAPTURING_AGAIN = "Taking a new snapshot of {link}"
KEPT_SINCE = "You have {link} since {date}."
KEPT_MANY = "You have {count} of these already."
OTHER_SCHEME = "I keep web pages only: addresses that begin with http:// or https://."
AND_MORE = "… and {count} more"
TRIES_AGAIN = "I'll try again in {wait}."
REFUSED = "Not saved: {address}\n{reason}"

LIST_TITLE = "{title} · {count}"
RECENT = "Recent"
NO_LINKS = "Nothing saved yet. Send me a link."
NO_LINKS_WITH = "No link has {tags} together."
NO_TAGS = "No tags yet. Put some behind a link: <code>https://example.org #optimizer</code>"
TAGS = "Your tags · {count}"
UNKNOWN_TAG = "There is no tag {tag} yet."
NEAREST_TAGS = "There is no tag {tag}. Did you mean:"

BUTTON_PDF = "PDF"
BUTTON_FULL_PAGE = "Full page"
BUTTON_AGAIN = "Again"
BUTTON_OPEN_COPY = "Open copy"
BUTTON_NEW_SNAPSHOT = "New snapshot"
BUTTON_NEWER = "‹ {page}"
BUTTON_OLDER = "{page} ›"

TOAST_EXPIRED = "This button is too old. Ask for the list again."
TOAST_CAPTURING = "Taking a new snapshot…"
TOO_LARGE_TO_SEND = "The file is kept, but with {megabytes} MB too large to send here."
NO_SUCH_FILE = "This snapshot has no such file."

SENT_STRANGER = "This bot is private. Its owner can let you in with /allow {id}"
CLAIMED = (
    "This bot is yours now. Only you can use it; let others in with <code>/allow &lt;id&gt;</code>.\n\n"
    + WELCOME
)
OWNER_ONLY = "Only the owner of this bot can do that."
ALLOWED = "{id} may use this bot now."
REVOKED = "{id} can't use this bot any more. What it has saved is kept."
NOT_REVOKED = "{id} was not let in by /allow, so I can't take that back. See ALLOWED_CHATS in the settings."
NEEDS_ID = "Say whom: <code>/{command} 123456789</code>. People find their id when they write to this bot."
UNKNOWN_COMMAND = "I don't know /{name}. /help shows what I can do."

COMMAND_TAG = "links with a tag: /tag optimizer"
COMMAND_TAGS = "all tags"
COMMAND_RECENT = "what was saved last"
COMMAND_HELP = "what I can do"
COMMAND_START = "how it begins"
COMMAND_SAVE = "save a link"
COMMAND_ALLOW = "let a person or group in"
COMMAND_REVOKE = "take that back"


def links(count: int) -> str:
    """How many links, in words."""
    return f"{count} link" if count == 1 else f"{count} links"


def wait(seconds: float) -> str:
    """A span of time, roughly, as one says it."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        return "1 minute" if minutes == 1 else f"{minutes} minutes"
    return f"{round(minutes / 60)} hours"

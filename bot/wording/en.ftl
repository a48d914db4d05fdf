# What the bot says in English. Texts may have the small HTML that Telegram knows; values are escaped already.

day-pattern = d MMM y
comma = ,{" "}

## Beginnings

welcome =
    Send me a link, with #tags if you like, and I keep the page for you: a picture, a PDF and its text, there even when the page itself is gone.

    On your phone, share the page to this chat. Later <code>/tag optimizer</code>, or just #optimizer, gives it back. /help shows the rest.
hint = Send me a link to keep, like <code>https://example.org #optimizer</code>. /help shows what else I can do.
help =
    I keep web pages. Send me a link, with #tags if you like.

    {$commands}

    Answer a card with #x to tag it, -#x to take a tag off, or words for its note; edit your message, and its tags and note follow. A message that is only #optimizer is the same as <code>/tag optimizer</code>. A link written as <code>code</code> is left alone.
help-group =
    Telegram shows me plain links in this group only if I am an admin here, or if my privacy mode is off (@BotFather, /setprivacy). <code>/save</code> always works, also as an answer to a message with a link.
local-chat =
    Try this sample: {$example}
    A number presses a button, &gt; answers the last message (&gt; #x), ^ edits yours, Ctrl-D ends the chat.
claimed = This bot is yours now. Only you can use it; let others in with <code>/allow &lt;id&gt;</code>.
stranger = This bot is private. Its owner can let you in with /allow {$id}
no-sandbox = My browser runs without its sandbox, because this machine does not allow it one. Pages still reach nothing but the public web, but one that breaks out of the browser would be held less well. <code>tagshot doctor</code> says what to do.
backup-failed = The nightly backup could not be made. I'll try again every hour. {$reason}
backups-not-removed = The nightly backup was made, but its place fills up. {$reason}
backup-not-whole = { $count ->
    [one] The backup is made, but {$count} file is damaged or missing here. <code>tagshot verify</code> says which.
   *[other] The backup is made, but {$count} files are damaged or missing here. <code>tagshot verify</code> says which.
}
unknown-command = I don't know /{$name}. /help shows what I can do.

## Saving

saved-one = Saved {$link}
saved-many = { $count ->
    [one] Saved {$count} link
   *[other] Saved {$count} links
}
capturing = Capturing the page…
disk-full = ⏳ The disk is full; your link is kept. I capture the page as soon as there is room.
capturing-again = Taking a new snapshot of {$link}
kept-since = You have had {$link} since {$date}.
kept-many = You have {$count} of these already:
other-scheme = I keep web pages only: addresses that begin with http:// or https://.
no-address = That is not an address that a browser can open. Is it complete?
refused =
    Not saved: {$address}
    {$reason}
and-more = … and {$count} more

## Cards

tries-again = I'll try again in {$wait}.
trying-again = I'm trying again now.
not-whole = ⚠️ Incomplete: {$missing}
file-screen = picture of the first screen
file-fullpage = full page
file-slices = pictures for the chat
file-pdf = PDF
file-html = HTML
file-text = text
file-original = original file
file-metadata = title and author
file = {$type} · {$size}
has-video = A page with a video: the page is kept, the video is not.
has-sound = A page with sound: the page is kept, the sound is not.
failed-since = A newer try on {$date} failed, so this copy stays: {$reason}
full-page-file = {$name} (full page)
too-large-to-send = The file is kept, but with {$megabytes} MB too large to send here.
wait = { $minutes ->
    [0] less than a minute
    [one] {$minutes} minute
   *[other] {$minutes} minutes
}
wait-hours = {$hours} hours
wait-days = {$days} days

button-pdf = PDF
button-full-page = Full page
button-file = File
button-again = Again
button-seen = What was there
button-open-copy = Open copy
button-new-snapshot = New snapshot
button-newer = ‹ {$page}
button-older = {$page} ›

toast-expired = This button no longer works. /recent shows what you have.
toast-capturing = Taking a new snapshot…
toast-no-such-file = This snapshot has no such file.

## Lists

links = { $count ->
    [one] {$count} link
   *[other] {$count} links
}
list-title = {$title} · {$links}
recent = Recent
untagged = Without a tag
no-links = Nothing saved yet. Send me a link.
no-links-with = Nothing found: {$query}
not-all-indexed = I am still indexing what you saved, so some of it can't be found by its words yet. Try again in a few minutes.
no-tags = No tags yet. Put some behind a link: <code>https://example.org #optimizer</code>
tags = Tags · {$count}
unknown-tag = There is no tag {$tag} yet.
nearest-tags = There is no tag {$tag}. Did you mean:

## The owner

owner-only = Only the owner of this bot can do that.
allowed = {$id} may use this bot now.
revoked = {$id} can't use this bot any more. What was saved there is kept.
not-revoked = I can take back only what /allow gave. {$id} owns this bot, or is in ALLOWED_CHATS in the settings, or was never let in.
status = Tagshot {$version}
status-queue = Queue: {$waiting} waiting, {$running} under way, {$later} for a later try
status-oldest = Waiting the longest: {$wait}; tried before: {$retries}
status-lately = Last 24 hours: {$kept} kept, {$failed} failed
status-failures = {"  "}{ $verdict ->
    [not-found] no such page
    [gone] gone for good
    [login-required] only after signing in
    [paywall] only for those who pay
    [bot-wall] check for robots
    [blank] empty page
    [server-error] error of the site
    [unreachable] not reached
    [refused] refused address
    [too-large] too large
   *[other] {$verdict}
}: {$count}
status-disk = Disk: {$free} free; {$files} in files
status-database = Database: {$size}
status-browser = Browser: {$browser}
status-no-browser = Browser: none. On the machine, type: tagshot setup
status-backup = Last backup: {$at}
status-no-backup = Last backup: none
status-started = Running since {$at}
command-status = how the bot is doing
needs-id = Say whom, by id: <code>/{$command} 123456789</code>. I tell people and groups their id when they write to me and are not let in.

## The menu

command-tag = links with a tag: /tag optimizer
command-tags = all tags
command-recent = what was saved last
command-help = what I can do
command-start = what this bot is for
command-save = save a link, in groups where I see only commands
command-allow = let a person or group in
command-revoke = shut a person or group out again

## What can be done with a link

button-text = Text
button-html = HTML
button-phone = Phone view
button-tags = Tags
button-delete = Delete
button-delete-yes = Delete it
button-keep = Keep it
button-undo = Undo
button-as-file = As one file
button-more-pictures = More
published = from {$date}
captured = saved {$date}
pdf-size = PDF {$size}
pages = { $count ->
    [one] {$count} page
   *[other] {$count} pages
}
pictures-shown = { $count ->
    [one] The whole page in one picture.
   *[other] {$shown} of {$count} pictures shown.
}
tags-of = Tags of {$link}. Tap to change, or answer this message with #tags.
tags-now = {$link}
    {$tags}
untagged-now = No tags now.
noted = Noted for {$link}.
note-for-one = That message is about several links. Answer the card of one to write a note for it.
file-for-one = That message is about several links. Answer the card of the one that the file is for.
file-kept = Kept as a snapshot of {$link}.
file-too-large = Telegram lets me load files up to {$size} only.
file-no-room = This chat already keeps {$used}, all that it may, so I did not keep the file. Delete links, or raise MAX_BYTES_PER_CHAT, then send it again.
file-not-received = Telegram did not give me the file. Please send it again.
file-lost = The file is missing from my storage. Again takes a new snapshot.
delete-link = Delete {$link} with all its snapshots?
link-deleted = Deleted: {$link}
kept-after-all = Nothing was changed.
undone = Back again: {$name}
note-undone = The note is gone again.
toast-tagged = Tagged {$tag}
toast-no-text = There is nothing to read on this page.

needs-link = Answer the card of a link with /delete, or name the link: <code>/delete https://example.org</code>
not-saved = {$address} is not saved here.
delete-one = That message is about several links. Answer the card of the one to delete.
command-delete = delete a link: answer its card, or /delete and the link

## Forgetting

button-forget = Delete everything
forget-question =
    Delete everything that I keep of this chat? That is { $count ->
        [one] {$count} link
       *[other] {$count} links
    } with all snapshots ({$size} in files), tags, notes, settings, and what I remember of your messages.

    This can't be undone. The button works for {$minutes} minutes. { $where ->
        [terminal] Files in the folder <code>received</code> stay until you delete them.
       *[telegram] What I have sent stays in this chat until you delete it in Telegram, and you may still use me.
    }
forgotten = Everything that I kept of this chat is deleted; it is still in backups that were made before, until they are deleted.{ $where ->
        [terminal] {""}
       *[telegram] {" "}You may still use me; to change that, ask the owner for /revoke.
    }
command-forget_me = delete everything that I keep of this chat

## What can be done with tags

button-rename = Rename tag
button-drop-tag = Drop tag
button-merge = Merge them
button-drop = Take it off
needs-names = Say both names: <code>/rename old new</code>
needs-name = Say which tag: <code>/droptag optimizer</code>
new-name = What is {$tag} to be called? Answer this message with the new name, or send <code>/rename {$name} …</code>
would-merge = You have both {$old} and {$new}. Make them one tag, {$new}?
tag-renamed = { $count ->
    [one] {$old} is {$new} now, on {$count} link.
   *[other] {$old} is {$new} now, on {$count} links.
}
drop-tag = { $count ->
    [one] Take {$tag} off {$count} link? The link stays.
   *[other] Take {$tag} off {$count} links? The links stay.
}
tag-deleted = { $count ->
    [one] {$tag} was taken off {$count} link.
   *[other] {$tag} was taken off {$count} links.
}
command-rename = give a tag another name: /rename old new
command-droptag = take a tag off all its links

## Settings

language-name = English
settings = Settings
setting-language = Language: {$language}
setting-pdf = Send the PDF with every save: {$value}
setting-sheet = PDF pages: {$value}
setting-album = The full page: {$value}
setting-quiet = Silent hours: {$value}
setting-plain = Save links that are not addressed to me: {$value}
setting-zone = Time zone: {$zone}
switch = {$setting} → {$value}
switch-pdf = PDF with saves
switch-sheet = PDF pages
switch-album = Full page
switch-quiet = Silent hours
switch-plain = Plain links
switch-zone = Time zone
yes = yes
no = no
never = none
sheet-a4 = A4
sheet-phone = phone width
as-album = as pictures
as-file = as one file
which-zone = Where are you? Any other: <code>/settings Europe/Madrid</code>
no-such-zone = There is no time zone {$zone}. They are named like Europe/Madrid or Asia/Shanghai.
button-back = ‹ Settings
command-settings = language, PDF, silent hours, time zone

## Queries

links-more = more than {$count} links
query-help =
    <code>/tag optimizer -sgd</code> with one tag and without another, <code>|</code> either, <code>( )</code> groups, <code>opt*</code> beginnings.
    <code>/search 优化 "learning rate"</code> words on the pages; both take <code>#tag</code> <code>site:csdn.net</code> <code>before:2026-05</code> <code>after:2026-05-03</code> <code>lang:zh</code> <code>is:untagged</code> (failed, dead, unread, pdf).
mistake-unknown-field = I don't know {$word}. I know: {$offered}
mistake-no-value = Something is missing behind {$word}
mistake-unknown-state = A link can't be {$word}. It can be: {$offered}
mistake-bad-date = {$word} is no date. Dates are like 2026, 2026-05 or 2026-05-03.
mistake-bad-site = {$word} is no site. Sites are like csdn.net.
mistake-bad-language = {$word} is no language. Languages are like zh or en.
mistake-unbalanced = There is nothing open that {$word} could close.
mistake-too-deep = That is nested too deeply at {$word}
mistake-too-many-terms = That is too much at once: at most {$offered} words.
mistake-too-long = That is too long: at most {$offered} characters.
stats = What you have kept
stats-links =
    { $count ->
        [one] {$count} link
       *[other] {$count} links
    }, {$lately} in the last 30 days
stats-tags = { $count ->
    [one] {$count} tag
   *[other] {$count} tags
}
stats-snapshots =
    { $done ->
        [one] {$done} snapshot
       *[other] {$done} snapshots
    } kept, {$failed} failed
stats-size = {$size} in files
stats-since = since {$date}
command-search = words on pages, in titles and notes: /search 优化 学习率
command-untagged = links without a tag
command-random = any link
command-stats = how much is kept

## The command line

no-link-in-text = There is no link in this text.
state-kept = kept
state-waiting = waits for its capture
would-merge-with-option = There is a tag {$tag} already. With --merge the two become one.
no-tag-name = {$name} can't be the name of a tag.
no-end-in-time = The capture did not end in time.
no-upgrade-beside-bot = This Tagshot is newer than the database and would upgrade it, but a bot is at work on it, as process {$process}. Nothing was changed. Stop that bot, start it anew from this Tagshot (it upgrades by itself), then try again.

## Inline mode

inline-private = This bot is private

## Backups, on the command line

backup-made = Backup {$stamp}: { $count ->
    [one] {$count} file
   *[other] {$count} files
}, {$size}, of that new {$new}.
backup-damaged = Not in it, because damaged here: {$count}
backup-missing = Not in it, because missing here: {$count}
backup-restored = Restored the backup {$stamp}: { $count ->
    [one] {$count} file
   *[other] {$count} files
}, {$size}.
backup-without = Missing, because the backup does not have them: {$count}
verify-database = The database is damaged: {$reason}
verify-restore = Move DATA_DIR away and restore a backup: tagshot restore DIR|URL
verify-good = Good: the database, and { $count ->
    [one] {$count} file
   *[other] {$count} files
}, {$size}.
verify-repaired = Repaired: {$count}
verify-damaged = Damaged: {$count}
verify-missing = Missing: {$count}
verify-orphaned = Stored, but nothing names them: {$count}
verify-recaptured = Captured again as soon as the bot runs: {$count}
verify-offer = --repair-from DIR|URL puts them back from a backup; --recapture captures the pages again.

## Why a page was not kept: stored in English, shown in the language of the chat

why-mistake = Something went wrong on my side while capturing {$host}. The log says what.
why-gave-up = {$error} I have tried {$tries} times and give up now; Again starts over.
why-no-time-for-rest = The page left no time for the rest.
why-broke-over-rest = The browser broke down over the rest.
why-too-much-memory = The page at {$host} needs more memory than one page may have, so it was ended.
why-no-host = There is no host named {$host}.
why-other-address = {$host} was reached at another address than the one that was checked.
why-own-machine = {$host} is the machine that Tagshot runs on, and that is not fetched.
why-name-timeout = The name {$host} could not be looked up in time.
why-no-answer = {$host} did not answer.
why-connection-refused = {$host} refused the connection.
why-not-reached = {$host} could not be reached.
why-sends-too-much = {$host} sends more than one capture may take.
why-fetched-enough = This capture has fetched as much as one may.
why-not-forwarded = Not a request that can be forwarded.
why-not-forwarded-to = Not an address that can be forwarded to.
why-closed = {$host} closed the connection without an answer.
why-answered-as-proxy = {$host} answered as only a proxy may.
why-broke-off-unreadable = {$host} broke off the connection or gave an answer that can't be read.
why-proxy-did-not-connect = The proxy that EGRESS_PROXY names did not connect to {$host}.
why-proxy-not-reached = The proxy that EGRESS_PROXY names could not be reached.
why-bad-certificate = {$host} can't prove who it is: its certificate is not valid.
why-no-tls = No safe connection to {$host} could be made (TLS).
why-circle = {$host} redirects in a circle.
why-broke-off = {$host} broke off the connection.
why-empty-answer = {$host} sent an empty answer.
why-bad-port = The port in the address at {$host} is not one for web pages.
why-no-web-page = {$host} leads to something that is not a web page.
why-not-by-itself = {$host} does not let this page be opened by itself.
why-not-opened = {$host} could not be opened.
why-not-opened-code = {$host} could not be opened ({$code}).
why-no-answer-within = {$host} did not answer within {$seconds} seconds.
why-busy = The page at {$host} kept the browser so busy that nothing could be kept of it.
why-broke-down = The browser broke down over the page at {$host}, twice.
why-high = The page is {$height} pixels high; its picture ends at {$end}.
why-not-made-within = No {$what}: it was not done within {$seconds} seconds.
why-not-made-no-time = No {$what}: there was no time left for it.
why-not-made-browser = No {$what}: the browser could not make it.
why-not-made = No {$what}: it could not be made.
why-not-made-because = No {$what}: {$reason}.
why-file-too-large = {$host} sent {$what}, and no file over {$most} MB is kept. Its link is: open it to play or to download the file yourself.
why-download-broke-off = The download broke off ({$failure}).
why-pdf-reading = The PDF is kept, but reading {$what} {$reason}.
why-pdf-unreadable = The PDF is kept, but it can't be read.
why-pdf-but = The PDF is kept, but {$reason}.
why-html-without = The HTML file is without {$count} of its pictures and fonts: with them it is larger than {$most} MB, or the browser did not give them in time.
why-html-ends-early = The HTML file ends early: the page is too large to be copied whole.
why-still-loading = The page had not finished loading after {$seconds} seconds.
why-loads-too-much = The page loads more than one capture may take, so parts are missing.
why-file-not-whole = {$host} had not sent the whole file when it was taken.
why-still-at-work = The page was still at work when its picture was taken.
why-sign-in = {$host} shows this page only after signing in ({$status}).
why-paid = {$host} shows this page only to those who have paid (402).
why-404 = {$host} has no page at this address (404).
why-407 = {$host} is open only to those who come through its own network (407).
why-410 = {$host} says that this page is gone for good (410).
why-418 = {$host} turned Tagshot away, as it does with programs (418).
why-429 = {$host} says that it is asked too often (429).
why-451 = {$host} does not show this page for legal reasons (451).
why-error-instead = {$host} answered with an error instead of the page ({$status}).
why-403 = {$host} does not show this page to Tagshot (403). It may open for a person, or after signing in.
why-server-error = {$host} has a problem of its own and answered with an error ({$status}).
why-empty-page = {$host} answered with an empty page.
why-stayed-empty = {$host} had nothing to show: its page stayed empty.
why-robot-check = {$host} showed a check for robots instead of the page, so there is nothing to keep. A person who opens it gets past the check; Tagshot can't.
why-turned-away = {$host} turned Tagshot away, as it does with programs or with some networks. It may open for a person, or from another network.
why-wall-sign-in = {$host} shows this page only after signing in. Tagshot sees what everybody sees, so there is nothing to keep.
why-queue = {$host} let Tagshot wait in a queue instead of showing the page. It may open when fewer people are there.
why-age = {$host} asks a visitor's age before it shows the page, and Tagshot can't answer for you.
why-cookies = {$host} asks for consent to cookies before it shows the page, and Tagshot does not consent for you.
why-app-only = {$host} shows this page only inside an app, not in a browser.
why-wall-paid = {$host} shows the whole page only to those who have paid. What everybody sees of it is too little to keep.
why-taken-down = {$host} says that this page was taken down. It is gone for good, unless whoever wrote it puts it back.
why-no-such-page = {$host} says that there is no such page. Look whether the whole address was shared.
why-for-sale = There is no site at {$host} any more: its name is for sale or parked. An archive may have an old copy.
why-not-at-work = {$host} is not at work just now: it says so itself instead of showing the page.
why-wants-script = {$host} showed nothing but a request to switch JavaScript or cookies on, or to take another browser.
why-whole-address = That is not a whole web address: it has to begin with http:// or https:// and a host.
why-only-http = Only http and https addresses can be kept, not {$scheme}: ones.
why-private = {$host} is in a private or special network, and those are not fetched. EGRESS_ALLOW can open it.
why-leads-private = {$host} leads to {$address}, which is in a private or special network, and those are not fetched. EGRESS_ALLOW can open it.
why-credentials = The address at {$host} has a user name or a password in it. Send it without them.
why-long-address = The address is longer than {$most} characters.
why-invisible = The address has an invisible character in it (U+{$code}), so it may lead elsewhere than it seems to.
why-backslash = The address has a backslash in it, so it may lead elsewhere than it seems to. If it belongs there, write it as %5C.
why-no-host-name = That is not an address that a browser can open: its host is not a name.
why-private-name = {$host} is a name inside a private network, and those are not fetched. EGRESS_ALLOW can open it.
why-port = Port {$port} of {$host} is not one that web pages are fetched from ({$usual}). EGRESS_ALLOW can open it.
why-not-openable = That is not an address that a browser can open.
why-queue-full = The link is kept, but without a copy: the queue of this chat is full ({$waiting}). Press Again when it is shorter.
why-space-full = The link is kept, but without a copy: this chat keeps {$used}, and may keep {$most}. Press Again when links were deleted, or MAX_BYTES_PER_CHAT was raised.
why-cut-off = I gave up on this page after {$tries} tries: each time the capture was cut off before its end.

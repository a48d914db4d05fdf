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
file-disk-full = The disk is full, so I could not keep the file. The link and what was kept stay. Send it again when there is room.
file-not-stored = My storage can't be reached, so I could not keep the file. Please send it again later.
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
no-token = No TELEGRAM_BOT_TOKEN is set, so this is the local chat: the same bot, in this terminal.
at-newest-schema = The database is at the newest schema.
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

## What is said on the command line: why something can't be done, and what is under way or was found.
why-disk-full = The disk is full: nothing more can be stored until there is room. What was stored is kept.
why-database-busy = The database is busy: another program writes to it. It has to be tried again.
why-database-failed = The database could not be read or written: {$reason}.
why-database-damaged = The database file is damaged: {$reason}.
why-database-damaged-way = The database file is damaged: {$reason}. It was left as it is. {$way}
why-database-headless = {$path} is missing or empty, but {$part}, the newest part of it, is there.
why-database-headless-way = {$path} is missing or empty, but {$part}, the newest part of it, is there. It was left as it is. {$way}
why-way-restore = Move {$folder} away and restore the backup of {$at}: tagshot restore {$place}
why-way-copy = There is a copy from before the last upgrade: put {$copy} in its place.
why-way-backup = Put a backup in its place, if you have one: tagshot restore (into an empty DATA_DIR).
why-schema-of-newer = The database has the schema '{$revision}' of a newer Tagshot than this one. Nothing was changed. Install the newer one, or restore a backup of this one.
why-schema-newer = The database can't be brought to the newest schema: {$error}. It may be of a newer Tagshot than this one: install that, or restore a backup.
why-database-url = DATABASE_URL can't be used: {$reason}. Leave it empty for a SQLite file in DATA_DIR.
why-no-database-address = it is not the address of a database
why-row-without-parent = row {$row} of {$table} refers to a row of {$parent} that is missing
why-stored-not-read = A stored file could not be read: {$reason}.
why-stored-changed = A stored file is damaged: it is not what its name says.
why-stored-unreadable = A stored file is damaged: the disk can't read it.
why-not-stored = A file could not be stored: {$reason}.
why-stored-not-listed = The stored files can't be listed: {$reason}.
why-stored-not-removed = A stored file could not be removed: {$reason}.
why-artifacts-url = ARTIFACTS_URL can't be used: {$reason}. It takes a folder, s3://…, gs://… or az://…
why-not-written = {$path} could not be written: {$reason}.
why-copy-not-made = The copy before the upgrade, {$path}, could not be made: {$reason}.
why-not-put = {$path} could not be put in its place: {$reason}.
why-nothing-yet = There is nothing at {$path} yet. Type: tagshot run
why-not-current = The database is not at the schema of this Tagshot. Type: tagshot migrate (tagshot run does it too)
why-backup-inside = {$place} holds what is to be backed up. Name another place for the backup.
why-backup-sqlite = Only a database in a SQLite file is backed up by Tagshot. Use what your database brings (pg_dump), then copy the artifacts.
why-restore-sqlite = Only a database in a SQLite file can be restored: leave DATABASE_URL empty, or name a file.
why-old-backups-stay = The backup {$stamp} was made, but old ones could not be removed: {$error}
why-backup-not-there = {$name} of the backup is not there.
why-backup-not-read = {$name} of the backup could not be read: {$reason}.
why-backup-not-written = {$name} of the backup could not be written: {$reason}.
why-backup-not-listed = {$name} of the backup could not be listed: {$reason}.
why-backup-not-removed = {$name} of the backup could not be removed: {$reason}.
why-backup-not-done = {$name} of the backup could not be {$done}: {$reason}.
why-backup-place = The place of the backup can't be used: {$reason}. It takes a folder, s3://…, gs://… or az://…
why-backup-busy = Another backup is being made or thinned out there, or was cut off within the last hour. Try again later.
why-backup-busy-in = Another backup is being made or thinned out in {$place}. Try again when it has ended.
why-backup-manifest = The manifest {$name} is damaged or not of this Tagshot: see {$where}.
why-backup-manifest-form = its form
why-backup-manifest-other = The manifest {$name} is of another backup: {$at}.
why-backup-forged = The copy of the database in this backup is damaged or forged: {$why}. Try an older backup.
why-forged-packed = it can't be unpacked
why-forged-larger = it unpacks to more than its manifest says
why-forged-other = it is not the one that its manifest names
why-forged-triggers = it holds triggers or views that are not Tagshot's
why-backup-newer = The backup of {$stamp} was made by a newer Tagshot ({$version}) than this one. Install that.
why-no-backup = There is no backup there. It takes the place that tagshot backup or BACKUP_URL named.
why-no-backup-at = There is no backup of {$at} or before. There are: {$list}.
why-older-ones = {$list} and {$count} older ones
why-no-time = {$at} is no time. Write it as 2026-05-03, 2026-05-03T12:00 or 20260503T120000Z.
why-something-there = There is something already: {$path}. Restore into an empty DATA_DIR.
why-files-there = There are files already in {$place}. Restore into an empty place.
why-no-room-to-restore = The backup needs {$needed} bytes, and only {$free} are free in {$folder}.
why-backup-disagrees = The manifest of this backup names other files than its database. Try an older backup.
why-backup-file-damaged = The file {$name} in the backup is damaged or forged.
why-backup-skip = {$error} With --skip-damaged all the rest is restored.
why-backup-too-large = {$name} in the backup is larger than it may be.
why-backup-no-file = {$name} in the backup is not a file.
why-now-saving = Saving…
why-now-capturing = Capturing…
why-now-copying-database = Copying the database…
why-now-copying = Copying files: {$done} of {$count}…
why-now-removing = Removing old backups…
why-now-looking = Looking at the backup…
why-now-looking-through = Looking through the database…
why-now-reading-database = Reading the database…
why-now-listing = Listing the files…
why-now-reading = Reading files: {$done} of {$count}…
why-now-repairing = Repairing…
why-setting = {$name} can't be used: {$reason}. See .env.example for what it takes.
why-write-as = write it as {$shape}
why-shape-http = http://host:port or https://host
why-shape-socks = http://host:port or socks5://host:port
why-shape-address = host:port, like {$example}
why-no-chat-id = an id is a number, like 4711 for a person or -1001234567890 for a group
why-env-unreadable = The file .env can't be read: {$error}.
why-egress-allow = EGRESS_ALLOW can't be used: {$entry} is not a host, host:port, address or network.
why-egress-proxy = EGRESS_PROXY can't be used: write it as http://host:port.
why-data-dir = DATA_DIR can't be used: {$error}.
why-data-dir-lock = The data folder {$folder} can't be locked: {$error}.
why-already-running = A bot is running on the data folder {$folder} already, as process {$process}. Stop that one first, or give this one another DATA_DIR and another token.
why-not-served = Nothing can be served at {$address}: {$error}. Give {$setting} another host:port.
why-part-died = Tagshot has ended, because its {$part} died; the log says of what. Start it again: nothing is lost.
why-no-token = TELEGRAM_BOT_TOKEN is not set. Get a token from @BotFather and put it into .env.
why-no-token-shape = TELEGRAM_BOT_TOKEN does not look like a token: 123456:ABC…, as @BotFather gives it.
why-unknown-token = Telegram does not know this TELEGRAM_BOT_TOKEN. Compare it with @BotFather's; with a Bot API server of your own, see TELEGRAM_API_URL too.
why-same-token = Another program receives this bot's messages with the same token. Stop one of the two.
why-no-webhook = Telegram can't deliver to TELEGRAM_WEBHOOK_URL. {$error}
why-telegram-refused = Telegram refused: {$reason}.
why-telegram-unreached = Telegram can't be reached: {$reason}.
why-telegram-no-file = Telegram does not give the file: {$reason}.
why-no-browser = There is no browser to capture pages with. Type: tagshot setup
why-browser-not-started = The browser {$path} can't be started: {$problem}. Try: tagshot doctor
why-browser-not-started-in = The browser {$path} can't be started: {$problem}. CHROMIUM_SANDBOX=auto also tries without. Try: tagshot doctor
why-not-for-nobody = Unprivileged users can't open {$folder}, so the browser in it can't run as one, nor in its sandbox. Type: PLAYWRIGHT_BROWSERS_PATH=/opt/browsers tagshot setup, and set that for tagshot run too.
why-no-screen = There is no screen here to show the browser on. Leave out --headed.
why-no-window = The browser here has no window to show. Install Chrome or Chromium, or leave out --headed.
why-chromium-path = CHROMIUM_PATH names {$path}, and there is no such file. Correct it or leave it empty.
why-chromium-no-start = CHROMIUM_PATH names {$path}, and no browser starts there. Correct it or leave it empty.
why-browser-ends = The browser {$path} starts and then ends: {$error}
why-browser-draws-nothing = The browser {$path} starts, but draws nothing in {$seconds} s.
why-browser-found = Browser: {$version} ({$source}: {$path})
why-source-playwright = Playwright's own
why-source-system = of this system
why-fonts-there = Fonts: Chinese, Japanese, Korean and emoji are there
why-no-browser-starts = There is no browser that starts. {$advice}
why-no-font = There is no font for {$scripts}, so pages show boxes instead. {$advice}
why-scripts-cjk = Chinese, Japanese and Korean
why-scripts-emoji = emoji
why-scripts-both = Chinese, Japanese and Korean and emoji
why-type = Type: {$command}
why-install-browser = Install Chromium or Chrome and Noto fonts; name the browser in CHROMIUM_PATH if it is not found.
why-downloading = Downloading a browser (about 100 MB)…
why-no-download = The download did not work; a firewall may be in the way.
why-installing-libraries = Installing the libraries that the browser needs…
why-installing = Installing {$packages}; this takes a minute or two…
why-not-installed = That did not work:
why-check-long = The check did not end within {$seconds} seconds.
why-check-broke = The check broke ({$error}). With LOG_LEVEL=DEBUG you see where.
why-look-network = Look at the network, TELEGRAM_API_URL and TELEGRAM_PROXY.
why-look-database = Look at DATABASE_URL, and whether DATA_DIR can be written.
why-look-artifacts = Look at ARTIFACTS_URL, and whether DATA_DIR can be written.
why-look-backup = Look at BACKUP_URL, and whether it can be written.
why-look-data = Look at DATA_DIR.
why-token-missing = Not set, so there is only the local chat.
why-token-get = For a bot, get a token from @BotFather and put it into .env as TELEGRAM_BOT_TOKEN.
why-token-shape = TELEGRAM_BOT_TOKEN does not look like a token: 123456:ABC…
why-token-refused = Telegram refuses the token: {$reason}.
why-no-reason = no reason given
why-token-copy = Copy the token from @BotFather again, the whole of it.
why-bot-is = The bot is @{$name}.
why-answers = {$url} answers.
why-unreachable = {$url} can't be reached: {$reason}.
why-no-bot-api = what answers there is not the Bot API
why-bot-needs = A bot needs it: see TELEGRAM_API_URL and TELEGRAM_PROXY.
why-ports = Telegram delivers to https addresses with port 443, 80, 88 or 8443 only.
why-webhook-change = Change TELEGRAM_WEBHOOK_URL.
why-webhook-none = Telegram has no address to deliver to; {$waiting}.
why-webhook-other = Telegram delivers to another address, at {$host}; {$waiting}.
why-webhook-other-stop = If another program has the same token, stop one of the two. tagshot run sets the address.
why-webhook-trouble = Telegram can't deliver; {$waiting}. {$trouble}
why-webhook-fine = Telegram delivers to TELEGRAM_WEBHOOK_URL; {$waiting}.
why-webhook-fine-now = Telegram delivers to TELEGRAM_WEBHOOK_URL; {$waiting}. {$trouble}
why-webhook-last = It last failed on {$at} UTC: {$reason}.
why-webhook-server = Look at the web server with TLS: it has to pass on what comes to TELEGRAM_WEBHOOK_ADDRESS.
why-waits = {$count} update waits
why-wait-many = {$count} updates wait
why-start-anew = Start the bot anew.
why-start = Start the bot: tagshot run
why-start-sets = Start the bot: tagshot run sets it.
why-listens = The bot is running, and {$address} is taken.
why-listens-not = The bot can't listen at {$address}: {$error}.
why-listens-other = Give TELEGRAM_WEBHOOK_ADDRESS another host:port, and tell it to the web server with TLS.
why-listens-nobody = Nobody listens at {$address}.
why-listens-free = {$address} is free for the bot to listen at.
why-database-fine = It can be written, and its schema is the newest.
why-database-old = It can be written, but its schema is not the newest.
why-migrate = Type: tagshot migrate (tagshot run does it too)
why-place-fine = {$place} can be written and read.
why-place-changes = {$place} gives back something else than what was written.
why-backup-fine = {$place} can be written and read; {$newest}.
why-backup-newest = its newest backup is of {$at} UTC
why-backup-none = it has no backup yet
why-browser-runs = {$version} ({$source}: {$path}) runs {$how}.
why-in-sandbox-as-nobody = in its sandbox, as an unprivileged user
why-in-sandbox = in its sandbox, as the user of this process
why-no-sandbox-as-nobody = WITHOUT its sandbox, as an unprivileged user
why-no-sandbox = WITHOUT its sandbox, as the user of this process
why-sandbox-off = CHROMIUM_SANDBOX=off asks for that. With auto it is used where the host allows it.
why-held-less = A page that breaks out of it would be held less well. {$remedy}
why-kernel-forbids = This kernel forbids what the sandbox is made of. Type: sudo sysctl -w {$setting}
why-seccomp = Start the container with a seccomp profile that lets it make user namespaces (docker run --security-opt seccomp=chrome.json).
why-namespaces = Allow user namespaces for unprivileged users on this host.
why-fonts-no-text = {$sample} is drawn, but its text is missing in PDFs.
why-fonts-install = Install fonts-noto-cjk or another font for Chinese.
why-fonts-fine = {$sample} and {$emoji} are drawn, and PDFs hold their text.
why-free = {$size} GB are free at {$folder}.
why-make-room = A page takes one to five MB. Make room, or move DATA_DIR.
why-folder-private = {$folder} is for its owner alone.
why-folder-open = Others on this machine may look into {$folder}.
why-part-token = token
why-part-api = API
why-part-webhook = webhook
why-part-listening = listening
why-part-database = database
why-part-artifacts = artifacts
why-part-backup = backup
why-part-browser = browser
why-part-fonts = fonts
why-part-disk = disk
why-part-privacy = privacy
why-part-worker = worker
why-part-health = health server
why-part-connection = connection to Telegram
why-part-receiver = receiver
why-part-announcer = announcer
why-part-held-up = notice of a full disk

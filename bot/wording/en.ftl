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

    A message that is only #optimizer is the same as <code>/tag optimizer</code>. A link written as <code>code</code> is left alone.
help-group =
    In a group, Telegram shows me plain links only if I am an admin, or if my privacy mode is off (@BotFather, /setprivacy). /save always works.
local-chat =
    Try this sample: {$example}
    Ctrl-D ends the chat.
claimed = This bot is yours now. Only you can use it; let others in with <code>/allow &lt;id&gt;</code>.
stranger = This bot is private. Its owner can let you in with /allow {$id}
no-sandbox = My browser runs without its sandbox, because this machine does not allow it one. Pages still reach nothing but the public web, but one that breaks out of the browser would be held less well. <code>tagshot doctor</code> says what to do.
unknown-command = I don't know /{$name}. /help shows what I can do.

## Saving

saved-one = Saved {$link}
saved-many = { $count ->
    [one] Saved {$count} link
   *[other] Saved {$count} links
}
capturing = Capturing the page…
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
not-whole = ⚠️ Not all of it: {$missing}
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
no-links = Nothing saved yet. Send me a link.
no-links-with = Nothing found: {$query}
no-tags = No tags yet. Put some behind a link: <code>https://example.org #optimizer</code>
tags = Tags · {$count}
unknown-tag = There is no tag {$tag} yet.
nearest-tags = There is no tag {$tag}. Did you mean:

## The owner

owner-only = Only the owner of this bot can do that.
allowed = {$id} may use this bot now.
revoked = {$id} can't use this bot any more. What was saved there is kept.
not-revoked = I can take back only what /allow gave. {$id} owns this bot, or is in ALLOWED_CHATS in the settings, or was never let in.
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
pictures-shown = { $count ->
    [one] The whole page in one picture.
   *[other] Pictures up to {$shown} of {$count}.
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
file-not-received = Telegram did not give me the file. Please send it again.
file-lost = The file is missing from my storage. Again takes a new snapshot.
delete-link = Delete {$link} with all its snapshots?
link-deleted = Deleted: {$link}
kept-after-all = Nothing was changed.
undone = Back again: {$name}
toast-tagged = Tagged {$tag}
toast-no-text = There is nothing to read on this page.

## What can be done with tags

button-merge = Merge them
button-drop = Take it off
needs-names = Say both names: <code>/rename old new</code>
needs-name = Say which tag: <code>/droptag optimizer</code>
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
setting-plain = Save links that nobody addresses to me: {$value}
setting-zone = Time zone: {$zone}
switch-pdf = PDF with saves
switch-sheet = PDF pages
switch-album = Full page
switch-quiet = Silent hours
switch-plain = Plain links
switch-zone = Time zone
yes = yes
no = no
sheet-a4 = A4
sheet-phone = as wide as a phone
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
mistake-too-many-terms = That are too many words at once: {$offered} is the most.
mistake-too-long = That is too long: {$offered} characters are the most.
stats = What you have kept
stats-links = { $count ->
    [one] {$count} link, {$lately} of the last 30 days
   *[other] {$count} links, {$lately} of the last 30 days
}
stats-tags = { $count ->
    [one] {$count} tag
   *[other] {$count} tags
}
stats-snapshots = {$done} snapshots kept, {$failed} failed
stats-size = {$size} in files
stats-since = since {$date}
command-search = words on pages, in titles and notes: /search 优化 学习率
command-untagged = links without a tag
command-random = any link
command-stats = how much is kept

## Inline mode

inline-private = This bot is private

## Why a page was not kept: stored in English, shown in the language of the chat

why-mistake = Something went wrong on my side while capturing {$host}. The log says what.
why-gave-up = {$error} I have tried {$tries} times and give up now; Again starts over.

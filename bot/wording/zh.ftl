# 机器人说的简体中文。文字可以带 Telegram 认识的少量 HTML；代入的内容都已转义。

day-pattern = y年M月d日
comma = 、

## 开始

welcome =
    把链接发给我，可以带上 #标签，我就为你保存这个网页：截图、PDF 和正文。原网页以后没了，这里也还在。

    在手机上，把网页分享到这个对话就行。以后用 <code>/tag 优化器</code>，或者只发 #优化器，就能找回来。其他功能见 /help。
hint = 发一个链接给我保存，例如 <code>https://example.org #优化器</code>。/help 列出我还能做什么。
help =
    我保存网页。发链接给我，可以带 #标签。

    {$commands}

    只发 #优化器 和 <code>/tag 优化器</code> 一样。写成 <code>代码</code> 的链接不会保存。
help-group =
    在群里，只有我是管理员，或者关掉了隐私模式（@BotFather，/setprivacy），Telegram 才让我看到普通链接。/save 总是有用。
local-chat =
    可以试试这个例子：{$example}
    按 Ctrl-D 结束。
claimed = 这个机器人现在是你的了。只有你能用；用 <code>/allow &lt;id&gt;</code> 让别人也能用。
stranger = 这个机器人不公开。主人可以用 /allow {$id} 让你使用
no-sandbox = 我的浏览器没有沙盒，因为这台机器不允许。网页仍然只能访问公共网络，但要是有网页攻破了浏览器，防护会弱一些。<code>tagshot doctor</code> 会说明怎么办。
unknown-command = 我不认识 /{$name}。/help 列出我能做什么。

## 保存

saved-one = 已保存 {$link}
saved-many = 已保存 {$count} 个链接
capturing = 正在保存网页…
capturing-again = 正在给 {$link} 拍新快照
kept-since = {$link} 已在 {$date} 保存过。
kept-many = 其中 {$count} 个已经保存过：
other-scheme = 我只保存网页，也就是 http:// 或 https:// 开头的地址。
no-address = 浏览器打不开这个地址。是不是不完整？
refused =
    没有保存：{$address}
    {$reason}
and-more = … 还有 {$count} 个

## 卡片

tries-again = {$wait}后再试。
trying-again = 正在再试一次。
not-whole = ⚠️ 不完整：{$missing}
file = {$type} · {$size}
has-video = 这是视频页面：保存了页面，没有保存视频。
has-sound = 这是音频页面：保存了页面，没有保存声音。
failed-since = {$date} 重新保存没有成功，所以保留这一份：{$reason}
full-page-file = {$name}（整页）
too-large-to-send = 文件已保存，但有 {$megabytes} MB，太大，无法在这里发送。
wait = { $minutes ->
    [0] 不到一分钟
   *[other] {$minutes} 分钟
}

button-pdf = PDF
button-full-page = 整页
button-file = 文件
button-again = 重拍
button-seen = 当时的样子
button-open-copy = 打开快照
button-new-snapshot = 新快照
button-newer = ‹ {$page}
button-older = {$page} ›

toast-expired = 这个按钮已经失效。/recent 列出你保存的链接。
toast-capturing = 正在拍新快照…
toast-no-such-file = 这份快照没有这种文件。

## 列表

links = {$count} 个链接
list-title = {$title} · {$links}
recent = 最近保存
no-links = 还没有保存任何链接。发一个给我吧。
no-links-with = 没有找到：{$query}
no-tags = 还没有标签。写在链接后面就行：<code>https://example.org #优化器</code>
tags = 标签 · {$count}
unknown-tag = 还没有标签 {$tag}。
nearest-tags = 没有标签 {$tag}。你要找的是不是：

## 主人

owner-only = 只有机器人的主人可以这样做。
allowed = {$id} 现在可以使用这个机器人了。
revoked = {$id} 不能再使用这个机器人了。已保存的内容都还在。
not-revoked = 我只能收回 /allow 给的许可。{$id} 是机器人的主人，或者写在设置的 ALLOWED_CHATS 里，或者从未获得许可。
needs-id = 请写明 id：<code>/{$command} 123456789</code>。没有许可的人或群给我发消息时，我会告诉他们自己的 id。

## 菜单

command-tag = 带某个标签的链接：/tag 优化器
command-tags = 所有标签
command-recent = 最近保存的链接
command-help = 我能做什么
command-start = 这个机器人是做什么的
command-save = 保存链接（在我只看得到命令的群里）
command-allow = 让某个人或群使用
command-revoke = 不再让某个人或群使用

## 对链接能做什么

button-text = 正文
button-html = HTML
button-phone = 手机版
button-tags = 标签
button-delete = 删除
button-delete-yes = 删除
button-keep = 保留
button-undo = 撤销
button-as-file = 整页文件
button-more-pictures = 更多
published = 发布于 {$date}
captured = 保存于 {$date}
pdf-size = PDF {$size}
pictures-shown = { $count ->
    [one] 整页就是这一张图。
   *[other] 已显示 {$shown} / {$count} 张。
}
tags-of = {$link} 的标签。点按即可修改，也可以用 #标签 回复这条消息。
tags-now = {$link}
    {$tags}
untagged-now = 现在没有标签。
noted = 已给 {$link} 写上备注。
note-for-one = 那条消息说的是好几个链接。请回复其中一个的卡片来写备注。
file-for-one = 那条消息说的是好几个链接。请回复文件所属链接的卡片。
file-kept = 已作为 {$link} 的快照保存。
file-too-large = Telegram 只让我下载 {$size} 以内的文件。
file-not-received = Telegram 没有把文件给我，请再发一次。
file-lost = 存储里找不到这个文件了。按“重拍”可以拍新快照。
delete-link = 要删除 {$link} 和它的所有快照吗？
link-deleted = 已删除：{$link}
kept-after-all = 什么也没有改。
undone = 已恢复：{$name}
toast-tagged = 已加上 {$tag}
toast-no-text = 这个网页没有可读的文字。

## 对标签能做什么

button-merge = 合并
button-drop = 去掉
needs-names = 请写出两个名字：<code>/rename 旧名 新名</code>
needs-name = 请写出标签：<code>/droptag 优化器</code>
would-merge = {$old} 和 {$new} 都有。要合并成 {$new} 吗？
tag-renamed = {$old} 现在叫 {$new}，共 {$count} 个链接。
drop-tag = 要从 {$count} 个链接上去掉 {$tag} 吗？链接会保留。
tag-deleted = 已从 {$count} 个链接上去掉 {$tag}。
command-rename = 给标签改名：/rename 旧名 新名
command-droptag = 从所有链接上去掉一个标签

## 设置

language-name = 简体中文
settings = 设置
setting-language = 语言：{$language}
setting-pdf = 每次保存都发 PDF：{$value}
setting-sheet = PDF 页面：{$value}
setting-album = 整页：{$value}
setting-quiet = 静音时段：{$value}
setting-plain = 保存群里没有点名给我的链接：{$value}
setting-zone = 时区：{$zone}
switch-pdf = 附带 PDF
switch-sheet = PDF 页面
switch-album = 整页
switch-quiet = 静音时段
switch-plain = 普通链接
switch-zone = 时区
yes = 是
no = 否
sheet-a4 = A4
sheet-phone = 手机宽度
as-album = 图片
as-file = 一个文件
which-zone = 你在哪里？其他时区：<code>/settings Asia/Chongqing</code>
no-such-zone = 没有时区 {$zone}。时区写成 Asia/Shanghai 或 Europe/Madrid 这样。
button-back = ‹ 设置
command-settings = 语言、PDF、静音时段、时区

## 查询

links-more = {$count} 个以上链接
query-help =
    <code>/tag 优化器 -sgd</code> 有前者没有后者，<code>|</code> 任一，<code>( )</code> 分组，<code>优*</code> 开头。
    <code>/search 优化 "learning rate"</code> 查网页里的文字；两者都可以加 <code>#标签</code> <code>site:csdn.net</code> <code>before:2026-05</code> <code>after:2026-05-03</code> <code>lang:zh</code> <code>is:untagged</code>（failed、dead、unread、pdf）。
mistake-unknown-field = 我不认识 {$word}。我认识的有：{$offered}
mistake-no-value = {$word} 后面缺了内容
mistake-unknown-state = 没有 {$word} 这种状态。可以用：{$offered}
mistake-bad-date = {$word} 不是日期。日期写成 2026、2026-05 或 2026-05-03。
mistake-bad-site = {$word} 不是网站。网站写成 csdn.net 这样。
mistake-bad-language = {$word} 不是语言。语言写成 zh 或 en。
mistake-unbalanced = {$word} 没有对应的开头。
mistake-too-deep = 括号套得太深：{$word}
mistake-too-many-terms = 词太多了，最多 {$offered} 个。
mistake-too-long = 太长了，最多 {$offered} 个字符。
stats = 你的收藏
stats-links = {$count} 个链接，最近 30 天 {$lately} 个
stats-tags = {$count} 个标签
stats-snapshots = {$done} 份快照，{$failed} 次失败
stats-size = 文件共 {$size}
stats-since = 从 {$date} 开始
command-search = 搜索网页、标题和备注里的文字：/search 优化 学习率
command-untagged = 没有标签的链接
command-random = 随便看一个
command-stats = 收藏统计

## 内联模式

inline-private = 这个机器人不公开

## 网页为什么没有保存：存的是英文，按对话的语言显示

why-mistake = 保存 {$host} 时我这边出了错，详情在日志里。
why-gave-up = {$error}我已经试了 {$tries} 次，不再自动重试；按“重拍”可以重新开始。

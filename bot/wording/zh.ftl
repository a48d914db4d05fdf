# 机器人说的简体中文。文字可以带 Telegram 认识的少量 HTML；代入的内容都已转义。

day-pattern = y年M月d日
comma = 、

## 开始

welcome =
    把链接发给我，可以带上 #标签，我就为你保存这个网页：截图、PDF 和正文。原网页以后没了，这里也还在。

    在手机上，把网页分享到这个对话就行。以后用 <code>/tag 优化器</code>，或者只发 #优化器，就能找回来。其他功能见 /help。
hint = 发给我一个链接，我来保存，例如 <code>https://example.org #优化器</code>。其他功能见 /help。
help =
    我保存网页。发链接给我，可以带 #标签。

    {$commands}

    用 #x 回复卡片加标签，-#x 去掉标签，别的文字成为备注；编辑你的消息，标签和备注会跟着变。只发 #优化器 和 <code>/tag 优化器</code> 一样。写成 <code>代码</code> 的链接不会保存。
help-group =
    在这个群里，只有当我是管理员，或者关掉了隐私模式（@BotFather，/setprivacy）时，Telegram 才让我看到普通链接。<code>/save</code> 随时可用，也可以用它回复带链接的消息。
local-chat =
    可以试试这个例子：{$example}
    输入数字按按钮，&gt; 回复上一条消息（&gt; #x），^ 编辑你的上一条消息，Ctrl-D 结束。
claimed = 这个机器人现在是你的了。现在只有你能用，要让别人也能用，请发 <code>/allow &lt;id&gt;</code>。
stranger = 这个机器人不公开。主人可以用 /allow {$id} 让你使用
no-sandbox = 我的浏览器没有沙盒，因为这台机器不允许。网页仍然只能访问公网，但要是有网页攻破了浏览器，防护会弱一些。<code>tagshot doctor</code> 会说明怎么办。
backup-failed = 夜间备份没有做成，我会每小时再试一次。{$reason}
backups-not-removed = 夜间备份做好了，但旧备份没能清理，那里会越占越满。{$reason}
backup-not-whole = 备份做好了，但这里有 {$count} 个文件损坏或丢失。<code>tagshot verify</code> 会列出是哪些。
unknown-command = 我不认识 /{$name}。/help 列出我能做什么。

## 保存

saved-one = 已保存 {$link}
saved-many = 已保存 {$count} 个链接
capturing = 正在给网页拍快照…
disk-full = ⏳ 磁盘满了，链接已保存。有了空间我就拍快照。
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
trying-again = 正在重试。
not-whole = ⚠️ 不完整：{$missing}
file-screen = 首屏截图
file-fullpage = 整页截图
file-slices = 聊天用的图片
file-pdf = PDF
file-html = HTML
file-text = 正文
file-original = 原文件
file-metadata = 标题和作者
file = {$type} · {$size}
has-video = 这是视频页面：保存了页面，没有保存视频。
has-sound = 这是音频页面：保存了页面，没有保存声音。
failed-since = {$date} 重拍失败，仍保留这一份：{$reason}
full-page-file = {$name}（整页）
too-large-to-send = 文件已保存，但有 {$megabytes} MB，太大，无法在这里发送。
wait = { $minutes ->
    [0] 不到一分钟
   *[other] {$minutes} 分钟
}
wait-hours = {$hours} 小时
wait-days = {$days} 天

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
untagged = 没有标签
no-links = 还没有保存任何链接。发一个给我吧。
no-links-with = 没有找到：{$query}
not-all-indexed = 我还在给保存过的内容建索引，有些暂时搜不到，过几分钟再试试。
no-tags = 还没有标签。写在链接后面就行：<code>https://example.org #优化器</code>
tags = 标签 · {$count}
unknown-tag = 还没有标签 {$tag}。
nearest-tags = 没有标签 {$tag}。你要找的是不是：

## 主人

owner-only = 只有机器人的主人可以这样做。
allowed = {$id} 现在可以使用这个机器人了。
revoked = {$id} 不能再使用这个机器人了。已保存的内容都还在。
not-revoked = 我只能收回 /allow 给的许可。{$id} 是机器人的主人，或者写在设置的 ALLOWED_CHATS 里，或者从未获得许可。
status = Tagshot {$version}
status-queue = 队列：等待 {$waiting}，进行中 {$running}，稍后再试 {$later}
status-oldest = 等得最久的：{$wait}；已试过的：{$retries}
status-lately = 最近 24 小时：保存 {$kept}，失败 {$failed}
status-failures = {"  "}{ $verdict ->
    [not-found] 没有这个网页
    [gone] 已永久删除
    [login-required] 要登录
    [paywall] 要付费
    [bot-wall] 人机验证
    [blank] 空白页
    [server-error] 网站出错
    [unreachable] 连不上
    [refused] 地址被拒绝
    [too-large] 太大
   *[other] {$verdict}
}：{$count}
status-disk = 磁盘：剩余 {$free}；文件共 {$files}
status-database = 数据库：{$size}
status-browser = 浏览器：{$browser}
status-no-browser = 浏览器：没有。请在机器上运行 tagshot setup
status-backup = 最近一次备份：{$at}
status-no-backup = 最近一次备份：无
status-started = 启动于 {$at}
command-status = 机器人的运行状况
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
pages = {$count} 页
pictures-shown = { $count ->
    [1] 整页就是这一张图。
   *[other] 已显示 {$shown} / {$count} 张。
}
tags-of = {$link} 的标签。点按即可修改，也可以用 #标签 回复这条消息。
tags-now = {$link}
    {$tags}
untagged-now = 现在没有标签。
noted = 已给 {$link} 写上备注。
note-for-one = 那条消息里有好几个链接。要写备注，请回复其中一个链接的卡片。
file-for-one = 那条消息里有好几个链接。文件属于哪个链接，就请回复那个链接的卡片。
file-kept = 已作为 {$link} 的快照保存。
file-too-large = Telegram 只让我下载 {$size} 以内的文件。
file-no-room = 这个对话已占用 {$used}，到上限了，文件没有保存。删除一些链接，或调高 MAX_BYTES_PER_CHAT，再发一次。
file-not-received = Telegram 没有把文件给我，请再发一次。
file-disk-full = 磁盘满了，文件没能保存。链接和以前保存的内容都在。有了空间请再发一次。
file-not-stored = 我的存储暂时用不了，文件没能保存。请稍后再发一次。
file-lost = 存储里找不到这个文件了。按“重拍”可以拍新快照。
delete-link = 要删除 {$link} 和它的所有快照吗？
link-deleted = 已删除：{$link}
kept-after-all = 没有做任何改动。
undone = 已恢复：{$name}
note-undone = 备注已撤销。
toast-tagged = 已加上 {$tag}
toast-no-text = 这个网页没有可读的文字。

needs-link = 用 /delete 回复链接的卡片，或者写明链接：<code>/delete https://example.org</code>
not-saved = 这里没有保存过 {$address}。
delete-one = 那条消息里有好几个链接。请回复要删除的那个链接的卡片。
command-delete = 删除链接：回复它的卡片，或写 /delete 加链接

## 清除

button-forget = 全部删除
forget-question =
    要删除这个对话里我保存的一切吗？共 {$count} 个链接，连同所有快照（文件 {$size}）、标签、备注、设置，以及我记下的消息。

    删除后无法恢复。按钮在 {$minutes} 分钟内有效。{ $where ->
        [terminal] <code>received</code> 目录里的文件会留着，直到你自己删除。
       *[telegram] 我发过的消息会留在对话里，直到你在 Telegram 里删除；你仍然可以使用我。
    }
forgotten = 这个对话里我保存的一切都已删除；以前做的备份里还有，直到备份被删除。{ $where ->
        [terminal] {""}
       *[telegram] 你仍然可以使用我；如果不想再用，请让主人用 /revoke 收回。
    }
command-forget_me = 删除我为这个对话保存的一切

## 对标签能做什么

button-rename = 标签改名
button-drop-tag = 去掉标签
button-merge = 合并
button-drop = 去掉
needs-names = 请写出两个名字：<code>/rename 旧名 新名</code>
needs-name = 请写出标签：<code>/droptag 优化器</code>
new-name = {$tag} 要改成什么名字？请用新名字回复这条消息，或发送 <code>/rename {$name} …</code>
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
setting-sheet = PDF 版式：{$value}
setting-album = 整页截图：{$value}
setting-quiet = 静音时段：{$value}
setting-plain = 群里没有 @ 我的链接也保存：{$value}
setting-zone = 时区：{$zone}
switch = {$setting} → {$value}
switch-pdf = 附带 PDF
switch-sheet = PDF 版式
switch-album = 整页截图
switch-quiet = 静音时段
switch-plain = 普通链接
switch-zone = 时区
yes = 是
no = 否
never = 无
sheet-a4 = A4
sheet-phone = 手机宽度
as-album = 图片
as-file = 一个文件
which-zone = 你在哪个时区？其他时区：<code>/settings Asia/Urumqi</code>
no-such-zone = 没有时区 {$zone}。时区写成 Asia/Shanghai 或 Europe/Madrid 这样。
button-back = ‹ 设置
command-settings = 语言、PDF、静音时段、时区

## 查询

links-more = 超过 {$count} 个链接
query-help =
    <code>/tag 优化器 -sgd</code> 有前者没有后者，<code>|</code> 任一，<code>( )</code> 分组，<code>优*</code> 开头。
    <code>/search 优化 "learning rate"</code> 查网页里的文字；两者都可以加 <code>#标签</code> <code>site:csdn.net</code> <code>before:2026-05</code> <code>after:2026-05-03</code> <code>lang:zh</code> <code>is:untagged</code>（failed、dead、unread、pdf）。
mistake-unknown-field = 我不认识 {$word}。我认识的有：{$offered}
mistake-no-value = {$word} 后面缺了内容
mistake-unknown-state = 没有 {$word} 这种状态。可以用：{$offered}
mistake-bad-date = {$word} 不是日期。日期写成 2026、2026-05 或 2026-05-03。
mistake-bad-site = {$word} 不是网站。网站写成 csdn.net 这样。
mistake-bad-language = {$word} 不是语言。语言写成 zh 或 en。
mistake-unbalanced = {$word} 前面没有与它配对的括号。
mistake-too-deep = 括号套得太深：{$word}
mistake-too-many-terms = 词太多了，最多 {$offered} 个。
mistake-too-long = 太长了，最多 {$offered} 个字符。
stats = 你的收藏
stats-links = {$count} 个链接，其中最近 30 天 {$lately} 个
stats-tags = {$count} 个标签
stats-snapshots = {$done} 份快照，{$failed} 次失败
stats-size = 文件共 {$size}
stats-since = 始于 {$date}
command-search = 搜索网页、标题和备注里的文字：/search 优化 学习率
command-untagged = 没有标签的链接
command-random = 随机看一个链接
command-stats = 收藏统计

## 命令行

no-link-in-text = 这段文字里没有链接。
state-kept = 已保存
state-waiting = 等待拍快照
would-merge-with-option = 已经有标签 {$tag}。加上 --merge 可以把两个合并成一个。
no-tag-name = {$name} 不能用作标签名。
no-token = 没有设置 TELEGRAM_BOT_TOKEN，所以这里是本地聊天：同一个机器人，就在终端里。
at-newest-schema = 数据库的结构是最新的。
no-end-in-time = 没能在规定时间内拍完快照。
no-upgrade-beside-bot = 这个 Tagshot 比数据库新，要先升级数据库，但有一个机器人（进程 {$process}）正在使用它。什么都没有改动。请停止那个机器人，用新版重新启动（启动时会自动升级），然后再试。

## 内联模式

inline-private = 这个机器人不公开

## 备份（命令行）

backup-made = 备份 {$stamp}：{$count} 个文件，{$size}，其中新增 {$new}。
backup-damaged = 这里已损坏，没有备份：{$count}
backup-missing = 这里已丢失，没有备份：{$count}
backup-restored = 已恢复备份 {$stamp}：{$count} 个文件，{$size}。
backup-without = 备份里没有，所以缺少：{$count}
verify-database = 数据库已损坏：{$reason}
verify-restore = 把 DATA_DIR 移走，再恢复备份：tagshot restore 目录|地址
verify-good = 完好：数据库和 {$count} 个文件，{$size}。
verify-repaired = 已修复：{$count}
verify-damaged = 已损坏：{$count}
verify-missing = 已丢失：{$count}
verify-orphaned = 存着但没有用到：{$count}
verify-recaptured = 机器人运行后会重拍：{$count}
verify-offer = --repair-from 目录|地址 从备份补回；--recapture 重拍这些网页。

## 网页为什么没有保存：存的是英文，按对话的语言显示

why-mistake = 给 {$host} 的网页拍快照时我这边出了错，详情在日志里。
why-gave-up = {$error}我已经试了 {$tries} 次，不再自动重试；按“重拍”可以重新开始。
why-no-time-for-rest = 网页太慢，其余部分来不及保存。
why-broke-over-rest = 浏览器崩溃，其余部分没能保存。
why-too-much-memory = {$host} 上的网页占用的内存超过单个网页的上限，已被终止。
why-no-host = 没有叫 {$host} 的网站。
why-other-address = 连到 {$host} 时的地址与检查过的不同。
why-own-machine = {$host} 就是运行 Tagshot 的机器，不会抓取。
why-name-timeout = 没能及时查到 {$host} 的地址。
why-no-answer = {$host} 没有回应。
why-connection-refused = {$host} 拒绝了连接。
why-not-reached = 连不上 {$host}。
why-sends-too-much = {$host} 发来的内容超过一份快照的上限。
why-fetched-enough = 这份快照抓取的内容已到上限。
why-not-forwarded = 这个请求无法转发。
why-not-forwarded-to = 这个地址无法转发。
why-closed = {$host} 没有回应就断开了连接。
why-answered-as-proxy = {$host} 的回应只有代理才可以发。
why-broke-off-unreadable = {$host} 中断了连接，或者回应无法读取。
why-proxy-did-not-connect = EGRESS_PROXY 指定的代理没有连上 {$host}。
why-proxy-not-reached = 连不上 EGRESS_PROXY 指定的代理。
why-bad-certificate = {$host} 无法证明身份：证书无效。
why-no-tls = 无法与 {$host} 建立安全连接（TLS）。
why-circle = {$host} 的跳转绕成了圈。
why-broke-off = {$host} 中断了连接。
why-empty-answer = {$host} 发来的回应是空的。
why-bad-port = {$host} 的地址里的端口不是网页用的。
why-no-web-page = {$host} 打开的不是网页。
why-not-by-itself = {$host} 不允许单独打开这个网页。
why-not-opened = {$host} 打不开。
why-not-opened-code = {$host} 打不开（{$code}）。
why-no-answer-within = {$host} 在 {$seconds} 秒内没有回应。
why-busy = {$host} 上的网页一直占着浏览器，什么都没能保存。
why-broke-down = 浏览器两次都在 {$host} 的网页上崩溃。
why-high = 网页高 {$height} 像素，截图只到 {$end} 像素。
why-not-made-within = 缺少 {$what}（{$seconds} 秒内没能做完）。
why-not-made-no-time = 缺少 {$what}（来不及了）。
why-not-made-browser = 缺少 {$what}（浏览器做不出来）。
why-not-made = 缺少 {$what}（没能做出来）。
why-not-made-because = 缺少 {$what}（{$reason}）。
why-file-too-large = {$host} 发来的文件（{$what}）太大，超过 {$most} MB 的文件不保存。链接已保存：可以打开它自己播放或下载。
why-download-broke-off = 下载中断了（{$failure}）。
why-pdf-reading = PDF 已保存，但读取时出了问题：{$what} {$reason}。
why-pdf-unreadable = PDF 已保存，但无法读取。
why-pdf-but = PDF 已保存，但是 {$reason}。
why-html-without = HTML 文件缺少 {$count} 个图片和字体：带上它们会超过 {$most} MB，或者浏览器没有及时给出。
why-html-ends-early = HTML 文件不完整：网页太大，无法整个复制。
why-still-loading = {$seconds} 秒后网页还没有加载完。
why-loads-too-much = 网页加载的内容超过一份快照的上限，所以缺了一些。
why-file-not-whole = 拍快照时 {$host} 还没有发完整个文件。
why-still-at-work = 截图时网页还在变化。
why-sign-in = {$host} 要登录后才显示这个网页（{$status}）。
why-paid = {$host} 只向付费用户显示这个网页（402）。
why-404 = {$host} 的这个地址没有网页（404）。
why-407 = {$host} 只对自己网络里的人开放（407）。
why-410 = {$host} 说这个网页已永久删除（410）。
why-418 = {$host} 把 Tagshot 当作程序拒绝了（418）。
why-429 = {$host} 说访问太频繁（429）。
why-451 = {$host} 因法律原因不显示这个网页（451）。
why-error-instead = {$host} 没有给出网页，而是返回了错误（{$status}）。
why-403 = {$host} 不向 Tagshot 显示这个网页（403）。你自己打开或登录后也许能看到。
why-server-error = {$host} 自己出了问题，返回了错误（{$status}）。
why-empty-page = {$host} 返回了空白页。
why-stayed-empty = {$host} 没有内容可显示：网页一直是空的。
why-robot-check = {$host} 显示的是人机验证，不是网页，所以没有可保存的内容。人可以通过验证，Tagshot 不能。
why-turned-away = {$host} 把 Tagshot 拒之门外，它这样对待程序或某些网络。你自己打开或换个网络也许可以。
why-wall-sign-in = {$host} 要登录后才显示这个网页。Tagshot 看到的和未登录的人一样，所以没有可保存的内容。
why-queue = {$host} 让 Tagshot 排队，没有显示网页。人少的时候也许能打开。
why-age = {$host} 要先确认年龄才显示网页，Tagshot 不能替你回答。
why-cookies = {$host} 要先同意 Cookie 才显示网页，Tagshot 不会替你同意。
why-app-only = {$host} 只在应用里显示这个网页，浏览器里看不到。
why-wall-paid = {$host} 只向付费用户显示完整网页，公开的部分太少，不值得保存。
why-taken-down = {$host} 说这个网页已被删除。除非作者重新发布，否则不会再有。
why-no-such-page = {$host} 说没有这个网页。请看看地址是否完整。
why-for-sale = {$host} 已经没有网站了：域名正在出售或停放。网页存档里也许有旧的副本。
why-not-at-work = {$host} 现在暂停服务：它没有显示网页，而是这样说明。
why-wants-script = {$host} 只显示了要求打开 JavaScript 或 Cookie、或换浏览器的提示。
why-whole-address = 这不是完整的网址：要以 http:// 或 https:// 和域名开头。
why-only-http = 只能保存 http 和 https 地址，不能保存 {$scheme}: 的。
why-private = {$host} 属于内部或特殊网络，不会抓取。可以用 EGRESS_ALLOW 放行。
why-leads-private = {$host} 指向 {$address}，属于内部或特殊网络，不会抓取。可以用 EGRESS_ALLOW 放行。
why-credentials = {$host} 的地址里有用户名或密码。请去掉后再发。
why-long-address = 地址超过 {$most} 个字符。
why-invisible = 地址里有看不见的字符（U+{$code}），可能指向别处。
why-backslash = 地址里有反斜杠，可能指向别处。如果本来就有，请写成 %5C。
why-no-host-name = 浏览器打不开这个地址：域名不对。
why-private-name = {$host} 是内部网络里的名字，不会抓取。可以用 EGRESS_ALLOW 放行。
why-port = {$host} 的端口 {$port} 不是抓取网页用的端口（{$usual}）。可以用 EGRESS_ALLOW 放行。
why-not-openable = 浏览器打不开这个地址。
why-queue-full = 链接已保存，但没有快照：这个对话的队列已满（{$waiting}）。等队列变短后按“重拍”。
why-space-full = 链接已保存，但没有快照：这个对话已占用 {$used}，上限是 {$most}。删除一些链接，或调高 MAX_BYTES_PER_CHAT，再按“重拍”。
why-cut-off = 试了 {$tries} 次都没能拍完，已放弃这个网页。

## What is said on the command line: why something can't be done, and what is under way or was found.
why-disk-full = 磁盘满了：腾出空间之前不能再保存。已保存的内容都在。
why-database-busy = 数据库正忙：有别的程序在写入。请再试一次。
why-database-failed = 数据库读写失败：{$reason}。
why-database-damaged = 数据库文件已损坏：{$reason}。
why-database-damaged-way = 数据库文件已损坏：{$reason}。文件没有动过。{$way}
why-database-headless = {$path} 不见了或是空的，但它最新的部分 {$part} 还在。
why-database-headless-way = {$path} 不见了或是空的，但它最新的部分 {$part} 还在。文件没有动过。{$way}
why-way-restore = 请移走 {$folder}，再恢复 {$at} 的备份：tagshot restore {$place}
why-way-copy = 上次升级前留有一份副本：请用 {$copy} 替换它。
why-way-backup = 如果有备份，请恢复备份：tagshot restore（DATA_DIR 要是空的）。
why-schema-of-newer = 数据库的结构“{$revision}”来自更新版本的 Tagshot，未作任何改动。请安装那个版本，或恢复当前版本的备份。
why-schema-newer = 数据库无法升级到最新结构：{$error}。它可能来自更新版本的 Tagshot：请安装那个版本，或恢复备份。
why-database-url = DATABASE_URL 无法使用：{$reason}。留空就用 DATA_DIR 里的 SQLite 文件。
why-no-database-address = 这不是数据库地址
why-row-without-parent = {$table} 的第 {$row} 行指向 {$parent} 中不存在的一行
why-stored-not-read = 存储的文件读不出来：{$reason}。
why-stored-changed = 存储的文件已损坏：内容和名称不符。
why-stored-unreadable = 存储的文件已损坏：磁盘读不出来。
why-not-stored = 文件存不进去：{$reason}。
why-stored-not-listed = 无法列出存储的文件：{$reason}。
why-stored-not-removed = 存储的文件删不掉：{$reason}。
why-artifacts-url = ARTIFACTS_URL 无法使用：{$reason}。可以填文件夹、s3://…、gs://… 或 az://…
why-not-written = {$path} 无法写入：{$reason}。
why-copy-not-made = 升级前的副本 {$path} 没能做成：{$reason}。
why-not-put = {$path} 没能放到位：{$reason}。
why-nothing-yet = {$path} 还不存在。请输入：tagshot run
why-not-current = 数据库结构和这个版本的 Tagshot 不一致。请输入：tagshot migrate（tagshot run 也会升级）
why-backup-inside = 要备份的内容就在 {$place} 里。请给备份另选一个位置。
why-backup-sqlite = Tagshot 只备份 SQLite 文件里的数据库。请用数据库自带的工具（pg_dump），再复制存储的文件。
why-restore-sqlite = 只能恢复到 SQLite 文件里的数据库：请把 DATABASE_URL 留空，或填一个文件。
why-old-backups-stay = 备份 {$stamp} 已做好，但旧备份没能删除：{$error}
why-backup-not-there = 备份中缺少 {$name}。
why-backup-not-read = 备份中的 {$name} 读不出来：{$reason}。
why-backup-not-written = 备份中的 {$name} 无法写入：{$reason}。
why-backup-not-listed = 备份中的 {$name} 无法列出：{$reason}。
why-backup-not-removed = 备份中的 {$name} 删不掉：{$reason}。
why-backup-not-done = 备份中的 {$name} 处理不了（{$done}）：{$reason}。
why-backup-place = 备份位置无法使用：{$reason}。可以填文件夹、s3://…、gs://… 或 az://…
why-backup-busy = 那里正在做或清理另一份备份，或者一小时内有备份中断过。请稍后再试。
why-backup-busy-in = {$place} 里正在做或清理另一份备份。等它结束后再试。
why-backup-manifest = 清单 {$name} 已损坏，或不是这个版本的 Tagshot 做的：见 {$where}。
why-backup-manifest-form = 它的格式
why-backup-manifest-other = 清单 {$name} 属于另一份备份：{$at}。
why-backup-forged = 这份备份中的数据库已损坏或被篡改：{$why}。请试更早的备份。
why-forged-packed = 无法解压
why-forged-larger = 解压后比清单上说的大
why-forged-other = 不是清单上说的那一个
why-forged-triggers = 里面有不属于 Tagshot 的触发器或视图
why-backup-newer = {$stamp} 的备份是更新版本的 Tagshot（{$version}）做的。请安装那个版本。
why-no-backup = 那里没有备份。这里要填 tagshot backup 或 BACKUP_URL 用的位置。
why-no-backup-at = 没有 {$at} 或更早的备份。现有：{$list}。
why-older-ones = {$list}，以及更早的 {$count} 份
why-no-time = {$at} 不是时间。请写成 2026-05-03、2026-05-03T12:00 或 20260503T120000Z。
why-something-there = 那里已经有内容：{$path}。请恢复到空的 DATA_DIR。
why-files-there = {$place} 里已经有文件。请恢复到空的位置。
why-no-room-to-restore = 备份需要 {$needed} 字节，而 {$folder} 只剩 {$free} 字节。
why-backup-disagrees = 这份备份的清单和数据库对不上。请试更早的备份。
why-backup-file-damaged = 备份中的文件 {$name} 已损坏或被篡改。
why-backup-skip = {$error}加上 --skip-damaged 可以恢复其余部分。
why-backup-too-large = 备份中的 {$name} 超出了允许的大小。
why-backup-no-file = 备份中的 {$name} 不是文件。
why-now-saving = 正在保存…
why-now-capturing = 正在拍快照…
why-now-copying-database = 正在复制数据库…
why-now-copying = 正在复制文件：{$done}/{$count}…
why-now-removing = 正在删除旧备份…
why-now-looking = 正在检查备份…
why-now-looking-through = 正在检查数据库…
why-now-reading-database = 正在读取数据库…
why-now-listing = 正在列出文件…
why-now-reading = 正在读取文件：{$done}/{$count}…
why-now-repairing = 正在修复…
why-setting = {$name} 无法使用：{$reason}。可填的内容见 .env.example。
why-write-as = 请写成 {$shape}
why-shape-http = http://主机:端口 或 https://主机
why-shape-socks = http://主机:端口 或 socks5://主机:端口
why-shape-address = 主机:端口，例如 {$example}
why-no-chat-id = id 是数字，例如个人 4711、群组 -1001234567890
why-env-unreadable = 无法读取 .env 文件：{$error}。
why-egress-allow = EGRESS_ALLOW 无法使用：{$entry} 不是主机、主机:端口、地址或网段。
why-egress-proxy = EGRESS_PROXY 无法使用：请写成 http://主机:端口。
why-data-dir = DATA_DIR 无法使用：{$error}。
why-data-dir-lock = 无法锁定数据文件夹 {$folder}：{$error}。
why-already-running = 数据文件夹 {$folder} 上已经有机器人在运行，进程 {$process}。请先停掉它，或给这个换一个 DATA_DIR 和令牌。
why-not-served = 无法在 {$address} 提供服务：{$error}。请给 {$setting} 换一个 主机:端口。
why-part-died = Tagshot 已停止：它的一部分（{$part}）出错退出，原因见日志。重新启动即可，什么都没丢。
why-no-token = 没有设置 TELEGRAM_BOT_TOKEN。请向 @BotFather 取得令牌，写进 .env。
why-no-token-shape = TELEGRAM_BOT_TOKEN 不像令牌：@BotFather 给的形如 123456:ABC…
why-unknown-token = Telegram 不认识这个 TELEGRAM_BOT_TOKEN。请和 @BotFather 给的核对；如果用自己的 Bot API 服务器，也看看 TELEGRAM_API_URL。
why-same-token = 另一个程序用同一个令牌在接收消息。请停掉其中一个。
why-no-webhook = Telegram 无法送达 TELEGRAM_WEBHOOK_URL。{$error}
why-telegram-refused = Telegram 拒绝了：{$reason}。
why-telegram-unreached = 连不上 Telegram：{$reason}。
why-telegram-no-file = Telegram 没有给出这个文件：{$reason}。
why-no-browser = 没有可以拍快照的浏览器。请输入：tagshot setup
why-browser-not-started = 浏览器 {$path} 启动不了：{$problem}。请试：tagshot doctor
why-browser-not-started-in = 浏览器 {$path} 启动不了：{$problem}。CHROMIUM_SANDBOX=auto 也会试不用沙箱。请试：tagshot doctor
why-not-for-nobody = 普通用户打不开 {$folder}，其中的浏览器就不能以普通用户运行，也用不了沙箱。请输入：PLAYWRIGHT_BROWSERS_PATH=/opt/browsers tagshot setup，并给 tagshot run 也这样设置。
why-no-screen = 这里没有可以显示浏览器的屏幕。请去掉 --headed。
why-no-window = 这里的浏览器没有窗口。请安装 Chrome 或 Chromium，或去掉 --headed。
why-chromium-path = CHROMIUM_PATH 指向 {$path}，但没有这个文件。请改正或留空。
why-chromium-no-start = CHROMIUM_PATH 指向 {$path}，但那里启动不了浏览器。请改正或留空。
why-browser-ends = 浏览器 {$path} 启动后就退出了：{$error}
why-browser-draws-nothing = 浏览器 {$path} 启动了，但 {$seconds} 秒内什么也没画出来。
why-browser-found = 浏览器：{$version}（{$source}：{$path}）
why-source-playwright = Playwright 自带
why-source-system = 系统自带
why-fonts-there = 字体：中日韩文字和表情符号都有
why-no-browser-starts = 没有能启动的浏览器。{$advice}
why-no-font = 缺少{$scripts}字体，网页上会显示成方框。{$advice}
why-scripts-cjk = 中日韩
why-scripts-emoji = 表情符号
why-scripts-both = 中日韩和表情符号
why-type = 请输入：{$command}
why-install-browser = 请安装 Chromium 或 Chrome，以及 Noto 字体；如果找不到浏览器，用 CHROMIUM_PATH 指明。
why-downloading = 正在下载浏览器（约 100 MB）…
why-no-download = 下载没有成功，可能被防火墙挡住了。
why-installing-libraries = 正在安装浏览器需要的库…
why-installing = 正在安装 {$packages}，需要一两分钟…
why-not-installed = 没有成功：
why-check-long = 检查在 {$seconds} 秒内没有结束。
why-check-broke = 检查出错了（{$error}）。用 LOG_LEVEL=DEBUG 可以看到位置。
why-look-network = 请检查网络、TELEGRAM_API_URL 和 TELEGRAM_PROXY。
why-look-database = 请检查 DATABASE_URL，以及 DATA_DIR 能否写入。
why-look-artifacts = 请检查 ARTIFACTS_URL，以及 DATA_DIR 能否写入。
why-look-backup = 请检查 BACKUP_URL，以及那里能否写入。
why-look-data = 请检查 DATA_DIR。
why-token-missing = 没有设置，所以只能用本地聊天。
why-token-get = 要运行机器人，请向 @BotFather 取得令牌，作为 TELEGRAM_BOT_TOKEN 写进 .env。
why-token-shape = TELEGRAM_BOT_TOKEN 不像令牌：应形如 123456:ABC…
why-token-refused = Telegram 不接受这个令牌：{$reason}。
why-no-reason = 没有说原因
why-token-copy = 请重新从 @BotFather 复制完整的令牌。
why-bot-is = 机器人是 @{$name}。
why-answers = {$url} 有回应。
why-unreachable = 连不上 {$url}：{$reason}。
why-no-bot-api = 那里回应的不是 Bot API
why-bot-needs = 运行机器人需要它：见 TELEGRAM_API_URL 和 TELEGRAM_PROXY。
why-ports = Telegram 只送达端口为 443、80、88 或 8443 的 https 地址。
why-webhook-change = 请修改 TELEGRAM_WEBHOOK_URL。
why-webhook-none = Telegram 还没有送达地址；{$waiting}。
why-webhook-other = Telegram 正送往另一个地址（{$host}）；{$waiting}。
why-webhook-other-stop = 如果另一个程序用着同一个令牌，请停掉其中一个。tagshot run 会设置地址。
why-webhook-trouble = Telegram 送不到；{$waiting}。{$trouble}
why-webhook-fine = Telegram 送往 TELEGRAM_WEBHOOK_URL；{$waiting}。
why-webhook-fine-now = Telegram 送往 TELEGRAM_WEBHOOK_URL；{$waiting}。{$trouble}
why-webhook-last = 最近一次失败在 {$at} UTC：{$reason}。
why-webhook-server = 请检查带 TLS 的网页服务器：它要把收到的转给 TELEGRAM_WEBHOOK_ADDRESS。
why-waits = 有 {$count} 条更新在等
why-wait-many = 有 {$count} 条更新在等
why-start-anew = 请重新启动机器人。
why-start = 请启动机器人：tagshot run
why-start-sets = 请启动机器人：tagshot run 会设置它。
why-listens = 机器人正在运行，{$address} 已占用。
why-listens-not = 机器人无法监听 {$address}：{$error}。
why-listens-other = 请给 TELEGRAM_WEBHOOK_ADDRESS 换一个 主机:端口，并告诉带 TLS 的网页服务器。
why-listens-nobody = 没有程序在监听 {$address}。
why-listens-free = {$address} 空着，机器人可以监听。
why-database-fine = 可以写入，结构是最新的。
why-database-old = 可以写入，但结构不是最新的。
why-migrate = 请输入：tagshot migrate（tagshot run 也会升级）
why-place-fine = {$place} 可以写入和读取。
why-place-changes = {$place} 读出来的和写进去的不一样。
why-backup-fine = {$place} 可以写入和读取；{$newest}。
why-backup-newest = 最新的备份是 {$at} UTC
why-backup-none = 还没有备份
why-browser-runs = {$version}（{$source}：{$path}）可以运行：{$how}。
why-in-sandbox-as-nobody = 有沙箱，以普通用户身份
why-in-sandbox = 有沙箱，以当前用户身份
why-no-sandbox-as-nobody = 没有沙箱，以普通用户身份
why-no-sandbox = 没有沙箱，以当前用户身份
why-sandbox-off = 这是 CHROMIUM_SANDBOX=off 要求的。设成 auto 时，主机允许就会用沙箱。
why-held-less = 万一有网页突破浏览器，就不容易拦住。{$remedy}
why-kernel-forbids = 这个内核不允许沙箱所需的功能。请输入：sudo sysctl -w {$setting}
why-seccomp = 请用允许创建用户命名空间的 seccomp 配置启动容器（docker run --security-opt seccomp=chrome.json）。
why-namespaces = 请在这台主机上允许普通用户使用用户命名空间。
why-fonts-no-text = {$sample} 画得出来，但 PDF 里没有它的文字。
why-fonts-install = 请安装 fonts-noto-cjk 或其他中文字体。
why-fonts-fine = {$sample} 和 {$emoji} 画得出来，PDF 里也有文字。
why-free = {$folder} 还有 {$size} GB 空间。
why-make-room = 一个网页占 1 到 5 MB。请腾出空间，或把 DATA_DIR 换个地方。
why-folder-private = {$folder} 只有所有者能看。
why-folder-open = 这台机器上的其他人也能看 {$folder}。
why-part-token = 令牌
why-part-api = API
why-part-webhook = 推送
why-part-listening = 监听
why-part-database = 数据库
why-part-artifacts = 存储
why-part-backup = 备份
why-part-browser = 浏览器
why-part-fonts = 字体
why-part-disk = 磁盘
why-part-privacy = 隐私
why-part-worker = 拍快照
why-part-health = 健康检查
why-part-connection = 和 Telegram 的连接
why-part-receiver = 接收
why-part-announcer = 通知
why-part-held-up = 磁盘已满的提醒

// Lay a page out at its whole length, for the full page and for paper. Gives whether it looks the same as before, and
// whether pictures have yet to load.
async ({ open, printWidth }) => {
  const MAX_BUTTONS = 3000;
  const MAX_TABLES = 30;
  const MAX_ROWS = 300;
  const MIN_ZOOM = 0.45;
  const MAX_PAGE = 30000;
  const MORE = new RegExp(
    "^(read|show|see|view|load|continue|expand)\\b.{0,16}\\b(more|all|full|reading|article|story|answer|text)\\b|^more\\W*$|" +
      "^\\W*(展开|查看|阅读|显示|点击|继续|加载)?.{0,6}(全文|更多|全部|阅读|展开|剩余.{0,12})\\W*$",
    "i",
  );
  const set = important;
  const letters = (element) => lettersOf(element.textContent);
  const total = document.body ? letters(document.body) : 0;

  // ---- Everything is measured first and changed after, so that the page is laid out once.
  const stuck = [];
  const scrollers = [];
  const clipped = [];
  const clamped = [];
  const unseen = [];
  const skipped = [];
  const still = [];
  const isLeftOut = ({ opacity, visibility }) => Number(opacity) < 0.1 || visibility === "hidden";
  const isPlaced = ({ position }) => position === "fixed" || position === "absolute";
  const sortByOverflow = (child, { overflowY, webkitLineClamp, columnWidth }) => {
    const overflow = child.scrollHeight - child.clientHeight;
    if (webkitLineClamp !== "none" && overflow > 4) clamped.push(child);
    else if (overflow > 40) (/hidden|clip/.test(overflowY) ? clipped : scrollers).push(child);
    else if (columnWidth !== "auto" && child.scrollWidth > child.clientWidth * 1.5) scrollers.push(child);
  };
  walk(document, (child, style) => {
    const { position } = style;
    if (position === "fixed" || position === "sticky") stuck.push([child, position, child.getBoundingClientRect()]);
    if (style.overflowY !== "visible") sortByOverflow(child, style);
    if (child.firstElementChild && style.contentVisibility === "auto") skipped.push(child);
    if (style.backgroundAttachment.includes("fixed")) still.push(child);
    if (!isLeftOut(style)) return true;
    if (!isPlaced(style)) unseen.push(child);
    return false;
  });

  const expand = (element) => {
    const { position, display } = getComputedStyle(element);
    set(element, { height: "auto", "max-height": "none", overflow: "visible", "flex-shrink": "0", columns: "auto" });
    set(element, { "mask-image": "none", "-webkit-mask-image": "none", "-webkit-line-clamp": "none" });
    if (display === "-webkit-box" || display === "flow-root") set(element, { display: "block" });
    if (position === "fixed" || position === "absolute") set(element, { position: "absolute", bottom: "auto" });
  };

  // ---- Folds: a clipped box with a good part of the page's text, or one with a button near it that says so.
  // A link to another page is no such button.
  const leadsAway = (link) => !/^(#|javascript:|$)/i.test(link.getAttribute("href") ?? "");
  const isPressed = (one) => {
    const pressed = one.matches("a, button, [role=button]") ? one : one.querySelector("a, button, [role=button]");
    return pressed ? !(pressed.matches("a") && leadsAway(pressed)) : getComputedStyle(one).cursor === "pointer";
  };
  const isMore = (one) => {
    if (!one?.textContent || one.textContent.length > 200) return false; // what is laid out costs more to read
    const text = one.innerText?.trim() ?? "";
    return text.length > 0 && text.length < 40 && MORE.test(text) && isPressed(one);
  };
  const buttonsNear = (box) =>
    [box.nextElementSibling, box.parentElement?.nextElementSibling, ...[...box.children].slice(-2)].filter(isMore);
  const isFold = (box) => {
    if (box.clientHeight < 60 || box.clientWidth < innerWidth * 0.2) return false;
    if (buttonsNear(box).length) return letters(box) >= 100;
    const isHigh = box.clientHeight >= 100 && box.scrollHeight > box.clientHeight + 80;
    return isHigh && letters(box) >= 300 && letters(box) > total * 0.3;
  };
  // What veils the end of a folded text: an empty layer with a background, in the box or beside it.
  const isVeil = (one) => {
    const { position, backgroundImage } = getComputedStyle(one);
    return position === "absolute" && backgroundImage.includes("gradient") && letters(one) < 20;
  };
  const unfold = (box) => {
    const beside = [...box.children, ...(box.parentElement?.children ?? [])];
    for (const one of [...buttonsNear(box), ...beside.filter(isVeil)]) set(one, { display: "none" });
    expand(box);
    box.dataset.tagshotOpened = "";
  };

  // ---- The rest of a text that isn't laid out until a button is pressed. Questions, tabs and menus say something else.
  const AUTHORS = "nav, header, [role=tablist], [role=menu], [role=tab], summary, [aria-haspopup]";
  const isRest = (one) => {
    if (!one || getComputedStyle(one).display !== "none" || one.matches("[role=tabpanel], [role=menu], dialog, form")) {
      return false;
    }
    const linked = [...one.querySelectorAll("a[href]")].reduce((sum, link) => sum + letters(link), 0);
    return letters(one) >= 60 && linked < letters(one) / 2 && !one.matches("script, style, template, noscript");
  };
  const restOf = (button) => {
    const named = document.getElementById(button.getAttribute("aria-controls") ?? "");
    const { parentElement: parent, previousElementSibling: before, nextElementSibling: after } = button;
    return [named, before, after, parent?.previousElementSibling, parent?.nextElementSibling].find(isRest);
  };
  // Some show a shortened text beside the whole one.
  const isBeginningOf = (short, whole) => {
    const [begun, all] = [short, whole].map((one) => one.textContent.replace(/\s+/g, ""));
    return begun.length > 20 && all.startsWith(begun.replace(/[….]+$/, ""));
  };
  const showRests = () => {
    const shown = [];
    for (const button of [...document.querySelectorAll("button, a, [role=button]")].slice(0, MAX_BUTTONS)) {
      if (!MORE.test(button.textContent.trim()) || button.closest(AUTHORS) || !isMore(button)) continue;
      const rest = restOf(button);
      if (!rest) continue;
      const { previousElementSibling: before } = rest;
      if (before && isBeginningOf(before, rest)) set(before, { display: "none" });
      rest.removeAttribute("hidden");
      set(rest, { display: "revert" });
      set(button, { display: "none" });
      shown.push(rest);
    }
    return shown;
  };

  // ---- The box that scrolls in place of the page.
  const isPageScroller = (box) =>
    box.clientWidth >= innerWidth * 0.4 &&
    box.clientHeight >= innerHeight * 0.4 &&
    (box.scrollHeight > document.documentElement.scrollHeight || box.scrollWidth > box.clientWidth * 1.5);
  // A list that draws only the rows in sight is empty below them: it ends where they do.
  const cutEmptyEnd = (box) => {
    if (box.scrollHeight <= MAX_PAGE) return;
    const { top } = box.getBoundingClientRect();
    const leaves = [...box.querySelectorAll("*")].slice(0, MAX_ELEMENTS).filter((one) => !one.firstElementChild && letters(one));
    const end = leaves.reduce((lowest, one) => Math.max(lowest, one.getBoundingClientRect().bottom - top), 0);
    if (end < box.scrollHeight / 2) set(box, { height: `${Math.max(end, innerHeight)}px`, overflow: "clip" });
  };
  const expandToRoot = (box) => {
    for (let element = box; element; element = parentOf(element)) expand(element);
    cutEmptyEnd(box);
  };

  // ---- What comes in only while one scrolls: it has its place in the page, and nothing to be seen there.
  const lies = (one, other) => {
    const [a, b] = [one, other].map((element) => element.getBoundingClientRect());
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return width > 0 && height > 0 && width * height > (a.width * a.height) / 2;
  };
  const isLateComer = (element) => {
    const hasContent = letters(element) >= 20 || element.matches("img, video") || element.querySelector("img, video");
    if (!hasContent || element.offsetHeight < 15 || element.closest("[aria-hidden=true]")) return false;
    return ![...(element.parentElement?.children ?? [])].some((other) => other !== element && lies(element, other));
  };
  const SHOWN = { opacity: "1", visibility: "visible", transform: "none", animation: "none", transition: "none" };

  // ---- Once on the whole page: what sticks to the bottom comes last, what sticks to the top stays there.
  const isAtBottom = ([, position, before]) =>
    position === "fixed" &&
    before.bottom > innerHeight - 5 &&
    before.top > innerHeight * 0.5 &&
    before.width >= innerWidth * 0.5;
  const putLast = ([element, , before]) => {
    const { body } = document;
    const room = Math.max(before.height, parseFloat(getComputedStyle(body).paddingBottom) || 0);
    set(body, { position: "relative", display: "flow-root", height: "auto", "min-height": "100vh" });
    set(body, { "padding-bottom": `${room}px` });
    set(element, { position: "absolute", bottom: "0", top: "auto" });
    if (element.offsetParent !== body) set(element, { position: "static" });
  };
  // A picture or a colour behind everything: it goes as far as the page does, so that light words stay on their dark.
  const isBackground = ([element, position, { width, height }]) =>
    position === "fixed" && width >= innerWidth && height >= innerHeight && !letters(element) && !element.querySelector("canvas");
  const stretch = ([element]) => {
    set(document.documentElement, { position: "relative", "min-height": "100vh" });
    set(element, { position: "absolute", inset: "0", width: "auto", height: "auto" });
  };
  const loosen = ([element, position, before]) => {
    if (position === "sticky") return set(element, { position: "relative", inset: "auto" });
    const links = element.querySelectorAll("a[href]").length;
    const isContents = links >= 3 && links <= 25;
    set(element, { position: isContents ? "var(--tagshot-place, absolute)" : "absolute" });
    const isBeside = before.width < innerWidth * 0.5 && !element.querySelector("main, article");
    // Paper has no room beside the text: a table of contents has its place in the text there, other boxes have none.
    if (isBeside && !isContents && letters(element) < total * 0.4) element.dataset.tagshotBeside = "";
    const after = element.getBoundingClientRect();
    if (Math.abs(after.top - before.top) <= 1) return undefined;
    const top = (parseFloat(getComputedStyle(element).top) || 0) + before.top - after.top;
    return set(element, { top: `${top}px`, bottom: "auto" });
  };

  // ---- A table that no wrapping can make narrow enough for the paper is made smaller.
  const shrinkTables = () => {
    const wide = [...document.getElementsByTagName("table")]
      .filter((table) => table.rows.length <= MAX_ROWS && table.scrollWidth > printWidth)
      .slice(0, MAX_TABLES);
    const widths = wide.map((table) => table.style.width);
    for (const table of wide) table.style.width = "1px";
    const needed = wide.map((table) => table.offsetWidth);
    wide.forEach((table, index) => {
      table.style.width = widths[index];
      if (needed[index] <= printWidth) return;
      table.dataset.tagshotWide = "";
      table.style.setProperty("--tagshot-zoom", Math.max(MIN_ZOOM, printWidth / needed[index]).toFixed(3));
      if (table.parentElement !== document.body) table.parentElement.dataset.tagshotWideBox = "";
    });
  };

  // For a page that is printed as it looks on the screen.
  const NARROW = "(max-width: 900px)";
  const PAPER = `
    [data-tagshot-opened]::before, [data-tagshot-opened]::after { background: none !important; }
    @media print, ${NARROW} {
      pre, pre * { white-space: pre-wrap !important; overflow-wrap: anywhere !important; }
      pre { overflow: visible !important; max-height: none !important; height: auto !important; }
      img, svg, video, canvas { max-width: 100% !important; }
      table { max-width: 100% !important; }
      [data-tagshot-wide] { zoom: var(--tagshot-zoom); overflow-wrap: anywhere; }
      :root { --tagshot-place: static; }
      [data-tagshot-beside] { display: none !important; }
      [data-tagshot-wide-box] { overflow: visible !important; }
    }`;

  // ---- Pictures in what came to light that nothing has asked for yet, or that are still on their way.
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const isAwaited = ({ complete, currentSrc, dataset }) =>
    !complete || !currentSrc || (currentSrc.startsWith("data:") && Object.keys(dataset).length > 0);
  const haveAwaited = async (boxes) => {
    if (!boxes.length) return false;
    await frame();
    await frame(); // by then the page's own watchers have seen what is in sight
    return boxes.some((box) => [...box.querySelectorAll("img")].some(isAwaited));
  };

  const { body } = document;
  if (!body) return { is_same: false, has_awaited: false };
  for (const element of skipped) set(element, { "content-visibility": "visible" });
  // A fixed one driven by scrolling shows how far one has read, and nothing else.
  const driven = document.getAnimations().filter(({ timeline }) => timeline !== document.timeline);
  for (const element of new Set(driven.map(({ effect }) => effect?.target))) {
    if (element && getComputedStyle(element).position !== "fixed") set(element, { animation: "none" });
  }
  for (const element of unseen.filter(isLateComer)) set(element, SHOWN);
  for (const element of still) set(element, { "background-attachment": "scroll" });
  const clamps = clamped.filter((box) => buttonsNear(box).length);
  const folds = [...clamps, ...clipped.filter(isFold)];
  for (const selector of open) folds.push(...document.querySelectorAll(selector));
  const pages = scrollers.filter(isPageScroller).slice(0, 1);
  folds.forEach(unfold);
  const rests = showRests();
  pages.forEach(expandToRoot);
  const loose = stuck.filter(([element]) => !pages.some((page) => element.contains(page)));
  for (const one of loose) {
    const place = isAtBottom(one) ? putLast : isBackground(one) ? stretch : loosen;
    place(one);
  }
  shrinkTables();
  const paper = new CSSStyleSheet();
  paper.replaceSync(PAPER);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, paper];
  const isSame = !changes && scrollX === 0 && !matchMedia(NARROW).matches;
  return { is_same: isSame, has_awaited: await haveAwaited([...folds, ...rests, ...pages]) };
}

// Lay a page out at its whole length, for the full page and for paper. Gives whether more of it shows than before.
({ open, printWidth }) => {
  const MAX_ELEMENTS = 20000;
  const MAX_TABLES = 30;
  const MAX_ROWS = 300;
  const MIN_ZOOM = 0.45;
  const MORE =
    /^(read|show|see|view|load|continue)\b.{0,12}\b(more|all|full|reading|article)\b|^(展开|查看|阅读|显示|点击|继续)?.{0,6}(全文|更多|全部|阅读|展开)/i;
  const set = (element, styles) => {
    for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value, "important");
  };

  // Everything is measured first and changed after, so that the page is laid out once.
  const stuck = [];
  const scrollers = [];
  const clipped = [];
  let left = MAX_ELEMENTS;
  const walk = (element) => {
    for (const child of element.children) {
      if (left-- <= 0) return;
      if (/^(svg|pre|tbody|script|style|select|textarea)$/i.test(child.tagName)) continue;
      const style = getComputedStyle(child);
      if (style.display === "none") continue;
      if (style.position === "fixed" || style.position === "sticky") {
        stuck.push([child, style.position, child.getBoundingClientRect()]);
      }
      if (style.overflowY !== "visible" && child.scrollHeight > child.clientHeight + 80) {
        (/hidden|clip/.test(style.overflowY) ? clipped : scrollers).push(child);
      }
      if (child.shadowRoot) walk(child.shadowRoot);
      if (child.firstElementChild) walk(child);
    }
  };

  const expand = (element) => {
    const { position } = getComputedStyle(element);
    set(element, { height: "auto", "max-height": "none", overflow: "visible", "flex-shrink": "0" });
    set(element, { "mask-image": "none", "-webkit-mask-image": "none" });
    if (position === "fixed" || position === "absolute") set(element, { position: "absolute", bottom: "auto" });
  };

  // A fold is a clipped box with a good part of the page's text in it, most often with a button near it.
  const letters = (element) => element.textContent.replace(/\s+/g, "").length;
  const buttonsNear = (box) => {
    const near = [box.nextElementSibling, box.parentElement?.nextElementSibling, ...[...box.children].slice(-2)];
    const isPressed = (one) =>
      one.matches("a, button, [role=button]") ||
      one.querySelector("a, button, [role=button]") ||
      getComputedStyle(one).cursor === "pointer";
    return near.filter((one) => one && one.innerText?.length < 40 && MORE.test(one.innerText.trim()) && isPressed(one));
  };
  const isFold = (box) => {
    if (box.clientHeight < 100 || box.clientWidth < innerWidth * 0.25) return false;
    if (buttonsNear(box).length) return letters(box) >= 100;
    return letters(box) >= 300 && letters(box) > letters(document.body) * 0.3;
  };
  const unfold = (box) => {
    for (const button of buttonsNear(box)) set(button, { display: "none" });
    expand(box);
    box.dataset.tagshotOpened = "";
  };

  const isPageScroller = (box) =>
    box.clientWidth >= innerWidth * 0.4 &&
    box.clientHeight >= innerHeight * 0.4 &&
    box.scrollHeight > document.documentElement.scrollHeight;
  const expandToRoot = (box) => {
    for (let element = box; element; element = element.parentElement ?? element.getRootNode().host) expand(element);
  };

  // Once on the whole page: what sticks to the bottom comes last, what sticks to the top stays there.
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
  const loosen = ([element, position, before]) => {
    if (position === "sticky") return set(element, { position: "relative", inset: "auto" });
    set(element, { position: "absolute" });
    const isBeside = before.width < innerWidth * 0.5 && !element.querySelector("main, article");
    // Paper has no room beside the text, where such a box would lie on it.
    if (isBeside && letters(element) < letters(document.body) * 0.4) element.dataset.tagshotBeside = "";
    const after = element.getBoundingClientRect();
    if (Math.abs(after.top - before.top) <= 1) return undefined;
    const top = (parseFloat(getComputedStyle(element).top) || 0) + before.top - after.top;
    return set(element, { top: `${top}px`, bottom: "auto" });
  };

  // A table that no wrapping can make narrow enough for the paper is made smaller.
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

  // The second condition is for a page that is printed as it looks on the screen.
  const PAPER = `
    [data-tagshot-opened]::before, [data-tagshot-opened]::after { background: none !important; }
    @media print, (max-width: 900px) {
      pre, pre * { white-space: pre-wrap !important; overflow-wrap: anywhere !important; }
      pre { overflow: visible !important; max-height: none !important; height: auto !important; }
      img, svg, video, canvas { max-width: 100% !important; }
      table { max-width: 100% !important; }
      [data-tagshot-wide] { zoom: var(--tagshot-zoom); overflow-wrap: anywhere; }
      [data-tagshot-beside] { display: none !important; }
      [data-tagshot-wide-box] { overflow: visible !important; }
    }`;

  const { body } = document;
  if (!body) return false;
  walk(body);
  const folds = clipped.filter(isFold);
  for (const selector of open) folds.push(...document.querySelectorAll(selector));
  const pages = scrollers.filter(isPageScroller).slice(0, 1);
  folds.forEach(unfold);
  pages.forEach(expandToRoot);
  const loose = stuck.filter(([element]) => !pages.some((page) => element.contains(page)));
  loose.filter(isAtBottom).forEach(putLast);
  loose.filter((one) => !isAtBottom(one)).forEach(loosen);
  shrinkTables();
  const paper = new CSSStyleSheet();
  paper.replaceSync(PAPER);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, paper];
  return folds.length + pages.length > 0;
}

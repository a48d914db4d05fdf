// Hide what lies over a page: consent banners, popups, login boxes, their backdrops. Nothing is clicked.
({ hide }) => {
  const MAX_ELEMENTS = 20000;
  const MIN_REST = 20;
  const CONSENT = /cookie|consent|privacy|gdpr|隐私|個人資料|个人信息/i;
  const ANSWER = /accept|agree|allow|reject|decline|got it|understand|manage|同意|接受|拒绝|允许|知道了|\bok\b/i;
  const APP =
    /(open|view|continue|read|get|download|use|install).{0,24}\bapp\b|(打开|下载|前往|安装).{0,8}(app|客户端)|app\s*内/i;
  const ASKING = /newsletter|subscribe|log ?in|sign ?(in|up)|订阅|登录|登陆|注册|扫码/i;
  const hidden = [];

  const letters = (element) => (element.innerText || "").replace(/\s+/g, "").length;
  const isPicture = (image) => image.getBoundingClientRect().width >= 200 && image.height >= 150;
  // What there is to see of the page, or of a part of it; a picture counts like a few lines.
  const weight = (element) =>
    letters(element) + 100 * [...element.querySelectorAll("img, video, canvas, svg")].filter(isPicture).length;
  const take = (element) => {
    hidden.push([element, element.getAttribute("style")]);
    element.style.setProperty("display", "none", "important");
  };

  // A fixed container of no size shows its children elsewhere.
  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    const shown = box.width && box.height ? [box] : [...element.children].map((child) => child.getBoundingClientRect());
    const seen = shown.filter(({ width, height }) => width && height);
    const left = Math.max(0, Math.min(...seen.map((one) => one.left)));
    const top = Math.max(0, Math.min(...seen.map((one) => one.top)));
    const right = Math.min(innerWidth, Math.max(...seen.map((one) => one.right)));
    const bottom = Math.min(innerHeight, Math.max(...seen.map((one) => one.bottom)));
    return { left, top, right, bottom, width: (right - left) / innerWidth, height: (bottom - top) / innerHeight };
  };
  const isTextOrPicture = (element) =>
    element.tagName === "IMG" ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const coversReading = (element, box) => {
    const isOwn = (other) => element.contains(other) || other.contains(element);
    const root = element.getRootNode();
    const host = root.host ?? element;
    for (let row = 1; row < 8; row++) {
      for (let column = 1; column < 8; column++) {
        const x = box.left + ((box.right - box.left) * column) / 8;
        const y = box.top + ((box.bottom - box.top) * row) / 8;
        const pile = document.elementsFromPoint(x, y);
        if (!pile.length || !(element.contains(pile[0]) || host === pile[0])) continue;
        if (pile.some((other) => !isOwn(other) && other !== host && isTextOrPicture(other))) return true;
      }
    }
    return false;
  };

  const total = { weight: 0 };
  const isInTheWay = (element) => {
    const box = boxOf(element);
    if (!(box.width > 0 && box.height > 0)) return false;
    total.weight ||= weight(document.body);
    const own = weight(element);
    if (total.weight - own < MIN_REST) return false;
    const isDialog = element.matches("dialog, [role=dialog], [role=alertdialog], [aria-modal=true]");
    const isContent = element.querySelector("main, article") || own > total.weight * 0.4;
    const text = own < 6000 ? element.innerText || "" : "";
    const hasButtons = element.querySelector("button, a, [role=button], input[type=button], input[type=submit]");
    const isConsent = hasButtons && CONSENT.test(text) && ANSWER.test(text);
    const links = element.querySelectorAll("a").length;
    const isNavigation =
      element.matches("header, nav, [role=banner], [role=navigation]") ||
      element.querySelector("nav") ||
      (links >= 4 && !isConsent);
    const isBar = box.width >= 0.5 && box.height <= 0.3 && (box.top < 60 || box.bottom > innerHeight - 30);
    if (isBar && isNavigation) return false;
    if (element.querySelector("main, article")) return false;
    if (isConsent || isDialog) return own < total.weight * 0.9;
    if (isContent) return false;
    if (isBar) return APP.test(text) || (box.bottom > innerHeight - 30 && ASKING.test(text) && hasButtons);
    const isSide = box.height >= 0.5 && box.width <= 0.35 && (box.left < 30 || box.right > innerWidth - 30);
    if (isSide) return false;
    if (hasButtons && (APP.test(text) || (ASKING.test(text) && element.querySelector("input")))) return true;
    return coversReading(element, box);
  };

  const isShown = (style) =>
    style.display !== "none" && style.visibility === "visible" && Number(style.opacity) > 0.01;
  let left = MAX_ELEMENTS;
  const walk = (element) => {
    for (const child of element.children) {
      if (left-- <= 0) return;
      if (/^(svg|pre|tbody|script|style|select)$/i.test(child.tagName)) continue;
      const style = getComputedStyle(child);
      if (style.display === "none") continue;
      const isLoose = style.position === "fixed" || style.position === "sticky";
      if (isLoose && isShown(style) && isInTheWay(child)) take(child);
      else {
        if (child.shadowRoot) walk(child.shadowRoot);
        if (child.firstElementChild) walk(child);
      }
    }
  };

  const unlock = () => {
    for (const element of [document.documentElement, document.body]) {
      const style = getComputedStyle(element);
      const set = (name, value) => element.style.setProperty(name, value, "important");
      const isLocked = /hidden|clip/.test(style.overflowY);
      if (isLocked && (hidden.length || element.scrollHeight > innerHeight + 50)) set("overflow", "visible");
      if (hidden.length && style.position === "fixed") {
        set("position", "static");
        set("height", "auto");
      }
      if (hidden.length && isLocked && element.scrollHeight > innerHeight) set("height", "auto");
    }
    if (!hidden.length) return;
    for (const element of document.querySelectorAll("body > *, body > * > *")) {
      if (getComputedStyle(element).filter.includes("blur")) element.style.setProperty("filter", "none", "important");
    }
  };
  const putBack = () => {
    for (const [element, style] of hidden.splice(0)) {
      if (style === null) element.removeAttribute("style");
      else element.setAttribute("style", style);
    }
  };

  if (!document.body) return false;
  for (const selector of hide) document.querySelectorAll(selector).forEach(take);
  // A modal dialog keeps everything else from being found at a point, so it goes first.
  for (const dialog of [...document.querySelectorAll("dialog:modal")].filter(isInTheWay)) {
    take(dialog);
    dialog.close();
  }
  walk(document.body);
  if (hidden.length && weight(document.body) < MIN_REST) putBack();
  unlock();
  return hidden.length > 0;
}

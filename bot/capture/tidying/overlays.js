// Hide what lies over a page: consent banners, popups, login boxes, their backdrops. Nothing is clicked.
({ hide }) => {
  const MIN_REST = 20;
  const MAX_ROUNDS = 4;
  const MAX_TEXT = 6000;
  const CONSENT = /cookie|consent|privacy|gdpr|personal data|your data|隐私|個人資料|个人信息/i;
  const CONSENT_NAME = /cookie|consent|gdpr|onetrust|usercentrics|didomi|sp_message|privacy-?(manager|banner|notice)/i;
  const CHAT_NAME = /chat|messenger|intercom|crisp|zendesk|客服/i;
  const ANSWER = new RegExp(
    "accept|agree|allow|reject|decline|refuse|deny|got it|understand|manage|consent|dismiss|close|continue|settings|" +
      "options|preferences|learn more|thanks|akzept|zustimm|ablehn|erlaub|zulassen|refus|acept|rechaz|accett|rifiut|" +
      "同意|接受|拒绝|允许|知道了|好的|关闭|确定|了解|동의|^\\W*(ok|okay|yes|no|sure|x|×|✕|✖)\\W*$",
    "i",
  );
  const APP = new RegExp(
    "(open|view|continue|read|get|download|use|install).{0,24}\\bapp\\b|" +
      "(打开|下载|前往|安装).{0,8}(app|客户端|查看更多)|app\\s*(内|打开)|在浏览器(中)?打开",
    "i",
  );
  const ASKING = /newsletter|subscribe|register|log ?in|sign ?(in|up)|create an? (free )?account|订阅|登录|登陆|注册|扫码/i;
  const PRESSED = "button, a, [role=button], input[type=button], input[type=submit], [onclick]";
  const DIALOG = "dialog, [role=dialog], [role=alertdialog], [aria-modal=true]";
  const page = { weight: 0 };
  const hidden = new Map();

  // ---- Where a layer is seen: a fixed box of no size shows its children elsewhere.
  const boxOf = (element) => {
    const own = element.getBoundingClientRect();
    const inner = [...element.children, ...(element.shadowRoot?.children ?? [])];
    const shown = own.width && own.height ? [own] : inner.map((child) => child.getBoundingClientRect());
    const seen = shown.filter(({ width, height }) => width && height);
    const left = Math.max(0, Math.min(...seen.map((one) => one.left)));
    const top = Math.max(0, Math.min(...seen.map((one) => one.top)));
    const right = Math.min(innerWidth, Math.max(...seen.map((one) => one.right)));
    const bottom = Math.min(innerHeight, Math.max(...seen.map((one) => one.bottom)));
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const nameOf = (element) =>
    ["id", "class", "title", "aria-label", "name", "src"].map((name) => element.getAttribute(name) ?? "").join(" ");
  const isPressed = (element) => element.matches(PRESSED) || getComputedStyle(element).cursor === "pointer";

  // What the rules ask of a layer, each worked out when the first rule asks for it.
  class Layer {
    #known = {};
    constructor(element, position) {
      this.element = element;
      this.position = position;
      this.box = position === "unknown" ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : boxOf(element);
      this.width = (this.box.right - this.box.left) / innerWidth;
      this.height = (this.box.bottom - this.box.top) / innerHeight;
    }
    #once(name, find) {
      return (this.#known[name] ??= find());
    }
    get weight() {
      return this.#once("weight", () => weightOf(this.element));
    }
    get text() {
      return this.#once("text", () => (this.weight < MAX_TEXT ? textOf(this.element) : ""));
    }
    get buttons() {
      return this.#once("buttons", () => findAll(this.element, "*").slice(0, 400).filter(isPressed));
    }
    get names() {
      return [this.element, ...findAll(this.element, "iframe")].map(nameOf).join(" ");
    }
    has(selector) {
      return findAll(this.element, selector).length > 0;
    }
    get touchesTop() {
      return this.box.top < 60;
    }
    get touchesBottom() {
      return this.box.bottom > innerHeight - 30;
    }
    get isBar() {
      return this.width >= 0.5 && this.height <= 0.3 && (this.touchesTop || this.touchesBottom);
    }
  }

  // ---- The rules: what each is about stands above it.
  const isUnseen = ({ box }) => !(box.right > box.left && box.bottom > box.top);
  // A sticky box away from the edges has its own place in the page.
  const isInFlow = ({ position, touchesTop, touchesBottom }) => position === "sticky" && !touchesTop && !touchesBottom;
  const isThePage = ({ weight }) => page.weight - weight < MIN_REST;
  // By words and an answer to press, or by the name of the frame that they come in.
  const asksConsent = ({ text, buttons, names }) =>
    (CONSENT.test(text) && buttons.some((one) => ANSWER.test(one.innerText || one.value || ""))) ||
    (CONSENT_NAME.test(names) && lettersOf(text) < MAX_TEXT / 4);
  const isNavigation = (layer) =>
    layer.isBar &&
    (layer.element.matches("header, nav, [role=navigation]") ||
      layer.has("nav") ||
      (!asksConsent(layer) && (layer.element.matches("[role=banner]") || findAll(layer.element, "a").length >= 4)));
  const holdsArticle = ({ element, weight }) =>
    findAll(element, "main, article").some((part) => lettersOf(part.innerText) > weight / 2);
  const isConsent = (layer) => asksConsent(layer) && layer.weight < page.weight * 0.9;
  // A table of contents, a menu: links and little else.
  const isListOfLinks = ({ element, text, width, height }) => {
    const links = element.matches(DIALOG) ? [] : findAll(element, "a[href]");
    const linked = links.reduce((sum, link) => sum + lettersOf(link.innerText), 0);
    return links.length >= 3 && linked > lettersOf(text) / 2 && width * height < 0.6;
  };
  // A dialog that is what the address leads to: it bears the page's title, holds a large picture or much prose.
  const bearsTitle = ({ element }) => {
    const title = document.title.trim().toLowerCase();
    const headings = findAll(element, "h1, h2").map((one) => one.innerText.trim().toLowerCase());
    return headings.some((heading) => heading.length >= 6 && title.startsWith(heading));
  };
  const isContent = (layer) => {
    const pictures = findAll(layer.element, "img, video, canvas").map((one) => one.getBoundingClientRect());
    const isLarge = ({ width, height }) => width * height > innerWidth * innerHeight * 0.35;
    const prose = findAll(layer.element, "p").reduce((sum, one) => sum + lettersOf(one.innerText), 0);
    return bearsTitle(layer) || pictures.some(isLarge) || (prose > 600 && !ASKING.test(layer.text));
  };
  const isDialog = ({ element, weight }) =>
    (element.matches(DIALOG) || findAll(element, DIALOG).some((one) => one.checkVisibility())) &&
    weight < page.weight * 0.9;
  const isMuchOfThePage = ({ weight }) => weight > page.weight * 0.4;
  const offersApp = ({ text, buttons, element }) =>
    APP.test(text) && lettersOf(text) < 200 && (buttons.length > 0 || isPressed(element) || lettersOf(text) < 30);
  // A login, a newsletter: something along the bottom, or a box with something to fill in.
  const asksInBar = (layer) => layer.touchesBottom && ASKING.test(layer.text) && layer.buttons.length > 0;
  const asksInBox = (layer) => !layer.isBar && ASKING.test(layer.text) && layer.has("input");
  // A bar that is neither a question nor an offer: a title, a player, a purchase.
  const isQuietBar = ({ isBar, height }) => isBar && height < 0.15;
  const isSidebar = ({ box, width, height }) =>
    height >= 0.5 && width <= 0.35 && (box.left < 30 || box.right > innerWidth - 30);
  // Back to the top, chat, feedback: a small thing in a lower corner of a page that is there to be read.
  const isFloatingButton = ({ box, position }) =>
    position === "fixed" &&
    page.weight > 1000 &&
    box.right - box.left <= 160 &&
    box.bottom - box.top <= 260 &&
    box.top > innerHeight * 0.4 &&
    (box.right > innerWidth * 0.85 || box.left < innerWidth * 0.15);
  const isChat = ({ names, width }) => CHAT_NAME.test(names) && width < 0.5;

  const isTextOrPicture = (element) =>
    element.tagName === "IMG" ||
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  // Whether something to read or to look at is found below it at any point of a grid.
  const coversReading = ({ element, box, position }) => {
    const { host } = element.getRootNode();
    const isOwn = (other) => other === host || element.contains(other) || other.contains(element);
    const counts = position === "absolute" ? (other) => other.tagName !== "IMG" && isTextOrPicture(other) : isTextOrPicture;
    for (let row = 1; row < 8; row++) {
      for (let column = 1; column < 8; column++) {
        const x = box.left + ((box.right - box.left) * column) / 8;
        const y = box.top + ((box.bottom - box.top) * row) / 8;
        const pile = document.elementsFromPoint(x, y);
        const isOnTop = pile.length && (element.contains(pile[0]) || pile[0] === host);
        if (isOnTop && pile.some((other) => !isOwn(other) && counts(other))) return true;
      }
    }
    return false;
  };
  // An absolute box over text is an ordinary thing, unless it is an empty sheet.
  const isSheet = ({ element, text }) => {
    const { backgroundColor, backdropFilter } = getComputedStyle(element);
    const hasColour = !/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor);
    return lettersOf(text) < 30 && (hasColour || backdropFilter !== "none") && !findAll(element, "img, canvas").length;
  };
  const liesOverReading = (layer) => (layer.position !== "absolute" || isSheet(layer)) && coversReading(layer);

  // The first that applies decides.
  const [STAYS, GOES] = [false, true];
  const RULES = [
    [isUnseen, STAYS],
    [isInFlow, STAYS],
    [isThePage, STAYS],
    [isNavigation, STAYS],
    [holdsArticle, STAYS],
    [isConsent, GOES],
    [isListOfLinks, STAYS],
    [isContent, STAYS],
    [isDialog, GOES],
    [isMuchOfThePage, STAYS],
    [offersApp, GOES],
    [asksInBox, GOES],
    [asksInBar, GOES],
    [isSidebar, STAYS],
    [isFloatingButton, GOES],
    [isChat, GOES],
    [isQuietBar, STAYS],
    [liesOverReading, GOES],
  ];
  const isInTheWay = (layer) => {
    const goes = RULES.find(([applies]) => applies(layer))?.[1] ?? STAYS;
    return goes && (layer.position !== "absolute" || coversReading(layer));
  };

  // ---- What could be a layer, and what a layer does to the page below it.
  const layers = [];
  const locked = [];
  const filtered = [];
  // In a box of its own an absolute element is part of that box; only one that spans the page lies over the page.
  const isOverPage = (element, { zIndex }) => {
    const outer = element.offsetParent?.getBoundingClientRect();
    return Number(zIndex) > 0 && (!outer || (outer.width >= innerWidth * 0.6 && outer.height >= innerHeight));
  };
  const isLocked = (element, { overflowY }) =>
    /hidden|clip/.test(overflowY) &&
    Math.abs(element.clientHeight - innerHeight) < 20 &&
    element.scrollHeight > innerHeight + 50;
  const isShown = ({ visibility, opacity }) => visibility === "visible" && Number(opacity) > 0.01;
  const survey = (element, style) => {
    const { position } = style;
    const isLoose = position === "fixed" || position === "sticky" || (position === "absolute" && isOverPage(element, style));
    if (isLoose && isShown(style)) layers.push([element, position]);
    if (!element.firstElementChild) return;
    if (isLocked(element, style)) locked.push(element);
    if (style.filter !== "none") filtered.push(element);
  };
  // The host of a closed shadow tree is found at points where its own box is not.
  const addClosedTrees = () => {
    const hosts = new Set();
    for (const x of [0.15, 0.5, 0.85]) {
      for (const y of [0.15, 0.5, 0.85]) hosts.add(document.elementFromPoint(innerWidth * x, innerHeight * y));
    }
    const isHollow = (one) => one && !one.shadowRoot && !one.childNodes.length && one.offsetHeight < 2;
    for (const host of hosts) if (isHollow(host)) layers.push([host, "unknown"]);
  };

  // A modal keeps what is below it from being found at a point, so it is closed, which the page must not hear of:
  // some go elsewhere then. Pages make what is below their own modals inert, or deaf to the pointer.
  const keepSilent = (event) => hidden.has(event.target) && event.stopImmediatePropagation();
  const makeReachable = () => {
    for (const name of ["beforetoggle", "toggle", "close"]) addEventListener(name, keepSilent, { capture: true });
    for (const dialog of document.querySelectorAll("dialog:modal")) {
      if (!isInTheWay(new Layer(dialog, "fixed"))) continue;
      take(dialog);
      dialog.close();
    }
    for (const element of document.querySelectorAll("[inert]")) {
      if (weightOf(element) < page.weight * 0.3) continue;
      element.removeAttribute("inert");
      element.removeAttribute("aria-hidden");
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { pointer-events: auto !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    return () => (document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet));
  };
  const take = (element) => {
    hidden.set(element, element.getAttribute("style"));
    important(element, { display: "none" });
  };
  // What lay under one layer may show only now, so it is gone round again until nothing is left to hide.
  const takeLayers = () => {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const shown = layers.filter(([element]) => element.checkVisibility());
      const found = shown.filter(([element, position]) => isInTheWay(new Layer(element, position)));
      found.forEach(([element]) => take(element));
      if (!found.length) return;
    }
  };
  const putBack = () => {
    for (const [element, style] of hidden) {
      if (style === null) element.removeAttribute("style");
      else element.setAttribute("style", style);
    }
    hidden.clear();
  };

  // ---- The page below: scrolling, clear and in its place again.
  const unlock = (element) => {
    const style = getComputedStyle(element);
    const isHeld = /hidden|clip/.test(style.overflowY);
    if (isHeld && (hidden.size || element.scrollHeight > innerHeight + 50)) important(element, { overflow: "visible" });
    if (!hidden.size) return;
    if (style.position === "fixed") important(element, { position: "static", height: "auto" });
    if (isHeld && element.scrollHeight > innerHeight) important(element, { height: "auto" });
  };
  const restore = () => {
    [document.documentElement, document.body].forEach(unlock);
    if (!hidden.size) return;
    for (const element of locked) important(element, { overflow: "visible", height: "auto", "max-height": "none" });
    const isBlurred = (element) => getComputedStyle(element).filter.includes("blur");
    const isReading = (element) => weightOf(element) > page.weight * 0.3;
    for (const element of filtered) if (isBlurred(element) && isReading(element)) important(element, { filter: "none" });
  };

  if (!document.body) return false;
  for (const selector of hide) findAll(document, selector).forEach(take);
  walk(document.body, survey);
  addClosedTrees();
  if (layers.length) {
    page.weight = weightOf(document.body);
    const unreach = makeReachable();
    takeLayers();
    unreach();
  }
  if (hidden.size && weightOf(document.body) < MIN_REST) putBack();
  restore();
  return hidden.size > 0;
}

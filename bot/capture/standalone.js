// The page as it is shown, in pieces: strings of HTML, and lists that name what standalone.py puts between them.
// Run in an isolated world, where the page has no hand in what the built-in functions do. What it can still do is
// to name form fields after properties, so properties are read with the getters of the prototypes.
function (limits, sprites, ...frames) {
  const getter = (type, name) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
    return (object) => get.call(object);
  };
  const firstChild = getter(Node, "firstChild");
  const nextSibling = getter(Node, "nextSibling");
  const parentNode = getter(Node, "parentNode");
  const nodeType = getter(Node, "nodeType");
  const baseOf = getter(Node, "baseURI");
  const attributesOf = getter(Element, "attributes");
  const tagOf = getter(Element, "localName");
  const namespaceOf = getter(Element, "namespaceURI");
  const shadowOf = getter(Element, "shadowRoot");
  const root = getter(Document, "documentElement")(document);
  const body = getter(Document, "body")(document);
  const doctype = getter(Document, "doctype")(document);
  const tagOfAny = (node) => (nodeType(node) === 1 ? tagOf(node) : "");
  const own = (element, name) => Element.prototype.getAttribute.call(element, name);
  const is = (element, selector) => Element.prototype.matches.call(element, selector);
  const words = (text) => new Set(text.split(" "));

  const XHTML = "http://www.w3.org/1999/xhtml";
  const SVG = "http://www.w3.org/2000/svg";
  const NAME = /^[a-z][\w.\-\u00b7\u00c0-\uffff]*$/i;
  const ATTRIBUTE = /^[a-z_:@][\w:.\-]*$/i;
  const OUT = words("script noscript base object embed applet link meta template noembed noframes title portal");
  const OUT_UNSEEN = words("source track param");
  const VOID = words("area br col embed hr img input wbr");
  const OTHER_NAME = { xmp: "pre", listing: "pre", plaintext: "pre", frameset: "div", frame: "iframe", canvas: "img" };
  const NO_ATTRIBUTE = words(
    "action archive attributionsrc autofocus autoplay checked cite classid code codebase contenteditable controls " +
      "crossorigin data download dynsrc elementtiming fetchpriority formaction http-equiv icon imagesizes imagesrcset " +
      "integrity is loading longdesc lowsrc manifest nonce ping poster profile referrerpolicy sandbox selected sizes " +
      "src srcdoc srcset target usemap value",
  );
  const CLOSES_PARAGRAPH = words(
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
      "header hr main menu nav ol p pre search section table ul",
  );
  const BOX = words(
    "display position top right bottom left float margin-top margin-right margin-bottom margin-left z-index " +
      "vertical-align flex align-self grid-area object-fit",
  );
  const TEXT = words("font-style font-weight font-size font-family line-height color text-align text-indent");

  const pieces = [];
  const used = [];
  const missing = new Set();
  const until = performance.now() + limits.milliseconds;
  let pending = "";
  let characters = limits.characters;
  let elements = limits.elements;
  let pictures = limits.canvases;
  let links = 0;
  const isFull = () => characters <= 0 || elements <= 0;
  const write = (text) => {
    characters -= text.length;
    pending += text;
  };
  const put = (...piece) => {
    for (const part of piece) characters -= part.length || 0;
    if (pending) pieces.push(pending);
    pending = "";
    pieces.push(piece);
  };
  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u00a0": "&nbsp;", "\r": "&#13;" };
  const escape = (text) => text.replace(/[&<>"\u00a0\r]/g, (character) => ESCAPED[character]);
  const attribute = (name, value) => write(` ${name}="${escape(value)}"`);
  const resource = (name, url) => {
    write(` ${name}="`);
    put("url", url);
    write('"');
  };
  const absolute = (value, base) => {
    try {
      return new URL(value, base).href;
    } catch {
      return "";
    }
  };
  const withoutFragment = (url) => url.split("#", 1)[0];
  const here = withoutFragment(document.URL);

  const link = (name, value, base) => {
    const url = absolute(value, base);
    if (value.trim().startsWith("#") || (url.includes("#") && withoutFragment(url) === here)) {
      attribute(name, value.slice(value.indexOf("#")));
    } else if (/^(https?|mailto|tel):/.test(url)) {
      attribute(name, url);
      if (limits.isFrame) attribute("target", "_blank");
    }
  };
  const address = (element, tag, name, value) => {
    const isSvg = namespaceOf(element) === SVG;
    if (tag === "a" || tag === "area") link(name, value, baseOf(element));
    else if (isSvg && /^(image|feimage)$/i.test(tag)) resource(name, absolute(value, baseOf(element)));
    else if (isSvg && value.includes("#")) attribute(name, value.slice(value.indexOf("#")));
  };
  const plainAttribute = (element, tag, name, value) => {
    if (!ATTRIBUTE.test(name) || NO_ATTRIBUTE.has(name) || /^on/i.test(name)) return;
    if (name === "href" || name === "xlink:href") address(element, tag, name, value);
    else if (name === "background") resource(name, absolute(value, baseOf(element)));
    else if (/url\(|image-set\(/i.test(value) && (name === "style" || namespaceOf(element) === SVG)) {
      write(` ${name}="`);
      put("style", value, baseOf(element));
      write('"');
    } else if (value.length <= limits.attribute || name === "style" || namespaceOf(element) === SVG) {
      attribute(name, value);
    }
  };

  // The present look of an element that is written as another one, or that scripts have put where it is.
  const look = (element, properties) => {
    const style = getComputedStyle(element);
    return [...properties].map((name) => `;${name}:${style.getPropertyValue(name)}`).join("");
  };
  const bitmap = (element, width, height, draw) => {
    if (pictures-- <= 0 || !(width * height > 0) || width * height > limits.pixels) return "";
    try {
      return draw(width, height); // throws if the page itself may not read it
    } catch {
      return "";
    }
  };
  const ofCanvas = (canvas) => bitmap(canvas, canvas.width, canvas.height, () => canvas.toDataURL());
  const ofVideo = (video) =>
    bitmap(video, video.videoWidth, video.videoHeight, (width, height) => {
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      canvas.getContext("2d").drawImage(video, 0, 0);
      return canvas.toDataURL("image/jpeg", 0.8);
    });
  const looking = (element, properties) => `${own(element, "style") || ""}${look(element, properties)}`;
  const sized = (element, properties) => {
    const { offsetWidth: width, offsetHeight: height } = element;
    const ratio = width && height ? `;width:${width}px;max-width:100%;height:auto;aspect-ratio:${width}/${height}` : "";
    return `${looking(element, properties)};box-sizing:border-box${ratio}`;
  };

  // How many pixels of the picture that was chosen make one CSS pixel.
  const density = (image) => {
    const candidates = (own(image, "srcset") || "").matchAll(/(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)/g);
    const around = parentNode(image);
    const sources = around && tagOfAny(around) === "picture" ? [...around.querySelectorAll("source")] : [];
    const sets = sources.map((source) => own(source, "srcset") || "").join(", ");
    const more = sets.matchAll(/(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)/g);
    for (const [, url, number, unit] of [...candidates, ...more]) {
      if (number && absolute(url, baseOf(image)) === image.currentSrc) {
        return unit === "x" ? Number(number) : Number(number) / image.naturalWidth;
      }
    }
    return 1;
  };
  const picture = (image) => {
    const url = image.currentSrc || absolute(own(image, "src") || "", baseOf(image));
    const scale = density(image);
    if (!url) return;
    if (Math.abs(scale - 1) < 0.01 || !Number.isFinite(scale)) return resource("src", url);
    write(' srcset="');
    put("url", url);
    write(` ${scale.toFixed(4)}x"`);
  };
  const field = (input) => {
    const kind = input.type;
    if (kind === "image") resource("src", absolute(own(input, "src") || "", baseOf(input)));
    else if (/^(checkbox|radio)$/.test(kind)) {
      if (own(input, "value") !== null) attribute("value", own(input, "value"));
      if (input.checked) write(" checked");
    } else if (!/^(password|hidden|file)$/.test(kind)) attribute("value", input.value.slice(0, limits.attribute));
  };
  const frame = (element) => {
    const index = frames.indexOf(element);
    const isSeen = element.offsetWidth > 2 && element.offsetHeight > 2;
    write(' sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="');
    if (isSeen && index >= 0) {
      used.push(index);
      put("frame", index);
    } else if (isSeen && /^https?:/.test(element.src)) {
      const url = escape(element.src);
      write(escape(`<a target="_blank" href="${url}">${url}</a>`));
    }
    write('"');
  };
  // What an element shows beyond its attributes. Gives the style that is to replace its own.
  const state = (element, tag) => {
    if (tag === "img") picture(element);
    else if (tag === "input") field(element);
    else if (tag === "option" && element.selected) write(" selected");
    else if (tag === "option" || tag === "button" || tag === "li" || tag === "meter" || tag === "progress") {
      if (own(element, "value") !== null) attribute("value", own(element, "value"));
    } else if (tag === "iframe" || tag === "frame") frame(element);
    else if (tag === "audio" && element.controls) write(" controls");
    else if (tag === "canvas") {
      const image = ofCanvas(element);
      if (image) attribute("src", image);
      return sized(element, BOX);
    } else if (tag === "video") {
      const poster = own(element, "poster");
      const image = (element.currentTime || !poster) && ofVideo(element);
      if (image) attribute("poster", image);
      else if (poster) resource("poster", absolute(poster, baseOf(element)));
      return sized(element, []);
    } else if (element.popover && is(element, ":popover-open")) return shownOnTop(element);
    else if (tag === "dialog" && is(element, ":modal")) return shownOnTop(element);
    return null;
  };
  const shownOnTop = (element) =>
    `${looking(element, [...BOX, "width", "height"])};z-index:2147483647`;

  // Names that a parser would not leave where they are get another one, and look as before.
  const renamed = (element, tag) => {
    if (OTHER_NAME[tag]) return OTHER_NAME[tag];
    if (tag === "a" && links) return "span";
    if ((tag === "html" || tag === "body" || tag === "head") && depthOf(element) > 1) return "div";
    return tag;
  };
  const depthOf = (element) => (element === root ? 0 : parentNode(element) === root ? 1 : 2);
  const isBrokenParagraph = (element, tag) => {
    if (tag !== "p") return false;
    for (let child = firstChild(element); child; child = nextSibling(child)) {
      if (nodeType(child) === 1 && CLOSES_PARAGRAPH.has(tagOf(child))) return true;
    }
    return false;
  };

  const isAsWritten = (sheet, text) => {
    const rules = [...sheet.cssRules];
    const copy = new CSSStyleSheet();
    copy.replaceSync(text);
    return copy.cssRules.length === rules.filter((rule) => rule.type !== CSSRule.IMPORT_RULE).length;
  };
  const textOf = (sheet) => [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
  const openStyle = (sheet, kind, ...content) => {
    const media = sheet.media.mediaText;
    write(media && media !== "all" ? `<style media="${escape(media)}">` : "<style>");
    put(kind, ...content);
    write("</style>");
  };
  const style = (element) => {
    const sheet = element.sheet;
    if (!sheet || sheet.disabled) return write("<style></style>");
    const written = element.textContent;
    const text = written.trim() && isAsWritten(sheet, written) ? written : textOf(sheet);
    openStyle(sheet, namespaceOf(element) === XHTML ? "css" : "svg-css", text, baseOf(element));
  };
  const sheetOfLink = (element) => {
    const sheet = element.sheet;
    if (!sheet || sheet.disabled) return write("<style></style>");
    if (/^https?:/.test(sheet.href)) openStyle(sheet, "sheet", sheet.href);
    else openStyle(sheet, "css", textOf(sheet), baseOf(element));
  };
  const adopted = (type, scope) => {
    for (const sheet of getter(type, "adoptedStyleSheets")(scope)) {
      if (!sheet.disabled) openStyle(sheet, "css", textOf(sheet), baseOf(scope));
    }
  };

  const dropped = (element, tag, isHtml) => {
    if (tag === "meta" && /^(viewport|color-scheme)$/i.test(own(element, "name") || "")) {
      write(`<meta name="${own(element, "name").toLowerCase()}" content="${escape(own(element, "content") || "")}">`);
    } else if (tag === "link" && element.sheet) sheetOfLink(element);
    else if (isHtml && /^(object|embed)$/.test(tag) && /^image\//.test(element.type)) {
      const url = own(element, tag === "object" ? "data" : "src") || "";
      write(`<img style="${escape(sized(element, BOX))}"`);
      resource("src", absolute(url, baseOf(element)));
      write(">");
    } else if (isHtml && body?.contains(element)) write("<template></template>"); // keeps :nth-child and + as they were
  };
  const isAnimatedAddress = (element, tag) =>
    /^(animate|set|animatetransform|animatemotion)$/i.test(tag) &&
    /href|^on|src/i.test(own(element, "attributeName") || "");

  // A shape that stands in another file, in its place.
  const sprite = (element) => {
    const value = own(element, "href") ?? own(element, "xlink:href") ?? "";
    const [url, id] = absolute(value, baseOf(element)).split("#");
    if (!id || url === here) return false;
    if (!sprites[url]) return missing.add(url) && false;
    sprites[url] = typeof sprites[url] === "string" ? parsed(sprites[url]) : sprites[url];
    const shape = sprites[url].getElementById(id);
    if (!shape) return false;
    const isSymbol = tagOf(shape) === "symbol";
    const viewBox = own(shape, "viewBox");
    write(`<g style="${escape(own(element, "style") || "")}" class="${escape(own(element, "class") || "")}"`);
    attribute("transform", `translate(${parseFloat(own(element, "x")) || 0},${parseFloat(own(element, "y")) || 0})`);
    write(isSymbol ? `><svg${viewBox ? ` viewBox="${escape(viewBox)}"` : ""}>` : ">");
    if (isSymbol) children(shape, 0);
    else walk(shape, 0);
    write(isSymbol ? "</svg></g>" : "</g>");
    return true;
  };
  const parsed = (text) => new DOMParser().parseFromString(text, "image/svg+xml");

  const open = (element, tag, name, isHtml) => {
    write(`<${name}`);
    const ownStyle = isHtml ? state(element, tag) : null;
    const newStyle = name === "div" && tag === "p" ? looking(element, [...BOX, ...TEXT]) : ownStyle;
    for (const { name: key, value } of attributesOf(element)) {
      if (tag === "a" && name === "span" && key === "href") continue;
      if (key === "style" && newStyle !== null) continue;
      if (key === "popover" && newStyle !== null) continue;
      plainAttribute(element, tag, key, value);
    }
    if (newStyle !== null) plainAttribute(element, tag, "style", newStyle);
    write(">");
  };
  const shadow = (element, depth) => {
    const inside = shadowOf(element);
    if (!inside) return;
    write('<template shadowrootmode="open">');
    children(inside, depth);
    adopted(ShadowRoot, inside);
    write("</template>");
  };
  const children = (node, depth) => {
    for (let child = firstChild(node); child && !isFull(); child = nextSibling(child)) walk(child, depth + 1);
  };
  const inside = (element, tag, depth) => {
    if (tag === "textarea") return write(`\n${escape(element.value)}`);
    if (tag === "iframe" || tag === "frame" || tag === "canvas" || tag === "video" || tag === "audio") return;
    if (tag === "pre" || tag === "listing") write("\n");
    shadow(element, depth);
    children(element, depth);
    if (element === body) adopted(Document, document);
  };
  const walk = (node, depth) => {
    if (nodeType(node) === 3) return write(escape(node.data));
    if (nodeType(node) !== 1) return;
    if (--elements % 1000 === 0 && performance.now() > until) elements = 0;
    const tag = tagOf(node);
    const isHtml = namespaceOf(node) === XHTML;
    const plain = isHtml ? tag : tag.toLowerCase();
    if ((isHtml && OUT.has(tag)) || plain === "script") return dropped(node, tag, isHtml);
    if ((isHtml && OUT_UNSEEN.has(tag)) || isAnimatedAddress(node, tag)) return;
    if (plain === "style") return style(node);
    if (plain === "use" && sprite(node)) return;
    if (depth > limits.depth) return write(escape(node.textContent.slice(0, limits.attribute)));
    const safe = NAME.test(tag) ? (isHtml ? renamed(node, tag) : tag) : "span";
    const name = isHtml && isBrokenParagraph(node, tag) ? "div" : safe;
    open(node, tag, name, isHtml);
    if (isHtml && VOID.has(name)) return;
    const isLink = isHtml && name === "a";
    links += isLink;
    inside(node, isHtml ? tag : "", depth);
    links -= isLink;
    write(`</${name}>`);
  };

  const beginning = () => {
    const plain = /^[\w\s./:+-]*$/;
    if (!doctype) return "";
    const { publicId, systemId } = doctype;
    if (!publicId || !plain.test(publicId) || !plain.test(systemId)) return "<!DOCTYPE html>\n";
    return `<!DOCTYPE html PUBLIC "${publicId}"${systemId ? ` "${systemId}"` : ""}>\n`;
  };
  write(beginning());
  open(root, "html", "html", true);
  write("<head>");
  put("head");
  for (let child = firstChild(root); child && !isFull(); child = nextSibling(child)) {
    if (nodeType(child) !== 1) continue;
    if (tagOf(child) === "head") {
      children(child, 1);
      write("</head>");
    } else walk(child, 1);
  }
  write("</html>\n");
  pieces.push(pending);
  return { pieces, frames: used, sprites: [...missing], isCut: isFull() };
}

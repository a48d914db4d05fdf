// A document as it is shown now, cleaned of all that runs or asks for anything.
(dom, out, sheets, shown, limits, sprites, frames) => {
  const { own, tagOf, namespaceOf, firstChild, nextSibling, parentOf, root, body } = dom;
  const { write } = out;
  const words = (text) => new Set(text.split(" "));
  const XHTML = "http://www.w3.org/1999/xhtml";
  const SVG = "http://www.w3.org/2000/svg";
  const NAME = /^[a-z][\w.\-\u00b7\u00c0-\uffff]*$/i;
  const ATTRIBUTE = /^[a-z_:@][\w:.\-]*$/i;
  const OUT = words(
    "script noscript base object embed applet link meta template noembed noframes title portal fencedframe",
  );
  const OUT_UNSEEN = words("source track param");
  const VOID = words("area br col embed hr img input wbr");
  const ALONE = words("iframe frame canvas video audio");
  const OTHER_NAME = { xmp: "pre", listing: "pre", plaintext: "pre", frameset: "div", frame: "iframe" };
  // Without scripts a canvas shows what is inside it, and a video its controls.
  const AS_IMAGE = words("canvas video");
  const OUTER = words("html head body");
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
  const here = dom.url.split("#", 1)[0];
  const used = [];
  const missing = new Set();
  let links = 0;

  const link = (element, name, value) => {
    const url = dom.absolute(value, element);
    const isHere = value.trim().startsWith("#") || (url.includes("#") && url.split("#", 1)[0] === here);
    if (isHere) out.attribute(name, value.slice(value.indexOf("#")));
    else if (/^(https?|mailto|tel):/.test(url)) {
      out.attribute(name, url);
      if (limits.isFrame) write(' target="_blank"');
    }
  };
  const address = (element, tag, name, value) => {
    if (tag === "a" || tag === "area") link(element, name, value);
    else if (namespaceOf(element) !== SVG) return;
    else if (/^(image|feimage)$/i.test(tag)) out.resource(name, dom.absolute(value, element));
    else if (value.includes("#")) out.attribute(name, value.slice(value.indexOf("#")));
  };
  const attribute = (element, tag, name, value) => {
    if (value === null || !ATTRIBUTE.test(name) || NO_ATTRIBUTE.has(name) || /^on/i.test(name)) return;
    const isDrawing = namespaceOf(element) === SVG;
    const isLong = value.length > (name === "style" || isDrawing ? limits.drawing : limits.attribute);
    if (isLong) return;
    if (name === "href" || name === "xlink:href") address(element, tag, name, value);
    else if (name === "background") out.resource(name, dom.absolute(value, element));
    else if ((name === "style" || isDrawing) && /url\(|image-set\(/i.test(value)) {
      out.between(name, "style", value, dom.baseOf(element));
    } else out.attribute(name, value);
  };
  const frame = (element) => {
    const index = frames.indexOf(element);
    if (element.offsetWidth < 3 || element.offsetHeight < 3) return;
    write(' sandbox="allow-popups allow-popups-to-escape-sandbox"');
    if (index >= 0) {
      used.push(index);
      out.between("srcdoc", "frame", index);
    } else if (/^https?:/.test(element.src)) {
      const url = out.escape(element.src);
      out.attribute("srcdoc", `<a target="_blank" href="${url}">${url}</a>`);
    }
  };

  // Names that a parser would not leave where they stand.
  const isBrokenParagraph = (element) => {
    for (let child = firstChild(element); child; child = nextSibling(child)) {
      if (CLOSES_PARAGRAPH.has(tagOf(child))) return true;
    }
    return false;
  };
  const nameOf = (element, tag, isHtml) => {
    if (!NAME.test(tag)) return "span";
    if (!isHtml) return tag;
    if (tag === "a" && links) return "span";
    if (tag === "p" && isBrokenParagraph(element)) return "div";
    if (OUTER.has(tag) && element !== root && element !== body) return "div";
    return AS_IMAGE.has(tag) ? "img" : (OTHER_NAME[tag] ?? tag);
  };
  const open = (element, tag, name, isHtml) => {
    write(`<${name}`);
    if (isHtml && name === "iframe") frame(element);
    const state = isHtml ? shown.state(element, tag) : null;
    const style = tag === "p" && name === "div" ? shown.looking(element) : state;
    for (const key of dom.attributesOf(element)) {
      const isReplaced = key === "style" && style !== null;
      if (!isReplaced && !(key === "href" && name === "span")) attribute(element, tag, key, own(element, key));
    }
    if (style !== null) attribute(element, tag, "style", style);
    write(">");
  };
  const children = (node, depth) => {
    for (let child = firstChild(node); child && !out.isFull(); child = nextSibling(child)) walk(child, depth + 1);
  };
  const inside = (element, tag, depth) => {
    if (ALONE.has(tag)) return;
    if (tag === "textarea") return out.text(`\n${element.value}`);
    if (tag === "pre" || tag === "listing") write("\n");
    const shadow = dom.shadowOf(element);
    if (shadow) {
      write('<template shadowrootmode="open">');
      children(shadow, depth);
      sheets.adopted(shadow, dom.sheetsOf.shadow(shadow));
      write("</template>");
    }
    children(element, depth);
    if (element === body) sheets.adopted(document, dom.sheetsOf.document(document));
  };

  // Elements that are left out, with what has to stand for them.
  const instead = (element, tag, isHtml) => {
    const name = (own(element, "name") || "").toLowerCase();
    if (isHtml && tag === "meta" && /^(viewport|color-scheme)$/.test(name)) {
      write(`<meta name="${name}" content="${out.escape(own(element, "content") || "")}">`);
    } else if (isHtml && tag === "link" && element.sheet) sheets.ofLink(element);
    else if (isHtml && /^(object|embed)$/.test(tag) && /^image\//.test(element.type)) {
      write("<img");
      attribute(element, tag, "style", shown.sized(element));
      out.resource("src", dom.addressIn(element, tag === "object" ? "data" : "src"));
      write(">");
    } else if (isHtml && body?.contains(element)) write("<template></template>"); // for :nth-child and +
  };
  const isAnimatedAddress = (element, tag) =>
    /^(animate|set)/i.test(tag) && /href|^on|src/i.test(own(element, "attributeName") || "");
  // A shape that stands in another file, in its place.
  const sprite = (element) => {
    const [url, id] = (dom.addressIn(element, "href") || dom.addressIn(element, "xlink:href")).split("#");
    if (!id || url === here) return false;
    if (!Object.hasOwn(sprites, url)) return missing.add(url) && false;
    const file = new DOMParser().parseFromString(sprites[url], "image/svg+xml");
    const shape = file.getElementById(id);
    if (!shape) return false;
    write("<g");
    for (const name of ["class", "style"]) attribute(element, "g", name, own(element, name) || "");
    const [x, y] = ["x", "y"].map((name) => parseFloat(own(element, name)) || 0);
    write(` transform="translate(${x},${y})">`);
    if (tagOf(shape) === "symbol") {
      write("<svg");
      for (const name of ["viewBox", "preserveAspectRatio"]) {
        if (own(shape, name)) out.attribute(name, own(shape, name));
      }
      write(">");
      children(shape, 0);
      write("</svg>");
    } else walk(shape, 0);
    write("</g>");
    return true;
  };
  const isOut = (tag, isHtml) => (isHtml ? OUT.has(tag) : /^script$/i.test(tag));
  const isUnseen = (element, tag, isHtml) => (isHtml ? OUT_UNSEEN.has(tag) : isAnimatedAddress(element, tag));
  const walk = (node, depth) => {
    if (dom.isText(node)) return out.text(node.data);
    if (!dom.isElement(node)) return;
    out.countElement();
    const tag = tagOf(node);
    const isHtml = namespaceOf(node) === XHTML;
    if (isOut(tag, isHtml)) return instead(node, tag, isHtml);
    if (isUnseen(node, tag, isHtml)) return;
    if (tag === "style") return sheets.ofStyle(node, isHtml);
    if (tag === "use" && sprite(node)) return;
    if (depth > limits.depth) return out.text(node.textContent);
    const name = nameOf(node, tag, isHtml);
    open(node, tag, name, isHtml);
    if (isHtml && VOID.has(name)) return;
    links += isHtml && name === "a";
    inside(node, isHtml ? tag : "", depth);
    links -= isHtml && name === "a";
    write(`</${name}>`);
  };

  const doctype = () => {
    if (!dom.doctype) return "";
    const { publicId, systemId } = dom.doctype;
    const isPlain = publicId && [publicId, systemId].every((id) => /^[\w\s./:+-]*$/.test(id));
    const ids = isPlain ? ` PUBLIC "${publicId}"${systemId && ` "${systemId}"`}` : "";
    return `<!DOCTYPE html${ids}>\n`;
  };
  write(doctype());
  open(root, "html", "html", true);
  write("<head>");
  out.put("head");
  for (let child = firstChild(root); child && !out.isFull(); child = nextSibling(child)) {
    if (tagOf(child) !== "head") walk(child, 1);
    else {
      children(child, 1);
      write("</head>");
    }
  }
  write("</html>\n");
  return { pieces: out.finished(), frames: used, sprites: [...missing], isCut: out.isFull() };
}

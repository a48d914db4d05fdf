// What both tidying scripts build on: going through a page, shadow trees included, and weighing what is on it.
// They run in a world of their own, so nothing that a page does to its own functions reaches them.
const MAX_ELEMENTS = 20000;
const UNDIVIDED = /^(svg|pre|tbody|script|style|select|textarea)$/i;

let changes = 0;
const important = (element, styles) => {
  changes += 1;
  for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value, "important");
};
const lettersOf = (text) => (text || "").replace(/\s+/g, "").length;
const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null;

// Every element that is laid out, parents first, with its computed style; `visit` may answer false to go no deeper.
const walk = (root, visit) => {
  let left = MAX_ELEMENTS;
  const descend = (parent) => {
    for (const child of parent.children) {
      if (left-- <= 0) return;
      if (UNDIVIDED.test(child.tagName)) continue;
      const style = getComputedStyle(child);
      if (style.display === "none" || visit(child, style) === false) continue;
      if (child.shadowRoot) descend(child.shadowRoot);
      if (child.firstElementChild) descend(child);
    }
  };
  descend(root);
};

// A part of a page with the shadow trees in it, which neither innerText nor querySelectorAll looks into.
const treesIn = (root) => {
  const trees = [root];
  for (const tree of trees) {
    if (tree.shadowRoot) trees.push(tree.shadowRoot);
    for (const element of tree.querySelectorAll("*")) if (element.shadowRoot) trees.push(element.shadowRoot);
    if (trees.length > 200) break;
  }
  return trees;
};
const findAll = (root, selector) => treesIn(root).flatMap((tree) => [...tree.querySelectorAll(selector)]);
const textOf = (root) =>
  treesIn(root)
    .map((tree) => tree.innerText ?? [...tree.children].map((child) => child.innerText ?? "").join("\n"))
    .join("\n");

const isBigPicture = (picture) => {
  const { width, height } = picture.getBoundingClientRect();
  return width >= 200 && height >= 150;
};
// How much there is to see; a picture counts like a few lines.
const weightOf = (root) =>
  lettersOf(textOf(root)) + 100 * findAll(root, "img, video, canvas, svg").filter(isBigPicture).length;

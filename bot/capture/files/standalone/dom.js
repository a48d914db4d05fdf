// Reading a document by the getters of the prototypes: a page can name form fields after properties.
() => {
  const getter = (type, name) => {
    const { get } = Object.getOwnPropertyDescriptor(type.prototype, name);
    return (object) => get.call(object);
  };
  const baseOf = getter(Node, "baseURI");
  const nodeType = getter(Node, "nodeType");
  const localName = getter(Element, "localName");
  const absolute = (written, node) => {
    try {
      return new URL(written, baseOf(node)).href;
    } catch {
      return "";
    }
  };
  return {
    absolute,
    baseOf,
    firstChild: getter(Node, "firstChild"),
    nextSibling: getter(Node, "nextSibling"),
    parentOf: getter(Node, "parentNode"),
    isElement: (node) => nodeType(node) === 1,
    isText: (node) => nodeType(node) === 3,
    tagOf: (node) => (node && nodeType(node) === 1 ? localName(node) : ""),
    namespaceOf: getter(Element, "namespaceURI"),
    attributesOf: (element) => Element.prototype.getAttributeNames.call(element),
    shadowOf: getter(Element, "shadowRoot"),
    sheetsOf: { document: getter(Document, "adoptedStyleSheets"), shadow: getter(ShadowRoot, "adoptedStyleSheets") },
    root: getter(Document, "documentElement")(document),
    body: getter(Document, "body")(document),
    doctype: getter(Document, "doctype")(document),
    url: getter(Document, "URL")(document),
    own: (element, name) => Element.prototype.getAttribute.call(element, name),
    is: (element, selector) => Element.prototype.matches.call(element, selector),
    // An address of an element's attribute, absolute; empty if it has none.
    addressIn: (element, name) => {
      const written = Element.prototype.getAttribute.call(element, name);
      return written ? absolute(written, element) : "";
    },
  };
}

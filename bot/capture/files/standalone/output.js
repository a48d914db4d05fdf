// The pieces of a document while they are written: HTML, and lists that name what belongs between.
(limits) => {
  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u00a0": "&nbsp;", "\r": "&#13;" };
  const SPECIAL = /[&<>"\u00a0\r]/;
  const until = performance.now() + limits.milliseconds;
  const pieces = [];
  let pending = "";
  let characters = limits.characters;
  let elements = limits.elements;

  const escape = (text) => {
    if (!SPECIAL.test(text)) return text;
    return Object.entries(ESCAPED).reduce((escaped, [character, entity]) => escaped.replaceAll(character, entity), text);
  };
  const write = (html) => {
    characters -= html.length;
    pending += html;
  };
  const put = (...piece) => {
    for (const part of piece) characters -= part.length || 0;
    if (pending) pieces.push(pending);
    pending = "";
    pieces.push(piece);
  };
  const between = (name, ...piece) => {
    write(` ${name}="`);
    put(...piece);
    write('"');
  };
  return {
    escape,
    write,
    put,
    attribute: (name, value) => write(` ${name}="${escape(value)}"`),
    // An attribute whose address is replaced by what is there.
    resource: (name, url) => between(name, "url", url),
    between,
    text: (text) => write(escape(text.slice(0, Math.max(0, characters)))),
    countElement: () => {
      if (--elements % 1000 === 0 && performance.now() > until) elements = 0;
    },
    isFull: () => characters <= 0 || elements <= 0,
    finished: () => (pending ? [...pieces, pending] : pieces),
  };
}

// The style sheets that a document uses at present, each where it stands.
(dom, out) => {
  // No script may read the rules of another host's sheet, nor, where <base> names another host, those of its own.
  const rulesOf = (sheet) => {
    try {
      return [...sheet.cssRules];
    } catch {
      return null;
    }
  };
  const textOf = (sheet) => (rulesOf(sheet) || []).map((rule) => rule.cssText).join("\n");
  // Rules that scripts have put in are no part of the text; of rules with var() only the text is whole.
  const isAsWritten = (sheet, text) => {
    const copy = new CSSStyleSheet();
    copy.replaceSync(text);
    const rules = rulesOf(sheet)?.filter((rule) => !(rule instanceof CSSImportRule));
    return !rules || rules.length === copy.cssRules.length;
  };
  const style = (sheet, ...piece) => {
    const media = sheet.media.mediaText;
    out.write(media && media !== "all" ? `<style media="${out.escape(media)}">` : "<style>");
    out.put(...piece);
    out.write("</style>");
  };
  const isUsed = (element) => element.sheet && !element.sheet.disabled;
  return {
    ofStyle: (element, isHtml) => {
      if (!isUsed(element)) return out.write("<style></style>");
      const written = element.textContent;
      const text = written.trim() && isAsWritten(element.sheet, written) ? written : textOf(element.sheet);
      style(element.sheet, isHtml ? "css" : "svg-css", text, dom.baseOf(element));
    },
    ofLink: (element) => {
      if (!isUsed(element) || element.relList.contains("alternate")) return out.write("<style></style>");
      const { sheet } = element;
      if (/^https?:/.test(sheet.href)) style(sheet, "sheet", sheet.href);
      else style(sheet, "css", textOf(sheet), dom.baseOf(element));
    },
    adopted: (scope, sheets) => {
      for (const sheet of sheets) {
        if (!sheet.disabled) style(sheet, "css", textOf(sheet), dom.baseOf(scope));
      }
    },
  };
}

// A document that is a picture shows it as large as the screen, on a ground that tells transparency from white;
// the head of a very tall one is shown, for the whole would be a thread. Bare text is made large enough for a card.
() => {
  const root = document.documentElement;
  const ground = "repeating-conic-gradient(#e4e4e4 0 25%, #fff 0 50%) 0 0 / 32px 32px";
  const whole = (image) => {
    const isTall = image.naturalHeight > 2.5 * image.naturalWidth;
    const [across, down] = [innerWidth / image.naturalWidth, innerHeight / image.naturalHeight];
    const scale = isTall ? Math.min(across, 1.5) : Math.min(across, down, 8);
    const [width, height] = [image.naturalWidth * scale, image.naturalHeight * scale];
    document.body.style.cssText = "margin: 0; background: #f4f4f4; display: block; height: auto";
    image.style.cssText =
      `display: block; width: ${width}px; height: ${height}px; position: static;` +
      `margin: ${Math.max((innerHeight - height) / 2, 0)}px auto 0;` +
      `max-width: none; max-height: none; background: ${ground};` +
      `image-rendering: ${scale > 4 ? "pixelated" : "auto"}; cursor: default`;
  };
  if (root.localName === "svg" && root.namespaceURI === "http://www.w3.org/2000/svg") {
    const [width, height] = [root.width.baseVal.value, root.height.baseVal.value];
    if (!root.hasAttribute("viewBox")) root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    root.setAttribute("width", "100%");
    root.setAttribute("height", "100%");
    root.style.background = ground;
    return;
  }
  const only = document.body?.firstElementChild;
  if (document.contentType.startsWith("image/") && only?.localName === "img") whole(only);
  if (document.contentType !== "text/html" && only?.localName === "pre") {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("@media screen { body > pre { font-size: 22px; line-height: 1.4; padding: 16px } }");
    document.adoptedStyleSheets = [sheet];
  }
}

// What elements show beyond their attributes: chosen pictures, drawings, what was typed, what was opened.
(dom, out, limits) => {
  const { own, is, absolute, addressIn } = dom;
  const words = (text) => text.split(" ");
  const PLACE = words("display position top right bottom left float");
  const BOX = words(
    "z-index margin-top margin-right margin-bottom margin-left padding border-top border-right border-bottom border-left " +
      "border-radius background-color box-shadow opacity transform vertical-align flex align-self grid-area object-fit",
  );
  const TEXT = words("font-style font-weight font-size font-family line-height color text-align text-indent");
  const ON_TOP = ["modal", "popover-open"]; // what stands in for these is in stylesheets.py
  const HIGHEST = "2147483647";
  let pictures = limits.canvases;

  // The style of an element that is written as another one or in another place, so that it looks as it does now.
  const looking = (element, properties) => {
    const style = getComputedStyle(element);
    const now = properties.map((name) => `${name}:${style.getPropertyValue(name)}`);
    return [own(element, "style") || "", ...now].join(";");
  };
  const sized = (element, properties) => {
    const { offsetWidth: width, offsetHeight: height } = element;
    const size = width && height ? `;width:${width}px;max-width:100%;height:auto;aspect-ratio:${width}/${height}` : "";
    return `${looking(element, properties)};box-sizing:border-box${size}`;
  };

  const drawn = (width, height, draw) => {
    if (!(width * height > 0) || width * height > limits.pixels || pictures-- <= 0) return "";
    try {
      return draw();
    } catch {
      return ""; // it has something of another host in it, which nobody may read
    }
  };
  const present = (video) => {
    const canvas = Document.prototype.createElement.call(document, "canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.8);
  };
  const canvas = (element) => {
    const image = drawn(element.width, element.height, () => element.toDataURL());
    if (image) out.attribute("src", image);
    return sized(element, [...PLACE, ...BOX]);
  };
  const video = (element) => {
    const poster = addressIn(element, "poster");
    const isRunning = element.currentTime > 0 || !poster;
    const image = isRunning && drawn(element.videoWidth, element.videoHeight, () => present(element));
    if (image) out.attribute("src", image);
    else if (poster) out.resource("src", poster);
    return sized(element, [...PLACE, ...BOX]);
  };

  // How many pixels of the chosen picture make one CSS pixel.
  const density = (image) => {
    const around = dom.parentOf(image);
    const sources = dom.tagOf(around) === "picture" ? [...around.querySelectorAll("source")] : [];
    for (const source of [image, ...sources]) {
      const written = own(source, "srcset") || "";
      // "a.png 1x, b.png 2x": words that are an address and a number by turns
      const parts = written.length > limits.attribute ? [] : written.replace(/([wx]),/g, "$1 ").match(/[^\s]+/g) || [];
      for (const [index, part] of parts.entries()) {
        const number = parseFloat(part);
        if (!/^[\d.]+[wx]$/.test(part) || absolute(parts[index - 1] ?? "", image) !== image.currentSrc) continue;
        return part.endsWith("x") ? number : number / image.naturalWidth;
      }
    }
    return 1;
  };
  const picture = (image) => {
    const url = image.currentSrc || addressIn(image, "src");
    const scale = density(image);
    if (!url) return;
    if (!Number.isFinite(scale) || Math.abs(scale - 1) < 0.01) return out.resource("src", url);
    out.write(' srcset="');
    out.put("url", url);
    out.write(` ${scale.toFixed(4)}x"`);
  };
  const value = (element) => {
    if (own(element, "value") !== null) out.attribute("value", own(element, "value"));
  };
  const input = (element) => {
    if (element.type === "image") out.resource("src", addressIn(element, "src"));
    else if (element.type === "checkbox" || element.type === "radio") {
      value(element);
      if (element.checked) out.write(" checked");
    } else if (!/^(password|hidden|file)$/.test(element.type)) {
      out.attribute("value", element.value.slice(0, limits.attribute));
    }
  };
  const option = (element) => {
    value(element);
    if (element.selected) out.write(" selected");
  };
  const audio = (element) => {
    if (element.controls) out.write(" controls");
  };
  const OF_TAG = { img: picture, input, option, audio, canvas, video, button: value, li: value, meter: value, progress: value };

  return {
    looking: (element) => looking(element, [...PLACE, ...BOX, ...TEXT]),
    sized: (element) => sized(element, [...PLACE, ...BOX]),
    // Writes attributes; gives the style that is to stand instead of the element's own, if any.
    state: (element, tag) => {
      if (Object.hasOwn(OF_TAG, tag)) return OF_TAG[tag](element) ?? null;
      if (tag !== "dialog" && own(element, "popover") === null) return null;
      const layer = ON_TOP.find((name) => is(element, `:${name}`));
      if (!layer) return null;
      out.write(` data-tagshot-${layer}`);
      return `${looking(element, PLACE)};z-index:${HIGHEST}`;
    },
  };
}

// Bring in what loads only when it is seen. Gives whether there was more to see than the first screen.
async ({ maxHeight }) => {
  for (const element of document.querySelectorAll("img[loading=lazy], iframe[loading=lazy]")) {
    element.loading = "eager";
  }
  for (const image of document.querySelectorAll("img[data-src], img[data-original], img[data-lazy-src]")) {
    const source = image.dataset.src || image.dataset.original || image.dataset.lazySrc;
    const shown = image.getAttribute("src") || "";
    if (source && (!shown || shown.startsWith("data:"))) image.src = source;
  }
  const root = document.scrollingElement || document.documentElement;
  // Where no script can watch, only what is drawn as late as it comes near is brought in: that is 1.5 screens ahead.
  // A script may have taken itself away, but what it waits for keeps its address in the page.
  const runs = ({ type }) => !type || /script|module/i.test(type);
  const hasAttribute = (condition) => document.evaluate(`boolean(//@*[${condition}])`, document).booleanValue;
  const mayWatch =
    [...document.scripts].some(runs) ||
    document.querySelector("iframe, frame, object, embed") ||
    hasAttribute("starts-with(name(), 'on')") ||
    hasAttribute("starts-with(name(), 'data-') and (contains(., '/') or contains(., '.'))");
  const step = Math.max(200, Math.floor(innerHeight * (mayWatch ? 0.9 : 3)));
  if (root.scrollHeight <= innerHeight) return false;
  // each place is drawn once, because what watches for being seen is told only then
  for (let top = step; top < Math.min(root.scrollHeight, maxHeight); top += step) {
    root.scrollTo({ top, behavior: "instant" });
    await new Promise(requestAnimationFrame);
  }
  root.scrollTo({ top: 0, behavior: "instant" });
  return true;
}

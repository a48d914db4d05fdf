// What the page says of itself, read once it has settled.
({ maxCharacters }) => {
  const content = (selector) => document.querySelector(selector)?.content?.trim() || "";
  const text = (document.body?.innerText || "").slice(0, maxCharacters);
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width >= 50 && box.height >= 30;
  };
  const pictures = document.querySelectorAll("img, svg, canvas, video, iframe, frame, embed, object");
  return {
    url: location.href,
    title:
      content('meta[property="og:title"]') ||
      document.title.trim() ||
      document.querySelector("h1")?.innerText?.trim() ||
      "",
    text,
    has_picture: [...pictures].some(isSeen),
    has_password_field: [...document.querySelectorAll("input[type=password]")].some(isSeen),
    element_count: document.getElementsByTagName("*").length,
  };
}

// What the page says of itself, read once it has settled.
({ maxCharacters, maxMenuParts }) => {
  const content = (selector) => document.querySelector(selector)?.content?.trim() || "";
  const text = (document.body?.innerText || "").slice(0, maxCharacters);
  const isSeen = (element) => {
    const box = element.getBoundingClientRect();
    return box.width >= 50 && box.height >= 30;
  };
  const checks = [
    "#challenge-form, #challenge-running, #cf-challenge-running, #challenge-error-text",
    'iframe[src*="captcha-delivery.com"], iframe[src*="_Incapsula_Resource"]',
    "#px-captcha, #sec-if-cpt-container, awswaf-captcha, #nc_1_n1z, #tcaptcha_iframe",
  ];
  const boxes = [
    '.cf-turnstile, .h-captcha, .g-recaptcha, [class*="geetest"], [id*="captcha"]',
    'iframe[src*="captcha"], iframe[title*="captcha" i]',
  ];
  const menus = document.querySelectorAll("nav, footer, [role=navigation], a, button, label, select");
  // Where there is much to read, nobody asks which of it is a menu.
  const menu = text.length > 20_000 ? [] : [...menus].slice(0, maxMenuParts).map((part) => part.innerText || "");
  const hasPrice = /"isAccessibleForFree"\s*:\s*(false|"false")/i;
  const facts = [...document.querySelectorAll('script[type="application/ld+json"]')];
  const pictures = document.querySelectorAll("img, svg, canvas, video, iframe, frame, embed, object");
  return {
    url: location.href,
    title:
      content('meta[property="og:title"]') ||
      document.title.trim() ||
      document.querySelector("h1")?.innerText?.trim() ||
      "",
    text,
    menu: menu.join("\n").slice(0, maxCharacters),
    has_picture: [...pictures].some(isSeen),
    has_password_field: [...document.querySelectorAll("input[type=password]")].some((field) => field.checkVisibility()),
    // Whole-page checks only: the small ones are part of many an honest form.
    has_robot_check: document.querySelector(checks.join(", ")) !== null,
    has_robot_box: document.querySelector(boxes.join(", ")) !== null,
    has_code: document.querySelector("pre, code") !== null && !text.trim().startsWith("{"),
    is_for_payers: facts.some((script) => hasPrice.test(script.textContent)),
    element_count: document.getElementsByTagName("*").length,
  };
}

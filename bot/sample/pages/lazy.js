// Loads a picture when it comes near the window, as many sites do: a capture that does not scroll misses it.
const watcher = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    target.src = target.dataset.src;
    watcher.unobserve(target);
  }
}, { rootMargin: "200px" });

for (const picture of document.querySelectorAll("img[data-src]")) watcher.observe(picture);

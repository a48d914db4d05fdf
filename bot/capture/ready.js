// Wait for fonts and for images to be decoded, but not for ever.
async ({ timeoutMilliseconds }) => {
  const decoded = [...document.images]
    .filter((image) => image.currentSrc)
    .map((image) => image.decode().catch(() => undefined));
  const late = new Promise((resolve) => setTimeout(resolve, timeoutMilliseconds));
  await Promise.race([Promise.all([document.fonts.ready, ...decoded]), late]);
}

// End what fades in, and wait for fonts and for images to be decoded, but not for ever.
async ({ timeoutMilliseconds, longestAnimation }) => {
  for (const animation of document.getAnimations()) {
    const { endTime } = animation.effect?.getComputedTiming() ?? {};
    const left = endTime - (animation.currentTime ?? 0);
    if (animation.playState === "running" && left <= longestAnimation) animation.finish();
  }
  const decoded = [...document.images]
    .filter((image) => image.currentSrc)
    .map((image) => image.decode().catch(() => undefined));
  const late = new Promise((resolve) => setTimeout(resolve, timeoutMilliseconds));
  await Promise.race([Promise.all([document.fonts.ready, ...decoded]), late]);
}

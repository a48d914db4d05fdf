// Tells which elements are not as the page's author of these tests wants them. `step` is before, cleared or unrolled.
(step) => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap((one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
  const isDrawn = (element) => {
    const box = element.getBoundingClientRect();
    const isStyled = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    return isStyled && box.width > 0 && box.height > 0;
  };
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host;
  const isCut = (element) => {
    const box = element.getBoundingClientRect();
    for (let outer = parentOf(element); outer && outer !== document.body; outer = parentOf(outer)) {
      if (outer.clientHeight < outer.scrollHeight && getComputedStyle(outer).overflowY !== "visible") {
        if (box.bottom > outer.getBoundingClientRect().bottom + 1) return true;
      }
      if (getComputedStyle(outer).maskImage !== "none") return true;
    }
    return element.scrollHeight > element.clientHeight + 4 && getComputedStyle(element).overflowY !== "visible";
  };
  const isOff = (element) => {
    const { left, top } = element.getBoundingClientRect();
    return left >= document.documentElement.clientWidth || top + scrollY < 0;
  };
  const wanted = {
    gone: { before: isDrawn, cleared: (one) => !isDrawn(one), unrolled: (one) => !isDrawn(one) },
    stays: { before: isDrawn, cleared: isDrawn, unrolled: (one) => isDrawn(one) && !isOff(one) },
    opened: { unrolled: (one) => isDrawn(one) && !isCut(one) && !isOff(one) },
    closed: { unrolled: (one) => !isDrawn(one) || one.getBoundingClientRect().height < 2 || isCut(one) },
  };
  const describe = (one) => `${one.dataset.test ?? "data"} ${step}: ${one.outerHTML.slice(0, 120)}`;
  const wrong = all(document).filter((one) => {
    if (one.dataset.test && wanted[one.dataset.test][step]?.(one) === false) return true;
    if ("clipped" in one.dataset && !isCut(one)) return true;
    return one.dataset.height && step !== "before" && Math.abs(one.offsetHeight - one.dataset.height) > 1;
  });
  const problems = wrong.map(describe);
  if (step === "unrolled") {
    const repeated = all(document.body).filter((one) => /fixed|sticky/.test(getComputedStyle(one).position) && isDrawn(one));
    problems.push(...repeated.map((one) => `repeated: ${one.outerHTML.slice(0, 120)}`));
    const height = document.documentElement.scrollHeight;
    if (height > 30000) problems.push(`the page is ${height} pixels high`);
  }
  if (/was fired/.test(document.title)) problems.push(document.title);
  return problems;
}

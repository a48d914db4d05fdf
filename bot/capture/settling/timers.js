// Keeps account of the page's timers, in the page's own world and from its very beginning; what they do stays the same.
// NAME becomes a function that gives the milliseconds until the last timer that is due within HORIZON has run.
(() => {
  const HORIZON = 500;
  // A page that has started more timers than this counts as busy.
  const MAX_TIMERS = 1000;
  const { apply } = Reflect;
  const { now } = Performance.prototype;
  const clock = performance;
  const due = { __proto__: null };
  const repeated = { __proto__: null };
  let started = 0;

  const follow = (name, note) => {
    const handler = {
      apply(target, self, values) {
        const result = apply(target, self, values);
        note(result, values);
        return result;
      },
    };
    globalThis[name] = new Proxy(globalThis[name], handler);
  };
  const startIn = (book) => (id, [, delay]) => {
    started += 1;
    if (started < MAX_TIMERS && !(delay > HORIZON)) book[id] = apply(now, clock, []) + (+delay || 0);
  };
  const end = (_, [id]) => {
    delete due[id];
    delete repeated[id];
  };
  follow("setTimeout", startIn(due));
  follow("setInterval", startIn(repeated));
  follow("clearTimeout", end);
  follow("clearInterval", end);

  const remaining = () => {
    if (started >= MAX_TIMERS) return HORIZON;
    for (const _ in repeated) return HORIZON;
    const at = apply(now, clock, []);
    let longest = 0;
    for (const id in due) {
      if (due[id] < at) delete due[id];
      else if (due[id] - at > longest) longest = due[id] - at;
    }
    return longest;
  };
  Object.defineProperty(globalThis, "NAME", { value: remaining });
})();

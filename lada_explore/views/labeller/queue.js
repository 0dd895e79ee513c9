// Actions on their way to the kernel: numbered, one at a time, in order, and sent again until acknowledged. Those that were
// not sent when the kernel ends or the page goes are kept in the browser for the same run's next labeller.

const AGAIN_MS = 4000;

/** Where what was not saved of a run waits for its next labeller. Without a name for the run it keeps nothing. */
export function leftBehind(run) {
  const key = `lada-unsaved:${run}`;
  const read = () => JSON.parse(localStorage.getItem(key)) ?? [];
  const guarded = (call, otherwise) => {
    try {
      return run ? call() : otherwise;
    } catch {
      return otherwise; // no storage, or a full one
    }
  };
  return {
    /** How many are kept. What was under way may have been done, so of that only what bears repeating is. */
    keep(actions, underWay = []) {
      const repeated = underWay.filter(({ name }) => !["undo", "add_class"].includes(name));
      const kept = [...repeated, ...actions].filter(({ name }) => name !== "go_on");
      return guarded(() => {
        if (kept.length) localStorage.setItem(key, JSON.stringify([...read(), ...kept]));
        return kept.length;
      }, 0);
    },
    /** The actions that were kept, which nobody gets a second time. */
    take: () =>
      guarded(() => {
        const kept = read();
        localStorage.removeItem(key);
        return Array.isArray(kept) ? kept : [];
      }, []),
  };
}

/**
 * @param send posts a message to the kernel
 * @param changed is called whenever what waits has changed
 */
export function actionQueue(send, changed) {
  const page = crypto.randomUUID?.() ?? `${Math.random()}-${Date.now()}`;
  let waiting = []; // [{seq, action, failed}], the first one is under way
  let seq = 0;
  let since = 0;
  let timer = null;
  let ended = false;
  let lost = "";

  const post = () => {
    clearTimeout(timer);
    const first = waiting[0];
    if (ended || !first || first.failed) return;
    since ||= Date.now();
    send({ type: "act", page, seq: first.seq, ...first.action });
    timer = setTimeout(() => {
      post();
      changed();
    }, AGAIN_MS);
  };

  return {
    page,
    get waiting() {
      return waiting;
    },
    /** The sentence of a refused action; everything behind it waits, since it may build on it. */
    get failed() {
      return waiting[0]?.failed ?? "";
    },
    /** How long the kernel has been silent. */
    get silentMs() {
      return since ? Date.now() - since : 0;
    },
    /** What became of the actions that an ended kernel left behind, in a sentence; empty where it left none. */
    get lost() {
      return lost;
    },
    /** The kernel has ended: nothing is sent any more. `keep` keeps actions and says how many. */
    lose(keep) {
      ended = true;
      clearTimeout(timer);
      const [first, ...others] = waiting.map(({ action }) => action);
      const kept = keep(others, first ? [first] : []);
      const sent = kept
        ? "kept in this browser, and sent when this cell has been run again"
        : "answer again when this cell has been run";
      if (waiting.length) lost = `${waiting.length} not saved: ${sent}.`;
      changed();
    },
    push(action) {
      waiting.push({ seq: (seq += 1), action, failed: "" });
      if (waiting.length === 1) post();
      changed();
    },
    /** Returns the acknowledged action, null for one that was acknowledged before. */
    acknowledge(message) {
      const first = waiting[0];
      if (message.page !== page || !first || message.seq !== first.seq) return null;
      clearTimeout(timer);
      since = 0;
      if (message.ok) waiting = waiting.slice(1);
      else first.failed = message.say;
      post();
      changed();
      return message.ok ? first.action : null;
    },
    again() {
      const first = waiting[0];
      if (!first) return;
      first.failed = "";
      first.seq = seq += 1; // the kernel deals with each number once
      for (const later of waiting.slice(1)) later.seq = seq += 1;
      post();
      changed();
    },
    drop() {
      waiting = waiting.slice(1);
      post();
      changed();
    },
    /** The view goes: the first has been sent to a kernel that answers, and `keep` keeps those behind it. */
    leave(keep) {
      clearTimeout(timer);
      if (!ended) keep(waiting.slice(1).map(({ action }) => action));
      ended = true;
    },
  };
}

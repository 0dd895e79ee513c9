// Actions on their way to the kernel: numbered, one at a time, in order, and sent again until acknowledged.

const AGAIN_MS = 4000;

/**
 * @param send posts a message to the kernel
 * @param changed is called whenever what waits has changed
 */
function actionQueue(send, changed) {
  const page = crypto.randomUUID?.() ?? `${Math.random()}-${Date.now()}`;
  let waiting = []; // [{seq, action, failed}], the first one is under way
  let seq = 0;
  let since = 0;
  let timer = null;

  const post = () => {
    clearTimeout(timer);
    const first = waiting[0];
    if (!first || first.failed) return;
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
    stop: () => clearTimeout(timer),
  };
}

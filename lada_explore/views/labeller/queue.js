// Actions on their way to the kernel: numbered, one at a time, in order, and sent again until acknowledged. Those that were
// not sent when the kernel ends or the page goes are kept in the browser for the same run's next labeller.

/** @import { Acknowledgement, Action } from "./state.js" */

/** @typedef {{ seq: number, action: Action, failed: string }} Waiting an action, and the sentence that refused it */

const AGAIN_MS = 4000;

/** Where what was not saved of a run waits for its next labeller. Without a name for the run it keeps nothing. */
export class LeftBehind {
  /** @param {string} run */
  constructor(run) {
    this.run = run;
    this.key = `lada-unsaved:${run}`;
  }

  /**
   * Returns how many are kept. What was under way may have been done, so of that only what bears repeating is.
   *
   * @param {Action[]} actions
   * @param {Action[]} underWay
   */
  keep(actions, underWay = []) {
    const repeated = underWay.filter(({ name }) => !["undo", "add_class", "end_seed_round"].includes(name));
    const kept = [...repeated, ...actions].filter(({ name }) => name !== "go_on");
    return this.guarded(() => {
      if (kept.length) localStorage.setItem(this.key, JSON.stringify([...this.read(), ...kept]));
      return kept.length;
    }, 0);
  }

  /**
   * The actions that were kept, which nobody gets a second time.
   *
   * @returns {Action[]}
   */
  take() {
    return this.guarded(() => {
      const kept = this.read();
      localStorage.removeItem(this.key);
      return Array.isArray(kept) ? kept : [];
    }, []);
  }

  read() {
    return JSON.parse(localStorage.getItem(this.key) ?? "null") ?? [];
  }

  /**
   * @template T
   * @param {() => T} call
   * @param {T} otherwise for a run without a name, and where there is no storage, or a full one
   */
  guarded(call, otherwise) {
    try {
      return this.run ? call() : otherwise;
    } catch {
      return otherwise;
    }
  }
}

/** What waits to be saved, in order. */
export class ActionQueue {
  /**
   * @param {(message: object) => void} send posts a message to the kernel
   * @param {() => void} changed is called whenever what waits has changed
   */
  constructor(send, changed) {
    this.send = send;
    this.changed = changed;
    this.page = crypto.randomUUID?.() ?? `${Math.random()}-${Date.now()}`;
    /** @type {Waiting[]} the first one is under way */
    this.waiting = [];
    /** What became of the actions that an ended kernel left behind, in a sentence; empty where it left none. */
    this.lost = "";
    this.seq = 0;
    this.since = 0;
    this.ended = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** The sentence of a refused action; everything behind it waits, since it may build on it. */
  get failed() {
    return this.waiting[0]?.failed ?? "";
  }

  /** How long the kernel has been silent. */
  get silentMs() {
    return this.since ? Date.now() - this.since : 0;
  }

  /** @param {Action} action */
  push(action) {
    this.seq += 1;
    this.waiting.push({ seq: this.seq, action, failed: "" });
    if (this.waiting.length === 1) this.post();
    this.changed();
  }

  /** Sends what is under way, now and until it is acknowledged. */
  post() {
    clearTimeout(this.timer);
    const first = this.waiting[0];
    if (this.ended || !first || first.failed) return;
    this.since ||= Date.now();
    this.send({ type: "act", page: this.page, seq: first.seq, ...first.action });
    this.timer = setTimeout(() => {
      this.post();
      this.changed();
    }, AGAIN_MS);
  }

  /**
   * Returns the acknowledged action, null for one that was acknowledged before.
   *
   * @param {Pick<Acknowledgement, "page" | "seq" | "ok" | "say">} message
   */
  acknowledge({ page, seq, ok, say }) {
    const first = this.waiting[0];
    if (page !== this.page || !first || seq !== first.seq) return null;
    clearTimeout(this.timer);
    this.since = 0;
    if (ok) this.waiting = this.waiting.slice(1);
    else first.failed = say;
    this.post();
    this.changed();
    return ok ? first.action : null;
  }

  /** Sends a refused action once more; the kernel deals with each number once, so all that wait get new ones. */
  again() {
    if (!this.waiting.length) return;
    this.waiting[0].failed = "";
    for (const one of this.waiting) {
      this.seq += 1;
      one.seq = this.seq;
    }
    this.post();
    this.changed();
  }

  /** Gives a refused action up. */
  drop() {
    this.waiting = this.waiting.slice(1);
    this.post();
    this.changed();
  }

  /**
   * The kernel has ended: nothing is sent any more.
   *
   * @param {LeftBehind} kept keeps what waits
   */
  lose(kept) {
    this.ended = true;
    clearTimeout(this.timer);
    const [first, ...others] = this.waiting.map(({ action }) => action);
    const sent = kept.keep(others, first ? [first] : [])
      ? "kept in this browser, and sent when this cell has been run again"
      : "answer again when this cell has been run";
    if (first) this.lost = `${this.waiting.length} not saved: ${sent}.`;
    this.changed();
  }

  /**
   * The view goes: the first has been sent to a kernel that answers.
   *
   * @param {LeftBehind} kept keeps those behind it
   */
  leave(kept) {
    clearTimeout(this.timer);
    if (!this.ended) kept.keep(this.waiting.slice(1).map(({ action }) => action));
    this.ended = true;
  }
}

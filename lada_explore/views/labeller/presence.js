// Which image this person looks at, so that others who share the query begin elsewhere.

const REST_MS = 250; // whoever only passes by is not told of

export class Presence {
  /** @param {(message: object) => void} send posts a message to the kernel */
  constructor(send) {
    this.send = send;
    /** @type {number | null} id that was told of last */
    this.told = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /**
   * Tells of what is looked at in a moment, unless it was told of already.
   *
   * @param {{ annotator: string, at: number | null }} view who looks at which image
   */
  tell(view) {
    if (this.told === view.at) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.told = view.at;
      this.send({ type: "at", annotator: view.annotator, at: view.at ?? -1 });
    }, REST_MS);
  }

  /** Tells again, also of the same image: somebody else looks at it. */
  forget() {
    this.told = null;
  }

  stop() {
    clearTimeout(this.timer);
  }
}

// Which image this person looks at, so that others who share the query begin elsewhere.

const REST_MS = 250; // whoever only passes by is not told of
const NONE = -1; // looks at no image

export class Presence {
  /**
   * @param {(message: object) => void} send posts a message to the kernel
   * @param {string} page stands for this page where several show the same labeller
   */
  constructor(send, page) {
    this.send = send;
    this.page = page;
    /** @type {{ type: "at", page: string, annotator: string, at: number } | null} what was told last */
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
    if ((this.told?.at ?? NONE) === (view.at ?? NONE)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.told = { type: "at", page: this.page, annotator: view.annotator, at: view.at ?? NONE };
      this.send(this.told);
    }, REST_MS);
  }

  /** Tells again, because the kernel asks which pages are still there. */
  tellAgain() {
    if (this.told) this.send(this.told);
  }

  /** Tells that nobody looks any more, at once: the page goes, or somebody else looks, who is told of next. */
  leave() {
    clearTimeout(this.timer);
    this.told = null;
    this.send({ type: "leave", page: this.page });
  }
}

// What stands in for a kernel on a page that has none.

export const byId = (id) => document.getElementById(id);

/** What a view knows of its kernel: values, changes of them, and messages to it. */
export class Model {
  constructor(values, hear = (_message) => {}) {
    this.values = values;
    this.hear = hear;
    this.heard = new Map();
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    for (const listener of [...(this.heard.get(`change:${name}`) ?? [])]) listener();
  }

  on(event, listener) {
    this.heard.set(event, [...(this.heard.get(event) ?? []), listener]);
  }

  off(event, listener) {
    this.heard.set(
      event,
      (this.heard.get(event) ?? []).filter((other) => other !== listener),
    );
  }

  send(message) {
    this.hear(message);
  }

  save_changes() {}
}

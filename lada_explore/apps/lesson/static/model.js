// What stands in for a kernel on a page that has none.

export const byId = (id) => document.getElementById(id);

/** What a view knows of its kernel: values, changes of them, and messages to it. */
export class Model {
  constructor(values, handle = (_message) => {}) {
    this.values = values;
    this.handle = handle;
    this.listeners = new Map();
  }

  get(name) {
    return this.values[name];
  }

  set(name, value) {
    this.values[name] = value;
    for (const listener of [...(this.listeners.get(`change:${name}`) ?? [])]) listener();
  }

  on(event, listener) {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
  }

  off(event, listener) {
    this.listeners.set(
      event,
      (this.listeners.get(event) ?? []).filter((other) => other !== listener),
    );
  }

  send(message) {
    this.handle(message);
  }

  save_changes() {}
}

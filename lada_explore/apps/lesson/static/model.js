// What stands in for a kernel on a page that has none.

/** @import { CommonTraits, View } from "../../../views/base/kernel.js" */

/**
 * The element with an id; it is there, for page.py writes it.
 *
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`this page has no ${id}`);
  return found;
}

/**
 * What a view knows of its kernel: values, changes of them, and messages to it.
 *
 * @template {object} T values by their name
 */
export class Model {
  /**
   * @param {T} values
   * @param {(message: any) => void} [handle] does what the view asks
   */
  constructor(values, handle = () => {}) {
    this.values = values;
    this.handle = handle;
    /** @type {Map<string, ((...values: any[]) => void)[]>} */
    this.listeners = new Map();
  }

  /**
   * @template {keyof T & string} K
   * @param {K} name
   */
  get(name) {
    return this.values[name];
  }

  /**
   * @template {keyof T & string} K
   * @param {K} name
   * @param {T[K]} value
   */
  set(name, value) {
    this.values[name] = value;
    for (const listener of [...this.listenersTo(`change:${name}`)]) listener();
  }

  /** @param {string} event */
  listenersTo(event) {
    return this.listeners.get(event) ?? [];
  }

  /**
   * @param {string} event
   * @param {(...values: any[]) => void} listener
   */
  on(event, listener) {
    this.listeners.set(event, [...this.listenersTo(event), listener]);
  }

  /**
   * @param {string} event
   * @param {(...values: any[]) => void} listener
   */
  off(event, listener) {
    const others = this.listenersTo(event).filter((other) => other !== listener);
    this.listeners.set(event, others);
  }

  /** @param {object} message */
  send(message) {
    this.handle(message);
  }

  save_changes() {}
}

/**
 * Puts a view into the page, and gives the model by which it is told what to show.
 *
 * @template {object} T
 * @param {View<T>} view
 * @param {HTMLElement} el
 * @param {T & CommonTraits} values
 * @param {(message: any) => void} [handle] does what the view asks
 */
export function start(view, el, values, handle) {
  const model = new Model(values, handle);
  view.initialize({ model, el });
  view.render({ model, el });
  return model;
}

/** @import { Typed, WireArray } from "../../lada_explore/views/base/wire.js" */

/**
 * An array as it comes: a view into a message, at a place that no typed array could start at.
 *
 * @template {keyof Typed} K
 * @param {K} array
 * @param {number[]} values
 * @returns {WireArray<K> & { bytes: DataView<ArrayBuffer> }}
 */
export function sent(array, values, shape = [values.length]) {
  const typed = array === "f4" ? Float32Array.from(values) : Int32Array.from(values);
  const message = new Uint8Array(3 + typed.byteLength + 5);
  message.set(new Uint8Array(typed.buffer), 3);
  return { array, bytes: new DataView(message.buffer, 3, typed.byteLength), shape };
}

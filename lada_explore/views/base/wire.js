// Reads what wire.py sends: plain values, and arrays as little-endian buffers.

/** @typedef {{ f4: Float32Array<ArrayBuffer>, i4: Int32Array<ArrayBuffer> }} Typed */

/**
 * An array as it comes: what it is, its bytes, and its shape.
 *
 * @template {keyof Typed} K
 * @typedef {{ array: K, bytes: ArrayBufferView<ArrayBuffer>, shape: number[] }} WireArray
 */

/** @typedef {WireArray<"f4">} Floats */
/** @typedef {WireArray<"i4">} Integers */

const TYPED = { f4: Float32Array, i4: Int32Array };

/**
 * A copy of what a view of a buffer shows.
 *
 * @param {ArrayBufferView<ArrayBuffer>} view
 */
export function bytesOf({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/**
 * An array of the wire as a typed array in one row.
 *
 * @template {keyof Typed} K
 * @param {Pick<WireArray<K>, "array" | "bytes">} sent
 * @returns {Typed[K]}
 */
export function numbers({ array, bytes }) {
  return /** @type {Typed[K]} */ (new TYPED[array](bytesOf(bytes)));
}

/**
 * A value with its buffers as typed arrays; a matrix becomes an array of rows.
 *
 * @param {unknown} value plain values and arrays of the wire, however deep
 * @returns {any} the same, as a parsed JSON text is: it is known where it is used
 */
export function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!value || typeof value !== "object") return value;
  if (!isWireArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner)]));
  }
  const flat = numbers(value);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
}

/**
 * @param {object} value
 * @returns {value is WireArray<keyof Typed>}
 */
function isWireArray(value) {
  return "array" in value && "bytes" in value;
}

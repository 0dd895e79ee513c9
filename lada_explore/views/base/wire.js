// Reads what wire.py sends: plain values, and arrays as little-endian buffers.

/** @typedef {{ array: "f4" | "i4", bytes: ArrayBufferView, shape?: number[] }} WireArray */

const TYPED = { f4: Float32Array, i4: Int32Array };

/** A copy of what a view of a buffer shows. */
export function bytesOf({ buffer, byteOffset, byteLength }) {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** An array of the wire, `{ array, bytes }`, as a typed array in one row. */
export function numbers({ array, bytes }) {
  return new TYPED[array](bytesOf(bytes));
}

/** A value with its buffers as typed arrays; a matrix becomes an array of rows. */
export function fromWire(value) {
  if (Array.isArray(value)) return value.map(fromWire);
  if (!value || typeof value !== "object") return value;
  if (!("array" in value && "bytes" in value)) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fromWire(inner)]));
  }
  const flat = numbers(value);
  if (value.shape.length < 2) return flat;
  const [rows, columns] = value.shape;
  return Array.from({ length: rows }, (_, row) => Array.from(flat.subarray(row * columns, (row + 1) * columns)));
}

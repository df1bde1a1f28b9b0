// What goes into a store and what comes out.

const encoder = new TextEncoder();
// Fatal, so that bytes that are no text are an error and not other text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function toBytes(value) {
  if (typeof value === 'string') return encoder.encode(value);
  if (ArrayBuffer.isView(value)) return ownBytes(value);
  throw new TypeError('a value is a Uint8Array or a string; for others there is setJson');
}

/** The bindings have globals of their own, and their arrays are no `Uint8Array` of here. This makes one, without a copy. */
export function ownBytes(bytes) {
  if (bytes === undefined || bytes === null) return undefined;
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function toText(bytes) {
  return bytes === undefined ? undefined : decoder.decode(bytes);
}

export function toJson(bytes) {
  return bytes === undefined ? undefined : JSON.parse(toText(bytes));
}

export function fromJson(value) {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('JSON has no form for this value');
  return encoder.encode(text);
}

/** Rounded up, so that a short time is not taken for none. */
export function toMillis(ttlMs) {
  if (!(ttlMs >= 0)) throw new RangeError('a time to live is not negative');
  return ttlMs >= Number.MAX_SAFE_INTEGER ? NEVER - 1n : BigInt(Math.ceil(ttlMs));
}

const NEVER = 2n ** 64n - 1n;

export function entryFromRaw(raw) {
  if (raw === undefined || raw === null) return undefined;
  const ttlMs = raw.ttlMs === undefined ? undefined : Number(raw.ttlMs);
  return { key: raw.key, value: ownBytes(raw.value) ?? new Uint8Array(), version: raw.version, ttlMs };
}

export function outcomeFromRaw({ tag, val }) {
  return tag === 'done' ? { done: true, version: val } : { done: false, entry: entryFromRaw(val) };
}

const HEAD = 24;

/** The entries of a packed page; the contract has its layout. */
export function* unpack(page) {
  const entries = ownBytes(page.entries);
  const view = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  let at = 0;
  while (at < entries.length) {
    const version = view.getBigUint64(at, true);
    const ttl = view.getBigUint64(at + 8, true);
    const valueAt = at + HEAD + view.getUint32(at + 16, true);
    const end = valueAt + view.getUint32(at + 20, true);
    const key = decoder.decode(entries.subarray(at + HEAD, valueAt));
    // A copy, for one value that is kept is not to keep its whole page.
    yield { key, value: entries.slice(valueAt, end), version, ttlMs: ttl === NEVER ? undefined : Number(ttl) };
    at = end;
  }
}

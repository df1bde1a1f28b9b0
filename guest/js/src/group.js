// One group of a store, as a Map.

import { LarderError } from './errors.js';
import * as raw from './raw.js';
import { entryFromRaw, fromJson, outcomeFromRaw, ownBytes, toBytes, toJson, toMillis, toText, unpack } from './values.js';

const { call } = raw;

export class Group {
  #store;
  #name;

  constructor(store, name) {
    this.#store = store;
    this.#name = name;
  }

  get name() {
    return this.#name;
  }

  get store() {
    return this.#store;
  }

  // What a Map has.

  get(key) {
    return ownBytes(call(() => this.#handle.get(this.#name, key)));
  }

  set(key, value, { ttlMs } = {}) {
    const bytes = toBytes(value);
    if (ttlMs === undefined) return call(() => this.#handle.set(this.#name, key, bytes));
    const millis = toMillis(ttlMs);
    return call(() => this.#handle.setWithTtl(this.#name, key, bytes, millis));
  }

  has(key) {
    return call(() => this.#handle.exists(this.#name, key));
  }

  delete(key) {
    return call(() => this.#handle.delete(this.#name, key));
  }

  clear() {
    return Number(call(() => this.#handle.deleteGroup(this.#name)));
  }

  get size() {
    return Number(call(() => this.#handle.count(this.#name)));
  }

  *keys(range) {
    for (const page of this.#pages('scan', false, range)) {
      for (const { key } of page.entries) yield key;
    }
  }

  *values(range) {
    for (const { value } of this.scan(range)) yield value;
  }

  *entries(range) {
    for (const { key, value } of this.scan(range)) yield [key, value];
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  forEach(visit, thisArg) {
    for (const [key, value] of this) visit.call(thisArg, value, key, this);
  }

  // What a Map has not.

  getText(key) {
    return toText(this.get(key));
  }

  getJson(key) {
    return toJson(this.get(key));
  }

  setJson(key, value, options) {
    return this.set(key, fromJson(value), options);
  }

  entry(key) {
    return entryFromRaw(call(() => this.#handle.getEntry(this.#name, key)));
  }

  touch(key, ttlMs) {
    const millis = ttlMs === undefined ? undefined : toMillis(ttlMs);
    return call(() => this.#handle.touch(this.#name, key, millis));
  }

  *scan(range) {
    for (const page of this.#pages('scanPacked', true, range)) yield* unpack(page);
  }

  getMany(keys) {
    const values = call(() => raw.batch.getMany(this.#handle, this.#name, [...keys]));
    return Array.from(values, ownBytes);
  }

  setMany(entries) {
    const pairs = Array.from(entries, ([key, value]) => [key, toBytes(value)]);
    return call(() => raw.batch.setMany(this.#handle, this.#name, pairs));
  }

  deleteMany(keys) {
    return Number(call(() => raw.batch.deleteMany(this.#handle, this.#name, [...keys])));
  }

  increment(key, by = 1) {
    const delta = BigInt(by);
    // The bindings would cut what does not fit.
    if (BigInt.asIntN(64, delta) !== delta) throw new RangeError('a step has at most 64 bits');
    if (delta < 0n) return this.#store._atomically((t) => decrement(t.group(this.#name), key, delta));
    return call(() => raw.atomics.increment(this.#handle, this.#name, key, delta));
  }

  compareAndSwap(key, expected, value) {
    const bytes = toBytes(value);
    return outcomeFromRaw(call(() => raw.atomics.compareAndSwap(this.#handle, this.#name, key, expected, bytes)));
  }

  compareAndDelete(key, expected) {
    return outcomeFromRaw(call(() => raw.atomics.compareAndDelete(this.#handle, this.#name, key, expected)));
  }

  update(key, change, { attempts = 16 } = {}) {
    let entry = this.entry(key);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const value = toBytes(change(entry?.value));
      const outcome = this.compareAndSwap(key, entry?.version, value);
      if (outcome.done) return value;
      entry = outcome.entry;
    }
    throw new LarderError('conflict');
  }

  updateJson(key, change, options) {
    let value;
    this.update(key, (old) => fromJson((value = change(toJson(old)))), options);
    return value;
  }

  get #handle() {
    return this.#store._handle;
  }

  *#pages(method, values, { prefix = '', start, end, reverse = false, pageSize = 0 } = {}) {
    const query = {
      group: this.#name,
      prefix,
      start: start === undefined ? { tag: 'unbounded' } : { tag: 'included', val: start },
      end: end === undefined ? { tag: 'unbounded' } : { tag: 'excluded', val: end },
      reverse,
      values,
      limit: pageSize,
      cursor: undefined,
    };
    do {
      const page = call(() => this.#handle[method](query));
      yield page;
      query.cursor = page.next ?? undefined;
    } while (query.cursor !== undefined);
  }
}

/** componentize-js (0.23) ends the component when a function of the host is given a negative number of 64 bits. */
function decrement(group, key, delta) {
  // By nothing: what the value is, and whether it is a counter.
  const sum = group.increment(key, 0n) + delta;
  if (BigInt.asIntN(64, sum) !== sum) throw new LarderError('overflow');
  group.set(key, String(sum), { ttlMs: group.entry(key)?.ttlMs });
  return sum;
}

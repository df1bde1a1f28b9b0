// A host in memory, with the functions of all four imports.
//
// It does what the tests need, as the contract says it: versions, times to live by a clock that the test moves, pages by
// cursors, transactions that can lose. A transaction works on a copy of the entries.

import vm from 'node:vm';

// What the bindings of a component answer are arrays of other globals than the program's.
const foreign = vm.runInNewContext('(bytes) => bytes && Uint8Array.from(bytes)');

class ComponentError extends Error {
  constructor(payload) {
    super('see payload');
    this.payload = payload;
  }
}

export const refuse = (tag, val) => new ComponentError({ tag, val });

const fresh = () => ({
  groups: new Map(),
  version: 0n,
  now: 0,
  // Entries in a page when the guest leaves it to the host.
  page: 3,
  calls: [],
  // Commits that will lose.
  conflicts: 0,
  inTransaction: false,
  released: [],
});

export const host = fresh();
export const reset = () => Object.assign(host, fresh());

const order = (a, b) => (a < b ? -1 : 1);

export class Store {
  constructor(groups, within) {
    this.own = groups;
    this.within = within;
  }

  static open(label) {
    if (label !== 'default') throw refuse('access-denied');
    return new Store();
  }

  [Symbol.dispose ?? Symbol.for('dispose')]() {
    host.released.push('store');
  }

  groups_() {
    return this.own ?? host.groups;
  }

  /** The live entries of a group. */
  rows(group, make = false) {
    const rows = this.groups_().get(group) ?? new Map();
    if (make) this.groups_().set(group, rows);
    for (const [key, row] of rows) if (row.expires <= host.now) rows.delete(key);
    return rows;
  }

  write(call) {
    host.calls.push(call);
    if (host.inTransaction && !this.within) throw refuse('transaction-open');
    return this.within ? this.within.version : (host.version += 1n);
  }

  get(group, key) {
    host.calls.push('get');
    return foreign(this.rows(group).get(key)?.value);
  }

  getEntry(group, key) {
    return rawEntry(key, this.rows(group).get(key));
  }

  exists(group, key) {
    return this.rows(group).has(key);
  }

  set(group, key, value) {
    return this.put('set', group, key, value);
  }

  setWithTtl(group, key, value, ttlMs) {
    return this.put('setWithTtl', group, key, value, host.now + Number(ttlMs));
  }

  put(call, group, key, value, expires) {
    if (!(value instanceof Uint8Array)) throw new TypeError('the bindings take bytes alone');
    if (key.length > 4096) throw refuse('too-large', { what: 'key', size: BigInt(key.length), limit: 4096n });
    const version = this.write(call);
    this.rows(group, true).set(key, { value, version, expires });
    return version;
  }

  touch(group, key, ttlMs) {
    const version = this.write('touch');
    const row = this.rows(group).get(key);
    if (!row) return false;
    Object.assign(row, { version, expires: ttlMs === undefined ? undefined : host.now + Number(ttlMs) });
    return true;
  }

  delete(group, key) {
    this.write('delete');
    return this.rows(group).delete(key);
  }

  deleteGroup(group) {
    return this.deleteWhere((name) => name === group);
  }

  deletePrefix(prefix) {
    return this.deleteWhere((name) => name.startsWith(prefix));
  }

  deleteWhere(unwanted) {
    this.write('deleteGroups');
    let number = 0n;
    for (const name of this.names(unwanted)) {
      number += BigInt(this.rows(name).size);
      this.groups_().delete(name);
    }
    return number;
  }

  names(wanted) {
    const names = [...this.groups_().keys()].filter((name) => wanted(name) && this.rows(name).size > 0);
    return names.sort(order);
  }

  count(group) {
    return BigInt(this.rows(group).size);
  }

  countAll(prefix) {
    return this.names((name) => name.startsWith(prefix)).reduce((sum, name) => sum + this.count(name), 0n);
  }

  groups(prefix, cursor, limit) {
    const names = this.names((name) => name.startsWith(prefix) && name > (cursor ?? ''));
    const page = names.slice(0, limit || host.page);
    return { groups: page, next: page.length < names.length ? page.at(-1) : undefined };
  }

  scan(query) {
    host.calls.push('scan');
    return this.found(query);
  }

  scanPacked(query) {
    host.calls.push('scanPacked');
    const { entries, next } = this.found(query);
    // With something in front of it, as it may lie in the middle of a buffer.
    const bytes = foreign([7, ...entries.flatMap(packed)]);
    return { entries: bytes.subarray(1), number: entries.length, next };
  }

  found({ group, prefix, start, end, reverse, values, limit, cursor }) {
    const wanted = (key) =>
      key.startsWith(prefix) &&
      (start.tag === 'unbounded' || key >= start.val) &&
      (end.tag === 'unbounded' || key < end.val) &&
      (cursor === undefined || (reverse ? key < cursor : key > cursor));
    const keys = [...this.rows(group).keys()].filter(wanted).sort(order);
    if (reverse) keys.reverse();
    const page = keys.slice(0, limit || host.page);
    const entries = page.map((key) => rawEntry(key, this.rows(group).get(key), values));
    return { entries, next: page.length < keys.length ? page.at(-1) : undefined };
  }

  purgeExpired() {
    return 0n;
  }

  usage() {
    const keys = { used: this.countAll(''), limit: 10n };
    const none = { used: 0n, limit: undefined };
    return { keys, groups: none, bytes: none, maxGroupBytes: 1024n, maxKeyBytes: 4096n, maxValueBytes: 9n };
  }
}

function rawEntry(key, row, values = true) {
  if (!row) return undefined;
  const ttlMs = row.expires === undefined ? undefined : BigInt(row.expires - host.now);
  return { key, value: values ? foreign(row.value) : undefined, version: row.version, ttlMs };
}

function packed({ key, value, version, ttlMs }) {
  const name = new TextEncoder().encode(key);
  const head = new DataView(new ArrayBuffer(24));
  head.setBigUint64(0, version, true);
  head.setBigUint64(8, ttlMs ?? 2n ** 64n - 1n, true);
  head.setUint32(16, name.length, true);
  head.setUint32(20, value.length, true);
  return [...new Uint8Array(head.buffer), ...name, ...value];
}

export class Transaction {
  static begin() {
    if (host.inTransaction) throw refuse('transaction-open');
    return new Transaction();
  }

  constructor() {
    host.inTransaction = true;
    this.version = host.version += 1n;
    this.groups = new Map([...host.groups].map(([name, rows]) => [name, new Map(rows)]));
  }

  store() {
    return new Store(this.groups, this);
  }

  remainingMs() {
    return 5000n;
  }

  static commit(transaction) {
    host.inTransaction = false;
    if (host.conflicts > 0) {
      host.conflicts -= 1;
      throw refuse('conflict');
    }
    host.groups = transaction.groups;
    return transaction.version;
  }

  static rollback() {
    host.inTransaction = false;
    host.released.push('rollback');
  }
}

export const getMany = (store, group, keys) => keys.map((key) => store.get(group, key));

export function setMany(store, group, entries) {
  const version = store.write('setMany');
  for (const [key, value] of entries) store.rows(group, true).set(key, { value, version });
  return version;
}

export function deleteMany(store, group, keys) {
  store.write('deleteMany');
  return BigInt(keys.filter((key) => store.rows(group).delete(key)).length);
}

export function apply(store, changes) {
  const version = store.write('apply');
  for (const { tag, val } of changes) {
    if (tag === 'set') {
      const expires = val.ttlMs === undefined ? undefined : host.now + Number(val.ttlMs);
      store.rows(val.group, true).set(val.key, { value: val.value, version, expires });
    } else if (tag === 'delete') {
      store.rows(val.group).delete(val.key);
    } else {
      store.deleteGroup(val);
    }
  }
  return version;
}

export function increment(store, group, key, delta) {
  if (delta < 0n) throw new Error('componentize-js aborts');
  const row = store.rows(group).get(key);
  const text = new TextDecoder().decode(row?.value ?? Uint8Array.of(48));
  if (!/^-?\d+$/.test(text)) throw refuse('not-a-counter');
  const sum = BigInt(text) + delta;
  if (BigInt.asIntN(64, sum) !== sum) throw refuse('overflow');
  const value = new TextEncoder().encode(String(sum));
  store.rows(group, true).set(key, { value, version: store.write('increment'), expires: row?.expires });
  return sum;
}

export function compareAndSwap(store, group, key, expected, value) {
  const row = store.rows(group).get(key);
  if (row?.version !== expected) return { tag: 'stale', val: rawEntry(key, row) };
  return { tag: 'done', val: store.put('compareAndSwap', group, key, value) };
}

export function compareAndDelete(store, group, key, expected) {
  const row = store.rows(group).get(key);
  if (row?.version !== expected) return { tag: 'stale', val: rawEntry(key, row) };
  store.delete(group, key);
  return { tag: 'done', val: host.version };
}

// A store, and several calls on it as one.

import { Batch } from './batch.js';
import { LarderError, plainNumbers } from './errors.js';
import { Group } from './group.js';
import * as raw from './raw.js';

const { call } = raw;

export class Store {
  #handle;

  // `Store.open` makes one.
  constructor(handle) {
    this.#handle = handle;
  }

  static open(label = 'default') {
    return new Store(call(() => raw.Store.open(label)));
  }

  group(name) {
    return new Group(this, name);
  }

  *groups(prefix = '') {
    let cursor;
    do {
      const page = call(() => this._handle.groups(prefix, cursor, 0));
      yield* page.groups;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  deleteGroups(prefix) {
    return Number(call(() => this._handle.deletePrefix(prefix)));
  }

  count(prefix = '') {
    return Number(call(() => this._handle.countAll(prefix)));
  }

  usage() {
    const { keys, groups, bytes, ...bounds } = call(() => this._handle.usage());
    return {
      keys: plainNumbers(keys),
      groups: plainNumbers(groups),
      bytes: plainNumbers(bytes),
      ...plainNumbers(bounds),
    };
  }

  purgeExpired() {
    return Number(call(() => this._handle.purgeExpired()));
  }

  batch() {
    return new Batch(this);
  }

  transaction(work, { attempts = 5 } = {}) {
    for (;;) {
      attempts -= 1;
      try {
        return attempt(this, work);
      } catch (error) {
        const again = error instanceof LarderError && error.retryable && attempts > 0;
        if (!again) throw error;
      }
    }
  }

  close() {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) raw.release(handle);
  }

  [raw.dispose]() {
    this.close();
  }

  _atomically(work) {
    return this.transaction(work);
  }

  get _handle() {
    if (this.#handle === undefined) throw new LarderError('closed');
    return this.#handle;
  }
}

export class Transaction extends Store {
  #raw;

  // `Store.transaction` makes one.
  constructor(transaction) {
    super(call(() => transaction.store()));
    this.#raw = transaction;
  }

  get remainingMs() {
    return this.#raw === undefined ? 0 : Number(this.#raw.remainingMs());
  }

  rollback() {
    this.#end('rollback');
  }

  close() {
    this.rollback();
  }

  _atomically(work) {
    return work(this);
  }

  _commit() {
    this.#end('commit');
  }

  #end(how) {
    const transaction = this.#raw;
    this.#raw = undefined;
    if (transaction === undefined) return;
    // The store goes before the transaction that it is a part of.
    super.close();
    call(() => raw.Transaction[how](transaction));
  }
}

function attempt(store, work) {
  const transaction = begin(store);
  let result;
  try {
    result = work(transaction);
    if (typeof result?.then === 'function') {
      throw new TypeError('the work of a transaction is not async: fetch and compute first, then begin');
    }
  } catch (error) {
    undo(transaction);
    throw error;
  }
  transaction._commit();
  return result;
}

function begin(store) {
  const handle = call(() => raw.Transaction.begin(store._handle));
  try {
    return new Transaction(handle);
  } catch (error) {
    raw.release(handle);
    throw error;
  }
}

/** Why the work failed matters more than that undoing it did; nothing of it is kept either way. */
function undo(transaction) {
  try {
    transaction.rollback();
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
  }
}

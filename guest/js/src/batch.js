// Changes that are made together.

import * as raw from './raw.js';
import { toBytes, toMillis } from './values.js';

export class Batch {
  #store;
  #changes = [];

  constructor(store) {
    this.#store = store;
  }

  get length() {
    return this.#changes.length;
  }

  set(group, key, value, { ttlMs } = {}) {
    const millis = ttlMs === undefined ? undefined : toMillis(ttlMs);
    this.#changes.push({ tag: 'set', val: { group, key, value: toBytes(value), ttlMs: millis } });
    return this;
  }

  delete(group, key) {
    this.#changes.push({ tag: 'delete', val: { group, key } });
    return this;
  }

  deleteGroup(group) {
    this.#changes.push({ tag: 'delete-group', val: group });
    return this;
  }

  apply() {
    return raw.call(() => raw.batch.apply(this.#store._handle, this.#changes));
  }
}

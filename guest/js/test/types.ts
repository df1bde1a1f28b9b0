// Compiled and never run: what the types must allow, and what they must refuse.

import { LarderError, Store, type Entry, type Outcome } from '../index.js';

const store: Store = Store.open();
const group = store.group('g');

const version: bigint = group.set('a', 'text', { ttlMs: 5 });
const value: Uint8Array | undefined = group.get('a');
for (const [key, bytes] of group) key.concat(String(bytes.length));
for (const entry of group.scan({ prefix: 'a', reverse: true })) ((found: Entry) => found.ttlMs)(entry);
group.setMany(new Map([['a', 'x']]));
const sum: bigint = store.transaction((t) => t.group('g').increment('n', 2));
const swapped: Outcome = group.compareAndSwap('a', undefined, 'x');
if (swapped.done) swapped.version + version + sum;
else swapped.entry?.value;
const count: { n: number } = group.updateJson<{ n: number }>('n', (old) => ({ n: (old?.n ?? 0) + 1 }));

function told(error: LarderError<'quota-exceeded'>): number {
  return error.detail.limit + count.n + (value?.length ?? 0);
}
told(new LarderError('quota-exceeded', { quota: 'keys', used: 1, limit: 1 }));

// @ts-expect-error a number is no value
group.set('a', 5);
// @ts-expect-error only `Store.open` makes one
new Store();
// @ts-expect-error this kind has its data
new LarderError('quota-exceeded');

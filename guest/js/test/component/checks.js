// The package on a real store: a program for `larder run`, which the tests of larder run for two tenants.
//
// It fails with the stack of the first check that does not hold.

import { LarderError, Store } from 'larder-guest';
import { getArguments } from 'wasi:cli/environment@0.2.0';

const text = (bytes) => bytes && new TextDecoder().decode(bytes);

function equal(found, expected) {
  const [a, b] = [found, expected].map((value) => JSON.stringify(value, plain));
  if (a !== b) throw new Error(`found ${a}, not ${b}`);
}

function plain(_, value) {
  if (typeof value === 'bigint') return `${value}n`;
  if (value === undefined) return 'undefined';
  return value instanceof Uint8Array ? [...value] : value;
}

function throws(work, kind) {
  try {
    work();
  } catch (error) {
    if (error instanceof LarderError ? error.kind === kind : error.name === kind) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, and not ${kind}`);
}

function aGroupIsAMap(store) {
  const group = store.group('map');
  group.set('b', 'two');
  group.set('a', Uint8Array.of(0xff, 0));
  group.setMany(new Map([['c', ''], ['ä\0', 'text']]));
  equal([group.get('a'), group.getText('b'), group.get('none')], [Uint8Array.of(0xff, 0), 'two', undefined]);
  equal([...group.keys()], ['a', 'b', 'c', 'ä\0']);
  equal([...group].map(([key, value]) => [key, value.length]), [['a', 2], ['b', 3], ['c', 0], ['ä\0', 4]]);
  equal([group.has('b'), group.delete('b'), group.delete('b'), group.has('b'), group.size], [true, true, false, false, 3]);
  equal(group.clear(), 3);
  throws(() => group.set('a', 5), 'TypeError');
}

function scansPageByThemselves(store) {
  const group = store.group('many');
  const keys = Array.from({ length: 2500 }, (_, n) => String(n).padStart(4, '0'));
  group.setMany(keys.map((key) => [key, key]));
  equal([...group.scan({ pageSize: 700 })].map(({ key, value }) => key === text(value) && key), keys);
  equal([...group.keys({ prefix: '01', pageSize: 7 })], keys.slice(100, 200));
  equal([...group.values({ start: '0998', end: '1001' })].map(text), ['0998', '0999', '1000']);
  equal(group.keys({ reverse: true }).next().value, '2499');
  equal(group.getMany(['0001', 'none', '0000']).map(text), ['0001', undefined, '0000']);
  equal(group.deleteMany(['0001', 'none']), 1);
  equal(store.deleteGroups('many'), 2499);
  const error = throws(() => group.setMany(Array.from({ length: 10_001 }, (_, n) => [`${n}`, ''])), 'too-large');
  equal(error.detail, { what: 'batch', size: 10_001, limit: 10_000 });
}

function entriesExpire(store) {
  const group = store.group('ttl');
  group.set('gone', '', { ttlMs: 0 });
  group.set('soon', '', { ttlMs: 60_000 });
  equal(group.has('gone'), false);
  const { ttlMs } = group.entry('soon');
  equal(ttlMs > 0 && ttlMs <= 60_000, true);
  equal([group.touch('soon', undefined), group.touch('gone', 5)], [true, false]);
  equal(group.entry('soon').ttlMs, undefined);
  group.set('eternal', '', { ttlMs: Infinity });
  equal(group.has('eternal'), true);
}

function changesDependOnWhatIsThere(store) {
  const group = store.group('conditions');
  equal([group.increment('n'), group.increment('n', -5n), group.getText('n')], [1n, -4n, '-4']);
  group.set('text', 'x');
  throws(() => group.increment('text'), 'not-a-counter');
  throws(() => group.increment('n', -(2n ** 63n)), 'overflow');
  group.set('short', '1', { ttlMs: 60_000 });
  equal([group.increment('short', -3), group.entry('short').ttlMs > 0], [-2n, true]);
  const first = group.compareAndSwap('a', undefined, '1');
  equal([first.done, group.compareAndSwap('a', first.version, '2').done], [true, true]);
  const stale = group.compareAndSwap('a', first.version, '3');
  equal([stale.done, text(stale.entry.value)], [false, '2']);
  equal(group.compareAndDelete('a', stale.entry.version).done, true);
  equal(group.compareAndSwap('a', 1n, '3'), { done: false, entry: undefined });
  const seen = ['x', 'y'].map((page) => group.updateJson('seen', (old) => [...(old ?? []), page]));
  equal([seen, group.getJson('seen')], [[['x'], ['x', 'y']], ['x', 'y']]);
}

function transactionsAreAllOrNothing(store) {
  let kept;
  const answer = store.transaction((t) => {
    kept = t.group('transaction');
    kept.set('kept', 'yes');
    equal([kept.getText('kept'), store.group('transaction').get('kept')], ['yes', undefined]);
    equal(t.remainingMs > 0, true);
    throws(() => store.group('transaction').set('x', ''), 'transaction-open');
    return 'answer';
  });
  equal([answer, store.group('transaction').getText('kept')], ['answer', 'yes']);
  throws(() => kept.set('late', ''), 'closed');
  const fails = (t) => {
    t.group('transaction').clear();
    throw new RangeError();
  };
  throws(() => store.transaction(fails), 'RangeError');
  store.transaction((t) => {
    t.group('transaction').clear();
    t.rollback();
  });
  equal([...store.group('transaction').keys()], ['kept']);
  // More of them, and of stores, than an instance may hold at once: each is given back.
  for (let n = 0; n < 100; n += 1) {
    store.transaction((t) => t.group('transaction').increment('n'));
    const other = Store.open();
    other.group('transaction').get('n');
    other.close();
  }
  equal(store.group('transaction').getText('n'), '100');
}

function batchesChangeSeveralGroups(store) {
  store.group('old').set('x', '');
  const version = store.batch().set('new', 'a', '1').set('new', 'b', '2', { ttlMs: 60_000 }).deleteGroup('old').apply();
  equal([...store.group('new').scan()].map((entry) => [entry.key, entry.version]), [['a', version], ['b', version]]);
  equal([[...store.groups('o')], store.count('new')], [[], 2]);
}

function errorsHaveTheirData(store) {
  throws(() => Store.open('not granted'), 'access-denied');
  const error = throws(() => store.group('g').set('k'.repeat(5000), ''), 'too-large');
  equal(error.detail, { what: 'key', size: 5000, limit: 4096 });
  equal(store.usage().maxKeyBytes, 4096);
}

// Counts, once by increments and once by swaps, while programs in other languages do the same.
function count(store, steps) {
  const counters = store.group('counters');
  for (let step = 0; step < steps; step += 1) {
    counters.increment('by increment');
    counters.update('by swap', (old) => `${Number(text(old) ?? '0') + 1}`, { attempts: 10_000 });
  }
}

const checks = [
  aGroupIsAMap,
  scansPageByThemselves,
  entriesExpire,
  changesDependOnWhatIsThere,
  transactionsAreAllOrNothing,
  batchesChangeSeveralGroups,
  errorsHaveTheirData,
];

export const run = {
  run() {
    try {
      const store = Store.open();
      const [, first, second] = getArguments();
      if (first === 'count') {
        count(store, Number(second));
        return;
      }
      store.group('run').set('for', first);
      for (const check of checks) {
        check(store);
        console.log('ok', check.name);
      }
    } catch (error) {
      // What leaves `run` is a failure and no more: what it was is said here, or nowhere.
      console.error(`${error}\n${error.stack}`);
      throw error;
    }
  },
};

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { LarderError, Store } from '../index.js';
import { host, refuse, reset } from './fake.js';

const refused = (kind) => (error) => error instanceof LarderError && error.kind === kind;

let store;

beforeEach(() => {
  reset();
  store = Store.open();
});

describe('a store', () => {
  it('opens when it is granted', () => {
    assert.throws(() => Store.open('theirs'), refused('access-denied'));
  });

  it('lists, counts and deletes groups by prefix', () => {
    for (let n = 0; n < 5; n += 1) store.group(`a${n}`).setMany([['x', ''], ['y', '']]);
    store.group('b').set('x', '');
    assert.deepEqual([...store.groups('a')], ['a0', 'a1', 'a2', 'a3', 'a4']);
    assert.equal(store.count('a'), 10);
    assert.equal(store.deleteGroups('a'), 10);
    assert.deepEqual([...store.groups()], ['b']);
  });

  it('tells what it uses', () => {
    store.group('a').set('x', '');
    const { keys, groups, maxKeyBytes } = store.usage();
    assert.deepEqual([keys, groups.limit, maxKeyBytes], [{ used: 1, limit: 10 }, undefined, 4096]);
  });

  it('makes changes of several kinds at once', () => {
    store.group('old').setMany([['x', ''], ['y', '']]);
    store.group('pending').set('ann', '1');
    const batch = store.batch().set('accounts', 'ann', '120').set('seen', 'ann', '', { ttlMs: 1000 });
    batch.delete('pending', 'ann').deleteGroup('old');
    assert.equal(batch.length, 4);
    const version = batch.apply();
    assert.deepEqual([...store.groups()], ['accounts', 'seen']);
    assert.equal(store.group('accounts').entry('ann').version, version);
    assert.equal(store.group('seen').entry('ann').ttlMs, 1000);
  });

  it('is closed once, and then answers so', () => {
    const group = store.group('a');
    store.close();
    store.close();
    assert.deepEqual(host.released, ['store']);
    assert.throws(() => group.get('x'), refused('closed'));
  });
});

describe('a transaction', () => {
  it('commits when the work is done, and answers what it did', () => {
    const result = store.transaction((t) => {
      t.group('a').set('x', '1');
      assert.equal(store.group('a').get('x'), undefined);
      assert.equal(t.remainingMs, 5000);
      return 'result';
    });
    assert.equal(result, 'result');
    assert.equal(store.group('a').getText('x'), '1');
    assert.deepEqual(host.released, ['store']);
  });

  it('undoes all when the work fails', () => {
    const fails = (t) => {
      t.group('a').set('x', '1');
      throw new RangeError('mine');
    };
    assert.throws(() => store.transaction(fails), /mine/);
    assert.ok(!store.group('a').has('x'));
    assert.deepEqual(host.released, ['store', 'rollback']);
  });

  it('is closed when it has ended', () => {
    let kept;
    store.transaction((t) => {
      kept = t.group('a');
      kept.set('x', '1');
      t.rollback();
      assert.throws(() => kept.set('x', '2'), refused('closed'));
      assert.throws(() => kept.getMany(['x']), refused('closed'));
      assert.equal(t.remainingMs, 0);
    });
    assert.throws(() => [...kept], refused('closed'));
    assert.equal(store.count(), 0);
  });

  it('refuses a write beside it', () => {
    assert.throws(() => store.transaction(() => store.group('a').set('x', '1')), refused('transaction-open'));
    store.group('a').set('x', '2');
  });

  it('refuses async work, and keeps nothing of it', () => {
    const work = (t) => Promise.resolve(t.group('a').set('x', '1'));
    assert.throws(() => store.transaction(work), TypeError);
    assert.equal(store.count(), 0);
  });

  it('is run again when it lost, but not for ever, nor for other errors', () => {
    host.conflicts = 2;
    assert.equal(store.transaction((t) => t.group('a').increment('n')), 1n);
    assert.equal(store.group('a').getText('n'), '1');
    host.conflicts = 9;
    assert.throws(() => store.transaction((t) => t.group('a').increment('n'), { attempts: 3 }), refused('conflict'));
    assert.equal(host.conflicts, 6);
    let runs = 0;
    const denied = () => {
      runs += 1;
      throw new LarderError('access-denied');
    };
    assert.throws(() => store.transaction(denied), refused('access-denied'));
    assert.equal(runs, 1);
  });
});

describe('an error', () => {
  it('has the data of the host', () => {
    assert.throws(() => store.group('a').set('k'.repeat(5000), ''), (error) => {
      assert.deepEqual(error.detail, { what: 'key', size: 5000, limit: 4096 });
      assert.equal(error.message, 'the key has 5000 bytes and may have 4096: shorten it');
      assert.equal(error.name, 'LarderError');
      return true;
    });
  });

  it('has a text for each case of the contract', () => {
    const cases = {
      'invalid-argument': 'cursor',
      unsupported: 'events',
      'too-large': { what: 'batch', size: 2n, limit: 1n },
      'quota-exceeded': { quota: 'keys', used: 10n, limit: 10n },
      'too-many': { what: 'stores', limit: 64 },
    };
    const plain = 'access-denied not-a-counter overflow transaction-open transaction-expired conflict busy closed';
    for (const kind of [...Object.keys(cases), ...plain.split(' '), 'unavailable']) {
      const error = LarderError.from(refuse(kind, cases[kind]).payload);
      assert.equal(error.kind, kind);
      assert.ok(error.message.length > kind.length, error.message);
      assert.equal(error.retryable, kind === 'conflict' || kind === 'busy');
      assert.equal(error.payload, error.message);
    }
  });

  it('that is not the host\'s stays as it is', () => {
    assert.throws(() => store.group('a').set('x', '1', { ttlMs: 'soon' }), RangeError);
  });
});

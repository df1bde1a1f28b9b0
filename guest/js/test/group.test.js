import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';

import { LarderError, Store } from '../index.js';
import { host, reset } from './fake.js';

const text = (bytes) => new TextDecoder().decode(bytes);
const refused = (kind) => (error) => error instanceof LarderError && error.kind === kind;

let group;

beforeEach(() => {
  reset();
  group = Store.open().group('g');
});

describe('a group is a Map', () => {
  it('sets, reads and deletes', () => {
    group.set('a', Uint8Array.of(0xff, 0));
    group.set('b', 'two');
    assert.deepEqual(group.get('a'), Uint8Array.of(0xff, 0));
    assert.equal(group.getText('b'), 'two');
    assert.equal(group.get('c'), undefined);
    assert.deepEqual([group.has('a'), group.has('c'), group.size], [true, false, 2]);
    assert.deepEqual([group.delete('a'), group.delete('a')], [true, false]);
    assert.equal(group.clear(), 1);
    assert.equal(group.size, 0);
  });

  it('answers arrays of this program, and takes them from anywhere', () => {
    group.set('a', new Uint16Array([1]));
    assert.ok(group.get('a') instanceof Uint8Array);
    assert.ok([...group.values()][0] instanceof Uint8Array);
    assert.ok(group.entry('a').value instanceof Uint8Array);
    group.set('b', group.get('a'));
    assert.deepEqual(group.get('b'), Uint8Array.of(1, 0));
  });

  it('takes bytes and text, and nothing else', () => {
    for (const wrong of [5, null, undefined, ['x'], {}]) assert.throws(() => group.set('a', wrong), TypeError);
    assert.equal(group.size, 0);
  });

  it('pages by itself, in the order of keys', () => {
    const keys = Array.from({ length: 8 }, (_, n) => `k${n}`);
    for (const key of keys.toReversed?.() ?? [...keys].reverse()) group.set(key, key);
    host.calls = [];
    assert.deepEqual([...group.keys()], keys);
    assert.deepEqual(host.calls, ['scan', 'scan', 'scan']);
    host.calls = [];
    assert.deepEqual(Array.from(group, ([key, value]) => [key, text(value)]), keys.map((key) => [key, key]));
    assert.deepEqual(host.calls, ['scanPacked', 'scanPacked', 'scanPacked']);
    const seen = [];
    group.forEach((value, key, of) => seen.push(key, text(value), of === group));
    assert.deepEqual(seen.slice(0, 3), ['k0', 'k0', true]);
  });

  it('fetches a page when it is needed', () => {
    for (let n = 0; n < 8; n += 1) group.set(`k${n}`, '');
    host.calls = [];
    for (const key of group.keys()) if (key === 'k2') break;
    assert.deepEqual(host.calls, ['scan']);
  });
});

describe('scans', () => {
  beforeEach(() => group.setMany(['ab', 'ac', 'b', 'c', 'ca', 'd'].map((key) => [key, key.toUpperCase()])));

  it('are bounded by a prefix and a range', () => {
    assert.deepEqual([...group.keys({ prefix: 'a' })], ['ab', 'ac']);
    assert.deepEqual([...group.keys({ start: 'b', end: 'd' })], ['b', 'c', 'ca']);
    assert.deepEqual([...group.values({ prefix: 'c', end: 'ca' })].map(text), ['C']);
  });

  it('go on behind their cursor when they are reversed', () => {
    const range = { start: 'ac', reverse: true, pageSize: 2 };
    assert.deepEqual([...group.keys(range)], ['d', 'ca', 'c', 'b', 'ac']);
  });

  it('tell of versions and times to live', () => {
    group.set('b', 'B', { ttlMs: 1500 });
    const [entry] = group.scan({ prefix: 'b' });
    assert.deepEqual({ ...entry, value: text(entry.value) }, { key: 'b', value: 'B', version: host.version, ttlMs: 1500 });
    const [other] = group.scan({ prefix: 'c' });
    assert.equal(other.ttlMs, undefined);
  });

  it('carry any text and any bytes', () => {
    group.set('\u00e4\0', Uint8Array.of(0xff, 0));
    assert.deepEqual([...group.entries({ prefix: '\u00e4' })], [['\u00e4\0', Uint8Array.of(0xff, 0)]]);
  });
});

describe('times to live', () => {
  it('end an entry', () => {
    group.set('a', '1', { ttlMs: 2000 });
    host.now = 1999;
    assert.ok(group.has('a'));
    host.now = 2000;
    assert.ok(!group.has('a'));
  });

  it('can be changed', () => {
    assert.equal(group.touch('a', 1), false);
    group.set('a', '1', { ttlMs: 1 });
    assert.equal(group.touch('a', undefined), true);
    assert.equal(group.entry('a').ttlMs, undefined);
  });

  it('are rounded up, and never negative or nothing', () => {
    group.set('a', '1', { ttlMs: 0.1 });
    assert.equal(group.entry('a').ttlMs, 1);
    group.set('a', '1', { ttlMs: Infinity });
    for (const wrong of [-1, NaN]) assert.throws(() => group.set('a', '1', { ttlMs: wrong }), RangeError);
  });
});

describe('conditions', () => {
  it('count', () => {
    assert.equal(group.increment('n'), 1n);
    assert.equal(group.increment('n', -3), -2n);
    assert.equal(group.getText('n'), '-2');
    group.set('text', 'x');
    assert.throws(() => group.increment('text'), refused('not-a-counter'));
    assert.throws(() => group.increment('n', -(2n ** 63n)), refused('overflow'));
    for (const wrong of [2n ** 63n, 0.5]) assert.throws(() => group.increment('n', wrong), RangeError);
  });

  it('count down, and keep the time to live', () => {
    group.set('n', '5', { ttlMs: 1000 });
    assert.equal(group.increment('n', -7), -2n);
    assert.equal(group.entry('n').ttlMs, 1000);
    assert.throws(() => group.store.transaction((t) => {
      assert.equal(t.group('g').increment('n', -1n), -3n);
      throw new RangeError();
    }), RangeError);
    assert.equal(group.getText('n'), '-2');
    group.set('low', String(-(2n ** 63n)));
    assert.throws(() => group.increment('low', -1), refused('overflow'));
  });

  it('swap and delete at a version', () => {
    const first = group.compareAndSwap('a', undefined, '1');
    assert.ok(first.done);
    assert.ok(group.compareAndSwap('a', first.version, '2').done);
    const stale = group.compareAndSwap('a', first.version, '3');
    assert.equal(text(stale.entry.value), '2');
    assert.deepEqual(group.compareAndSwap('b', 7n, '1'), { done: false, entry: undefined });
    assert.ok(!group.compareAndDelete('a', first.version).done);
    assert.ok(group.compareAndDelete('a', stale.entry.version).done);
    assert.ok(!group.has('a'));
  });

  it('try again when another writer was faster', () => {
    const seen = [];
    const value = group.update('a', (old) => {
      seen.push(old && text(old));
      if (seen.length < 3) group.set('a', `other${seen.length}`);
      return `${old && text(old)}!`;
    });
    assert.equal(text(value), 'other2!');
    assert.deepEqual(seen, [undefined, 'other1', 'other2']);
  });

  it('give up', () => {
    const late = () => {
      group.increment('a');
      return 'x';
    };
    assert.throws(() => group.update('a', late, { attempts: 3 }), refused('conflict'));
    assert.equal(group.getText('a'), '3');
  });
});

describe('values', () => {
  it('are JSON where it is asked for', () => {
    group.setJson('a', { list: [1, null, 'ä'] }, { ttlMs: 5 });
    assert.deepEqual(group.getJson('a'), { list: [1, null, 'ä'] });
    assert.equal(group.entry('a').ttlMs, 5);
    assert.equal(group.getJson('none'), undefined);
    assert.deepEqual(group.updateJson('b', (old) => ({ n: (old?.n ?? 0) + 1 })), { n: 1 });
    assert.deepEqual(group.updateJson('b', (old) => ({ n: (old?.n ?? 0) + 1 })), { n: 2 });
    assert.throws(() => group.setJson('a', undefined), TypeError);
  });

  it('are text only when they are', () => {
    group.set('a', Uint8Array.of(0xff));
    assert.throws(() => group.getText('a'), TypeError);
    group.set('a', '\ufeffx');
    assert.equal(group.getText('a'), '\ufeffx');
    group.set('a', '{');
    assert.throws(() => group.getJson('a'), SyntaxError);
  });

  it('are written, read and deleted many at once', () => {
    group.setMany(new Map([['a', '1'], ['b', Uint8Array.of(50)]]));
    group.setMany([['c', '3']]);
    assert.deepEqual(group.getMany(['c', 'x', 'a']).map((value) => value && text(value)), ['3', undefined, '1']);
    assert.equal(group.deleteMany(new Set(['a', 'x', 'b'])), 2);
    assert.deepEqual([...group.keys()], ['c']);
  });
});

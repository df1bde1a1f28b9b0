// What the component exports: the interface `sessions` of wit/world.wit.
//
// | group | key | value |
// |---|---|---|
// | `attempts` | an address | how often somebody tried from there; ends with its window |
// | `sessions` | a token | `{ user, data }` as JSON; ends when nobody uses it |
// | `users` | user, space, token | nothing: which sessions a user has; ends with the session |
//
// An error of larder that is thrown out of an export becomes its text. So does what `refuse` throws.

import { Store } from 'larder-guest';

import { countAttempt, forgive } from './limit.js';

const LIFETIME_MS = 30 * 60_000;
const MOST_DATA = 64 << 10;
// How often data is put together again because another request was faster.
const ATTEMPTS = 16;

// Opened when the component is used: while it is built there is no host.
let opened;
const store = () => (opened ??= Store.open());

export const sessions = { login, useSession, update, logout, logoutEverywhere };

function login(user, address, verified) {
  if (!/^[^\s]{1,200}$/u.test(user)) refuse('a user has a name of 1 to 200 characters without spaces');
  const wait = countAttempt(store(), address);
  if (wait > 0) return { tag: 'wait', val: BigInt(wait) };
  if (!verified) return { tag: 'again' };

  const token = newToken();
  const session = JSON.stringify({ user, data: {} });
  store()
    .batch()
    .set('sessions', token, session, { ttlMs: LIFETIME_MS })
    .set('users', `${user} ${token}`, '', { ttlMs: LIFETIME_MS })
    .apply();
  forgive(store(), address);
  return { tag: 'token', val: token };
}

function useSession(token) {
  return store().transaction((t) => {
    const found = t.group('sessions').getJson(token);
    if (found === undefined) return undefined;
    keep(t, token, found.user);
    return { user: found.user, remainingMs: BigInt(LIFETIME_MS), data: JSON.stringify(found.data) };
  });
}

function update(token, patch) {
  const changes = parse(patch);
  const group = store().group('sessions');
  for (let n = 0, entry = group.entry(token); n < ATTEMPTS && entry !== undefined; n += 1) {
    const session = JSON.parse(new TextDecoder().decode(entry.value));
    const members = Object.entries({ ...session.data, ...changes }).filter(([, value]) => value !== null);
    const text = JSON.stringify({ ...session, data: Object.fromEntries(members) });
    if (text.length > MOST_DATA) refuse(`a session keeps at most ${MOST_DATA} characters`);
    // The version says whether another request was faster. A swap takes the time to live away: both, or none.
    const outcome = store().transaction((t) => {
      const swapped = t.group('sessions').compareAndSwap(token, entry.version, text);
      if (swapped.done) keep(t, token, session.user);
      return swapped;
    });
    if (outcome.done) return JSON.stringify(Object.fromEntries(members));
    entry = outcome.entry;
  }
  if (group.has(token)) refuse('other requests of this session were always faster: try again');
  return undefined;
}

function logout(token) {
  return store().transaction((t) => {
    const found = t.group('sessions').getJson(token);
    if (found === undefined) return false;
    t.group('users').delete(`${found.user} ${token}`);
    return t.group('sessions').delete(token);
  });
}

function logoutEverywhere(user) {
  const prefix = `${user} `;
  return store().transaction((t) => {
    const keys = [...t.group('users').keys({ prefix })];
    const ended = t.group('sessions').deleteMany(keys.map((key) => key.slice(prefix.length)));
    t.group('users').deleteMany(keys);
    return ended;
  });
}

function keep(t, token, user) {
  t.group('sessions').touch(token, LIFETIME_MS);
  t.group('users').touch(`${user} ${token}`, LIFETIME_MS);
}

function parse(patch) {
  let changes;
  try {
    changes = JSON.parse(patch);
  } catch (error) {
    refuse(`the patch is not JSON: ${error.message}`);
  }
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) refuse('the patch is no JSON object');
  return changes;
}

function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

// What an export that answers `result<_, string>` is to throw is the string.
function refuse(reason) {
  throw reason;
}

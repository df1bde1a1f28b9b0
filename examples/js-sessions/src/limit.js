// How often somebody may try.

const ATTEMPTS = 5;
const WINDOW_MS = 60_000;

/**
 * Count an attempt. Answers 0 when it may go on, and else in how many milliseconds the next one may.
 *
 * The first attempt of a window makes an entry that ends with the window; counting keeps that end, so that one who goes on
 * trying does not wait for ever.
 */
export function countAttempt(store, who) {
  return store.transaction((t) => {
    const group = t.group('attempts');
    if (!group.has(who)) group.set(who, '0', { ttlMs: WINDOW_MS });
    if (group.increment(who) <= ATTEMPTS) return 0;
    return group.entry(who)?.ttlMs ?? 0;
  });
}

/** Whoever got in starts afresh. */
export function forgive(store, who) {
  store.group('attempts').delete(who);
}

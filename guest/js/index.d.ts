/**
 * Durable storage for WebAssembly components, by the WIT package `larder:store`.
 *
 * Calls are synchronous; each is one transaction, and when it returns, a write is on disk. Each can throw a `LarderError`.
 */

/** What can be stored. Text is stored as UTF-8, and read as bytes like everything else. */
export type Value = Uint8Array | string;

/** A commit: greater for each later commit of the same store, never used twice. */
export type Version = bigint;

/** One entry of a group. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
  /** The commit that wrote it. */
  readonly version: Version;
  /** How long it will live, in milliseconds; `undefined`: for ever. */
  readonly ttlMs: number | undefined;
}

/** What a conditional change came to; `entry` is what is there now, `undefined` when it is absent. */
export type Outcome =
  | { readonly done: true; readonly version: Version }
  | { readonly done: false; readonly entry: Entry | undefined };

export interface SetOptions {
  /** The entry is gone after so many milliseconds, rounded up; without, it stays for ever. */
  ttlMs?: number;
}

/** Which entries to read: those that match all of it. */
export interface Range {
  /** Only keys that start with this. */
  prefix?: string;
  /** From this key on, in byte order; the low end also when `reverse` is set. */
  start?: string;
  /** To before this key. */
  end?: string;
  /** From the last key to the first. */
  reverse?: boolean;
  /** How many entries to fetch at once; 0, the default, leaves it to the host. */
  pageSize?: number;
}

/** An amount and its limit; `undefined`: unlimited. */
export interface Gauge {
  readonly used: number;
  readonly limit: number | undefined;
}

/** What a store uses. Expired entries do not count. */
export interface Usage {
  readonly keys: Gauge;
  readonly groups: Gauge;
  readonly bytes: Gauge;
  readonly maxGroupBytes: number;
  readonly maxKeyBytes: number;
  readonly maxValueBytes: number;
}

/** A scope of entries that the host granted under a label. */
export class Store {
  protected constructor();

  /** The scope that the host granted as `label`; "default", the default, is the plugin's own. */
  static open(label?: string): Store;

  /** A group, as a Map. Nothing is read; a group is there as long as it has an entry. */
  group(name: string): Group;

  /** The names of the groups that start with `prefix`, in order, a page at a time. */
  groups(prefix?: string): Generator<string, void, undefined>;

  /** Deletes every group whose name starts with `prefix`; "" is all. Returns how many entries there were. */
  deleteGroups(prefix: string): number;

  /** The number of entries in all groups whose name starts with `prefix`. */
  count(prefix?: string): number;

  /** What the store uses, and its limits. */
  usage(): Usage;

  /** Removes what has expired and still takes room on disk, as the host does now and then. Returns how many. */
  purgeExpired(): number;

  /** Changes of several kinds, in several groups, that are made as one. */
  batch(): Batch;

  /**
   * Several calls as one: commits when `work` returns, and returns what it does; undoes all of it when `work` throws.
   *
   * `work` is run again, at most `attempts` (5) times in all, when another writer was in the way, so it should change
   * nothing but the transaction. It is not async: other writers wait meanwhile, and the host ends a transaction at its
   * deadline (5 seconds unless changed).
   */
  transaction<T>(work: (transaction: Transaction) => T, options?: { attempts?: number }): T;

  /** Gives the handle back. An instance may hold 64 (unless changed) at once, and none goes by itself. */
  close(): void;
}

/** A store in which nothing is kept before it is committed. It reads its own writes; nobody else does. */
export class Transaction extends Store {
  private constructor();

  /** Milliseconds until the deadline; 0 when it has passed. */
  readonly remainingMs: number;

  /** Undoes all of it now. What is called on it afterwards throws `closed`; `work` then ends without a commit. */
  rollback(): void;
}

/** A group of a store: a Map on disk, ordered by the bytes of its keys. */
export class Group implements Iterable<[string, Uint8Array]> {
  private constructor();

  readonly name: string;
  /** The store, or the transaction, that the group is in. */
  readonly store: Store;

  get(key: string): Uint8Array | undefined;
  /** The value as text. Throws a `TypeError` for bytes that are no UTF-8. */
  getText(key: string): string | undefined;
  /** The value, read as JSON. Throws a `SyntaxError` for what is none. */
  getJson<T = unknown>(key: string): T | undefined;
  /** The value with its version and remaining time to live. */
  entry(key: string): Entry | undefined;
  has(key: string): boolean;
  /** The number of entries. */
  readonly size: number;

  /** Inserts or replaces an entry. Returns its version, where a Map returns itself. */
  set(key: string, value: Value, options?: SetOptions): Version;
  setJson(key: string, value: unknown, options?: SetOptions): Version;
  /** Changes how long an entry lives, `undefined`: for ever. Returns whether it was there. */
  touch(key: string, ttlMs: number | undefined): boolean;
  /** Deletes an entry. Returns whether it was there. */
  delete(key: string): boolean;
  /** Deletes all entries. Returns how many there were. */
  clear(): number;

  /** In the order of keys, a page at a time. What others write meanwhile is seen if it lies ahead. */
  entries(range?: Range): Generator<[string, Uint8Array], void, undefined>;
  /** The keys alone, which spares the host reading the values. */
  keys(range?: Range): Generator<string, void, undefined>;
  values(range?: Range): Generator<Uint8Array, void, undefined>;
  [Symbol.iterator](): Generator<[string, Uint8Array], void, undefined>;
  forEach(visit: (value: Uint8Array, key: string, group: Group) => void, thisArg?: unknown): void;
  /** As `entries`, with versions and times to live. */
  scan(range?: Range): Generator<Entry, void, undefined>;

  /** The values of many keys in the order asked for, `undefined` for those that are absent. */
  getMany(keys: Iterable<string>): (Uint8Array | undefined)[];
  /** Inserts or replaces many entries, all or none; the host takes 10,000 in a call unless changed. Returns their version. */
  setMany(entries: Iterable<readonly [string, Value]>): Version;
  /** Deletes many entries, all or none. Returns how many were there. */
  deleteMany(keys: Iterable<string>): number;

  /** Adds to a counter and returns the sum. An absent entry counts as 0; a time to live stays. */
  increment(key: string, by?: number | bigint): bigint;
  /** Replaces an entry only if it is at version `expected`; `undefined`: inserts it only if it is absent. */
  compareAndSwap(key: string, expected: Version | undefined, value: Value): Outcome;
  /** Deletes an entry only if it is at version `expected`. */
  compareAndDelete(key: string, expected: Version): Outcome;
  /**
   * Replaces a value by what `change` makes of it, and returns the new one. `change` is called again, at most `attempts`
   * (16) times in all, when another writer was faster; then it throws `conflict`. A time to live is cleared.
   */
  update(key: string, change: (old: Uint8Array | undefined) => Value, options?: { attempts?: number }): Uint8Array;
  /** As `update`, on a value as JSON. */
  updateJson<T>(key: string, change: (old: T | undefined) => T, options?: { attempts?: number }): T;
}

/** Changes in the order given, all or none. */
export class Batch {
  private constructor();

  /** The number of changes so far. */
  readonly length: number;

  set(group: string, key: string, value: Value, options?: SetOptions): this;
  delete(group: string, key: string): this;
  deleteGroup(group: string): this;
  /** Makes all changes, or none when it throws. Returns the version that they got. */
  apply(): Version;
}

export type SizeLimit = 'group' | 'key' | 'value' | 'batch' | 'response' | 'template' | 'entries';
export type Quota = 'keys' | 'groups' | 'bytes';
export type Holding = 'stores' | 'transactions' | 'watchers' | 'workspaces' | 'rows' | 'archives';

/** What an error of each kind tells besides its text. */
export interface Details {
  'access-denied': undefined;
  /** Names the argument and the rule. */
  'invalid-argument': string;
  'too-large': { readonly what: SizeLimit; readonly size: number; readonly limit: number };
  'quota-exceeded': { readonly quota: Quota; readonly used: number; readonly limit: number };
  'too-many': { readonly what: Holding; readonly limit: number };
  'not-a-counter': undefined;
  overflow: undefined;
  'transaction-open': undefined;
  'transaction-expired': undefined;
  conflict: undefined;
  busy: undefined;
  closed: undefined;
  unavailable: undefined;
  /** What the host does not do. */
  unsupported: string;
}

export type Kind = keyof Details;

/**
 * A call was refused; nothing of it was done. The text says what to do about it.
 *
 * Thrown out of an export that answers `result<_, string>`, it becomes that text.
 */
export class LarderError<K extends Kind = Kind> extends Error {
  constructor(...refusal: Details[K] extends undefined ? [kind: K] : [kind: K, detail: Details[K]]);

  /** The name of the error in the contract. */
  readonly kind: K;
  readonly detail: Details[K];
  /** Whether the same work, run again from its start, may well succeed. */
  readonly retryable: boolean;
}

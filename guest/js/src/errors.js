// Why a call was refused.

const PLAIN = {
  'access-denied': 'access denied: ask the host to grant this label, and writing if you write',
  'not-a-counter': 'the value is not a counter: use a key that holds decimal digits, or none',
  overflow: 'the counter would leave the range of 64 bits: use a smaller step',
  'transaction-open': 'a transaction is open: write through it, or end it before you write beside it',
  'transaction-expired': 'the transaction took too long and was undone: do less in one transaction',
  conflict: 'another writer was faster and nothing was written: try again',
  busy: 'other writers kept the store busy and nothing was written: try again',
  closed: 'the store is closed: open it again, outside the ended transaction',
  unavailable: "the host's storage failed: see the host's log",
};

const WITH_DETAIL = {
  'invalid-argument': (rule) => `invalid argument: ${rule}`,
  unsupported: (what) => `${what}: ask the host for it`,
  'too-large': ({ what, size, limit }) => {
    const unit = what === 'batch' ? 'items' : 'bytes';
    return `the ${what} has ${size} ${unit} and may have ${limit}: ${ADVICE[what]}`;
  },
  'quota-exceeded': ({ quota, used, limit }) =>
    `quota exceeded, ${used} of ${limit} ${quota} are in use: delete something, or ask the host for more`,
  'too-many': ({ what, limit }) => `${limit} open ${what} are the most there may be: drop one`,
};

const ADVICE = {
  group: 'shorten it',
  key: 'shorten it',
  value: 'split it, or keep it as a file',
  batch: 'make several',
  response: 'ask for less',
  template: 'shorten it',
  entries: 'use a smaller one',
};

export class LarderError extends Error {
  constructor(kind, detail) {
    super(PLAIN[kind] ?? WITH_DETAIL[kind]?.(detail) ?? kind);
    this.kind = kind;
    this.detail = detail;
    // What an export that answers `result<_, string>` answers for an error that nobody caught: the bindings look for it.
    Object.defineProperty(this, 'payload', { value: this.message });
  }

  static from({ tag, val }) {
    return new LarderError(tag, typeof val === 'object' ? plainNumbers(val) : val);
  }

  get name() {
    return 'LarderError';
  }

  get retryable() {
    return this.kind === 'conflict' || this.kind === 'busy';
  }
}

/** Sizes and amounts, which are far below what a number holds exactly. */
export function plainNumbers(record) {
  const entries = Object.entries(record);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]));
}

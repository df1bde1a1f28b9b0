// Durable storage for WebAssembly components; `index.d.ts` says what each part does.

export { Batch } from './src/batch.js';
export { LarderError } from './src/errors.js';
export { Group } from './src/group.js';
export { Store, Transaction } from './src/store.js';

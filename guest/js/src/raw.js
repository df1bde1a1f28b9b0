// The imports of the component, and calls of them whose errors are this package's.

import * as atomics from 'larder:store/atomics@0.1.0';
import * as batch from 'larder:store/batch@0.1.0';
import { Store } from 'larder:store/store@0.1.0';
import { Transaction } from 'larder:store/transactions@0.1.0';
import { LarderError } from './errors.js';

export { atomics, batch, Store, Transaction };

/** Call the host. What it refuses with is thrown as a `LarderError`. */
export function call(work) {
  try {
    return work();
  } catch (error) {
    // The bindings throw an error whose payload is the case of the contract's variant.
    const payload = error?.payload;
    if (typeof payload?.tag !== 'string') throw error;
    throw LarderError.from(payload);
  }
}

// The engine may lack the symbol, and the bindings then use this one.
const dispose = Symbol.dispose ?? Symbol.for('dispose');

/** Give a handle back. The bindings do so for none that was used: an instance may hold just so many. */
export function release(resource) {
  resource[dispose]();
}

export { dispose };

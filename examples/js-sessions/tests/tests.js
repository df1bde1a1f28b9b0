// Tests of the sessions: `larder test sessions.wasm --tests sessions_tests.wasm`.
//
// What is thrown as a string is why a test failed.

import { Store } from 'larder-guest';
import { advance, call, fail, log } from 'larder:test/kit@0.1.0';

const MINUTE = 60_000n;

function check(holds, text) {
  if (!holds) throw text;
}

// Arguments and results are in WAVE, which writes strings as JSON does.
const login = (user, address, verified) =>
  call('login', [JSON.stringify(user), JSON.stringify(address), String(verified)])[0];
const use = (token) => call('use-session', [JSON.stringify(token)])[0];
const entries = () => Store.open().count();

function token(answer) {
  const found = /^ok\(token\("(.+)"\)\)$/u.exec(answer);
  check(found, `no token in ${answer}`);
  return found[1];
}

export function testASessionEndsWhenNobodyUsesIt() {
  const ada = token(login('ada', '192.0.2.1', true));
  advance(20n * MINUTE);
  check(use(ada).includes('user: "ada"'), 'the session has ended too early');
  // Using it made it last.
  advance(20n * MINUTE);
  check(use(ada).includes('user: "ada"'), 'the session has ended although it was used');
  advance(31n * MINUTE);
  check(use(ada) === 'ok(none)', 'the session has not ended');
  check(entries() === 0n || entries() === 0, 'something of the session is left');
}

export function testWhoTriesTooOftenHasToWaitForTheClock() {
  for (let n = 0; n < 5; n += 1) check(login('eve', '192.0.2.9', false) === 'ok(again)', `attempt ${n} was refused`);
  check(login('eve', '192.0.2.9', true).startsWith('ok(wait('), 'there was no limit');
  check(login('ada', '192.0.2.1', false) === 'ok(again)', 'another address has to wait too');
  advance(MINUTE);
  token(login('eve', '192.0.2.9', true));
}

export function testALoginIsWholeOrItIsNot() {
  fail('batch.apply', 1, 'quota-exceeded');
  check(login('ada', '192.0.2.1', true).startsWith('err('), 'a full store was not told');
  check(Store.open().group('sessions').size === 0, 'a session is there that nobody has the token of');
  check(
    log().some(({ function: name, outcome }) => name === 'batch.apply' && outcome === 'quota-exceeded'),
    'the fault did not come',
  );
  token(login('ada', '192.0.2.1', true));
}

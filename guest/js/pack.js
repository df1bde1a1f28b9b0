// Before a pack, puts the contract and the licences where npm takes them along (it leaves links out); takes them away
// afterwards.

import { cpSync, rmSync } from 'node:fs';

for (const name of ['wit', 'LICENSE-MIT', 'LICENSE-APACHE']) {
  const here = new URL(name, import.meta.url);
  rmSync(here, { recursive: true, force: true });
  if (!process.argv.includes('--undo')) cpSync(new URL(`../../${name}`, import.meta.url), here, { recursive: true });
}

// Puts a host in memory in the place of the component's imports: `node --import ./test/register.js --test test/*.test.js`.

import { register } from 'node:module';

const hooks = `
  export function resolve(specifier, context, next) {
    if (!specifier.startsWith('larder:store/')) return next(specifier, context);
    return { url: ${JSON.stringify(new URL('./fake.js', import.meta.url).href)}, shortCircuit: true };
  }
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

import { expect, test } from 'vitest';
import { hasAddress } from './name-lookup.ts';

test.each([
  ['127.0.0.1', true],
  ['[::1]', true],
  ['localhost', true],
  ['no-such-host.invalid', false],
])('%s: %s', async (host, known) => {
  expect(await hasAddress(host, 10_000)).toBe(known);
});

test('a name server that does not answer in time knows nothing', async () => {
  expect(await hasAddress('no-such-host.invalid', 0)).toBe(false);
});

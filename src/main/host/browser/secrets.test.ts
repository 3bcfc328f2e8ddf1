import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileSecrets } from './secrets.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'vida3-secrets-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('any text comes back, also after a restart, and never twice the same bytes', async () => {
  const text = fc.string({ unit: 'grapheme' });
  await fc.assert(
    fc.asyncProperty(text, async (plain) => {
      const sealed = await createFileSecrets(home).seal(plain);
      expect(await createFileSecrets(home).open(sealed)).toBe(plain);
      expect(Buffer.from(await createFileSecrets(home).seal(plain)).equals(sealed)).toBe(false);
    }),
    { numRuns: 50 },
  );
});

test('one flipped bit anywhere, or a cut, is unreadable', async () => {
  const secrets = createFileSecrets(home);
  const sealed = await secrets.seal('key');
  for (let i = 0; i < sealed.byteLength; i++) {
    const changed = Uint8Array.from(sealed);
    changed[i]! ^= 1;
    await expect(secrets.open(changed)).rejects.toMatchObject({ reason: 'secrets.unreadable' });
    await expect(secrets.open(sealed.subarray(0, i))).rejects.toMatchObject({ reason: 'secrets.unreadable' });
  }
});

test('another key opens nothing, a damaged key file is not replaced', async () => {
  const sealed = await createFileSecrets(home).seal('key');
  const file = join(home, 'secrets.key');
  rmSync(file);
  await expect(createFileSecrets(home).open(sealed)).rejects.toMatchObject({ reason: 'secrets.unreadable' });
  writeFileSync(file, 'short');
  await expect(createFileSecrets(home).seal('x')).rejects.toMatchObject({ reason: 'secrets.unreadable' });
  expect(readFileSync(file, 'utf8')).toBe('short');
});

test.skipIf(process.platform === 'win32')('the key file belongs to the user alone', async () => {
  await Promise.all([createFileSecrets(home).seal('a'), createFileSecrets(home).seal('b')]);
  expect(statSync(join(home, 'secrets.key')).mode & 0o777).toBe(0o600);
});

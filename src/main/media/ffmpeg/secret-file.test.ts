import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { secretFile } from './secret-file.ts';

test.skipIf(process.platform === 'win32')('the text is behind a descriptor, the file has no name', () => {
  const secret = secretFile('rtmp_playpath=abc\n');
  expect(secret.path).toBe('/dev/fd/3');
  expect(fstatSync(secret.fd!)).toMatchObject({ nlink: 0 });
  expect(fstatSync(secret.fd!).mode & 0o777).toBe(0o600);
  expect(readFileSync(secret.fd!, 'utf8')).toBe('rtmp_playpath=abc\n');
  // The child's descriptor outlives ours.
  const childs = openSync(`/dev/fd/${secret.fd}`, 'r');
  secret.dispose();
  secret.dispose();
  expect(() => fstatSync(secret.fd!)).toThrow();
  expect(readFileSync(childs, 'utf8')).toBe('');
  closeSync(childs);
});

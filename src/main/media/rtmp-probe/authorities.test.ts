import { afterEach, beforeEach, expect, test } from 'vitest';
import { certificateAuthorities } from './authorities.ts';

let before: string | undefined;
beforeEach(() => {
  before = process.env['SSL_CERT_FILE'];
  delete process.env['SSL_CERT_FILE'];
});
afterEach(() => {
  if (before === undefined) delete process.env['SSL_CERT_FILE'];
  else process.env['SSL_CERT_FILE'] = before;
});

test.each(['win32', 'darwin'] as const)('they are made once, also without a bundle: %s', (platform) => {
  const context = certificateAuthorities(platform);
  expect(certificateAuthorities(platform)).toBe(context);
});

test('a bundle that cannot be read is an error, not trust in everybody', () => {
  process.env['SSL_CERT_FILE'] = '/nowhere/own.pem';
  expect(() => certificateAuthorities()).toThrow('ENOENT');
});

import { existsSync } from 'node:fs';

const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The system's bundle of certificate authorities; null where it keeps them in a store of its own instead: Windows,
 * and macOS, whose `/etc/ssl/cert.pem` knows nothing of the keychain. `SSL_CERT_FILE` names another one on all.
 */
export function certificateBundle(platform: NodeJS.Platform = process.platform): string | null {
  const named = process.env['SSL_CERT_FILE'];
  if (named) return named;
  if (platform === 'win32' || platform === 'darwin') return null;
  return BUNDLES.find((path) => existsSync(path)) ?? null;
}
